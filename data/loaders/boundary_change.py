"""Changing grids one at a time: merge, move to another village, split; checked and written as a whole boundary set.

A change is turned into the set of all grids of its kind as it will stand, and that set takes the way of every
boundary file: it is checked, it ends and opens versions on its first day, it stands in the ledger, and `rollback`
takes it back.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import shapely

from data.domain.errors import InvalidInput
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.domain.vocabulary import GridChangeKind
from data.loaders.boundaries import versions
from data.loaders.boundary_draft import COUNTS, Draft
from data.loaders.boundary_plan import Row
from data.loaders.pipeline import Report, load
from data.town import SourceProfile
from data.world import World
from geo.errors import GeoError
from geo.reshape import area_m2


@dataclass(frozen=True, slots=True)
class GridChange:
    """A change that somebody wants: of which grids, from which day on.

    `name` is the new grid's; `village` where a grid moves to; `line` (EPSG:4490, longitude and latitude) along which
    one is split, from outside to outside.
    """

    kind: GridChangeKind
    codes: tuple[str, ...]
    begins_on: date
    name: str = ""
    village: str = ""
    line: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Successor:
    """A grid that a change makes; a population that nobody has counted yet is None."""

    code: str
    name: str
    replaces: str
    area_m2: float
    population: int | None


@dataclass(frozen=True, slots=True)
class ChangeOutcome:
    """What a change does: grids that end and that begin, what must be known of it; `load_id` once it is carried out."""

    begins_on: date
    ended: tuple[tuple[str, str], ...]
    begun: tuple[Successor, ...]
    notes: tuple[str, ...]
    load_id: int | None = None


def change_grids(
    world: World, change: GridChange, actor: Actor, now: datetime, *, is_preview: bool
) -> ChangeOutcome:
    """Check a change, and carry it out unless it is only looked at.

    Raises `Forbidden`, `InvalidInput` for a change that cannot be, `GridsRefused` where the new set has gaps, overlaps
    or slivers, and `Conflict` while another boundary set is being loaded.
    """
    authorise(actor, Right.CHANGE_GRIDS)
    source = _source(world)
    with world.store.read() as connection:
        known = versions(connection)
    draft = Draft(world.town, known, now.astimezone(world.town.profile.zone).date(), change.begins_on)
    try:
        _draw(draft, change)
    except GeoError as error:
        raise InvalidInput(
            error.message, field="codes", value="、".join(change.codes), cure=error.cure
        ) from error
    report = _load(world, source, draft.whole_set(), change, actor, now, is_preview=is_preview)
    return _outcome(world, draft, change, report)


def _source(world: World) -> SourceProfile:
    """Return the town's source of boundaries in the form that a change is written in."""
    for source in world.town.sources.values():
        if source.target == "grids" and source.format == "geojson" and str(source.crs) == "cgcs2000":
            return source
    raise InvalidInput(
        "本镇没有 CGCS2000 GeoJSON 格式的网格边界来源，不能在这里调整",
        field="kind",
        value=world.town.profile.key,
        cure="请在 sources/ 增加这样的来源，或用命令 load 载入整套边界",
    )


def _draw(draft: Draft, change: GridChange) -> None:
    if change.kind is GridChangeKind.MERGE:
        draft.merge(change.codes, change.name)
    elif change.kind is GridChangeKind.MOVE:
        draft.move(change.codes, change.village, change.name)
    else:
        draft.split(change.codes, change.line, change.name)


def _load(
    world: World,
    source: SourceProfile,
    rows: list[Row],
    change: GridChange,
    actor: Actor,
    now: datetime,
    *,
    is_preview: bool,
) -> Report:
    name = f"网格{change.kind.label}-{change.begins_on:%Y%m%d}-{change.codes[0]}.geojson"
    collection = {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
        return load(world, source.key, path, now, actor=actor.name, is_preview=is_preview)


def _feature(row: Row) -> dict[str, Any]:
    days = {name: row[name].isoformat() if row[name] else None for name in ("valid_from", "valid_to")}
    words = {name: row[name] for name in ("code", "kind", "name", "village_code", "replaces", *COUNTS)}
    geometry = json.loads(shapely.to_geojson(shapely.from_wkb(row["geometry"])))
    return {"type": "Feature", "properties": words | days, "geometry": geometry}


def _outcome(world: World, draft: Draft, change: GridChange, report: Report) -> ChangeOutcome:
    crs = world.town.profile.projected_crs
    begun = tuple(
        Successor(
            code=row["code"],
            name=row["name"],
            replaces=row["replaces"],
            area_m2=area_m2(shapely.from_wkb(row["geometry"]), crs),
            population=row["population"],
        )
        for row in draft.new
    )
    ended = tuple((row["code"], row["name"]) for row in draft.old)
    notes = (*draft.notes, *report.lineage.get("problems", ()))
    return ChangeOutcome(change.begins_on, ended, begun, notes, report.load_id)
