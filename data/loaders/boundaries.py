"""Boundary sets: a file replaces all grids of the kinds it holds, or nothing of it is taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, insert, select, update

from data.domain.vocabulary import GridKind
from data.loaders.errors import GridsRefused, LoadRefused
from data.loaders.images import image_of, row_hash
from data.loaders.ledger import Counts, Origin, set_load
from data.loaders.readers import Chunk
from data.loaders.rejects import Reject, shown
from data.store.tables import before_images, grids
from data.town import SourceProfile, Town
from data.world import World
from geo.crs import STORAGE_CRS, to_storage
from geo.errors import GeoError
from geo.topology import Problem, Tolerances, check_grids

ATTRIBUTES = ("name", "population", "households", "firms", "key_places")
SHAPE_TOLERANCE_DEGREES = 1e-9
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a set does to the grids in force: rows to insert, (row before, row after) to write."""

    inserts: list[Row]
    updates: list[tuple[Row, Row]]
    unchanged: int


@dataclass(slots=True)
class GridTarget:
    """Grids: gathered whole, checked, then written in one transaction, each change with its date."""

    world: World
    source: SourceProfile
    today: date
    notes: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _pieces: list[pd.DataFrame] = field(default_factory=list)
    _plan: Plan | None = None

    def __post_init__(self) -> None:
        """Note the conversion."""
        self.notes["crs"] = f"{self.source.crs} → EPSG:4490"

    def place(self, typed: pd.DataFrame, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Convert the polygons; refuse codes that the town does not know how to read."""
        rejects = [
            Reject(int(row), chunk.names.get("code", "code"), shown(code), problem, "请改正网格编码")
            for row, kind, code in zip(typed.index, typed["kind"], typed["code"], strict=True)
            if (problem := self.world.town.profile.grid_code_problem(GridKind(kind), code))
        ]
        shapes = _stored(typed["geometry"].to_numpy(dtype=object), self.source.crs)
        return typed.assign(geometry=shapes), rejects

    def upsert(self, rows: pd.DataFrame, counts: Counts, origin: Origin | None) -> None:
        """Gather; what a set means shows only when it is whole."""
        self._pieces.append(rows)

    def finish(self, counts: Counts) -> None:
        """Check the whole set and plan what it changes; raise `GridsRefused`."""
        if counts.rejected:
            cure = "请改正后重新载入：边界少了一块就不能代替原有的边界"
            raise LoadRefused(
                f"网格文件有 {counts.rejected} 处问题，整套边界没有采用", value=counts.rejected, cure=cure
            )
        rows = pd.concat(self._pieces) if self._pieces else pd.DataFrame(columns=["code", "kind", "geometry"])
        self.problems = check_set(rows, self.world.town)
        self.notes["problems"] = [problem.message for problem in self.problems]
        if any(problem.is_blocking for problem in self.problems):
            raise GridsRefused(self.problems, self.source.key)
        with self.world.store.read() as connection:
            self._plan = plan_changes(in_force(connection, sorted(set(rows["kind"]))), rows, self.today)
        counts.inserted = len(self._plan.inserts)
        counts.updated = len(self._plan.updates)
        counts.unchanged = self._plan.unchanged

    def publish(self, origin: Origin, values: dict[str, Any]) -> None:
        """Write the set and flip the load in one transaction."""
        assert self._plan is not None
        with self.world.store.write() as transaction:
            connection = transaction.connection
            lineage = {
                "load_id": origin.load_id,
                "source_hash": origin.file_hash,
                "is_demo": self.source.is_demo,
            }
            for row in self._plan.inserts:
                new = {**row, **lineage}
                new["id"] = connection.execute(insert(grids).values(new)).inserted_primary_key[0]  # type: ignore[index]
                _keep_image(connection, origin.load_id, None, _read(connection, new["id"]))
            for before, after in self._plan.updates:
                changed = {**after, "load_id": origin.load_id, "source_hash": origin.file_hash}
                connection.execute(update(grids).where(grids.c.id == before["id"]).values(changed))
                _keep_image(connection, origin.load_id, before, _read(connection, before["id"]))
            set_load(connection, origin.load_id, {**values, "status": "published", "published_at": origin.at})
            if self._plan.inserts or self._plan.updates:
                transaction.changed("grids", origin.at)


def check_set(rows: pd.DataFrame, town: Town) -> list[Problem]:
    """Return everything wrong with a set of grids in EPSG:4490, blocking problems first."""
    frame = gpd.GeoDataFrame(rows.drop(columns="geometry"), geometry=list(rows["geometry"]), crs=STORAGE_CRS)
    kinds = set(rows["kind"])
    tiling = [rule.kind.value for rule in town.profile.grid_kinds if rule.is_tiling and rule.kind in kinds]
    outline = (
        None if town.outline is None else gpd.GeoDataFrame.from_features(dict(town.outline), crs=STORAGE_CRS)
    )
    tolerances = Tolerances(noise_width_m=town.profile.boundary_noise_m)
    return check_grids(frame, outline, town.profile.projected_crs, tiling, tolerances)


def in_force(connection: Connection, kinds: list[str]) -> dict[str, Row]:
    """Return the grids of some kinds that have not ended, by code."""
    query = select(grids).where(grids.c.kind.in_(kinds), grids.c.valid_to.is_(None))
    return {row["code"]: dict(row) for row in connection.execute(query).mappings()}


def plan_changes(current: dict[str, Row], rows: pd.DataFrame, today: date) -> Plan:
    """Compare a checked set with the grids in force.

    A changed boundary or village ends the old version and opens another; a changed attribute is written
    in place; a grid that the set no longer has ends.
    """
    plan = Plan([], [], 0)
    unchanged = 0
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        wanted = _wanted(row, int(line), today)
        old = current.get(wanted["code"])
        if old is None:
            plan.inserts.append(wanted)
        elif _is_same_ground(old, wanted):
            changes = {name: wanted[name] for name in ATTRIBUTES if wanted[name] not in (None, old[name])}
            plan.updates.extend([(old, {**changes, "source_line": int(line)})] if changes else [])
            unchanged += not changes
        else:
            _replace(plan, old, wanted, today)
    gone = current.keys() - set(rows["code"])
    plan.updates.extend((current[code], {"valid_to": today}) for code in sorted(gone))
    return Plan(plan.inserts, plan.updates, unchanged)


def _replace(plan: Plan, old: Row, wanted: Row, today: date) -> None:
    """End a version and open the next; a version that began on that very day is corrected in place."""
    start = wanted["valid_from"] if wanted["valid_from"] > old["valid_from"] else today
    if start <= old["valid_from"]:
        plan.updates.append((old, {**wanted, "valid_from": old["valid_from"]}))
        return
    plan.updates.append((old, {"valid_to": start}))
    plan.inserts.append({**wanted, "valid_from": start, "replaces": wanted["replaces"] or old["code"]})


def _wanted(row: Row, line: int, today: date) -> Row:
    """Return a row of the table `grids`."""
    given = {name: _plain(row.get(name)) for name in (*ATTRIBUTES, "village_code", "replaces")}
    for name in ATTRIBUTES[1:]:
        given[name] = None if given[name] is None else int(given[name])
    start, end = _day(row.get("valid_from")), _day(row.get("valid_to"))
    return {
        **given,
        "code": row["code"],
        "kind": row["kind"],
        "name": given["name"] or row["code"],
        "geometry": shapely.to_wkb(row["geometry"]),
        "valid_from": start or today,
        "valid_to": end,
        "source_line": line,
    }


def _is_same_ground(old: Row, wanted: Row) -> bool:
    first, second = shapely.from_wkb(old["geometry"]), shapely.from_wkb(wanted["geometry"])
    is_same = bool(shapely.equals_exact(first, second, tolerance=SHAPE_TOLERANCE_DEGREES, normalize=True))
    return is_same and old["village_code"] == wanted["village_code"] and wanted["valid_to"] is None


def _stored(shapes: np.ndarray, crs: str) -> np.ndarray:
    """Convert polygons from the source's CRS to EPSG:4490."""
    try:
        return shapely.transform(
            shapely.force_2d(shapes), lambda xy: np.column_stack(to_storage(xy[:, 0], xy[:, 1], crs))
        )
    except GeoError as error:
        raise LoadRefused(error.message, value=error.value, cure=error.cure) from error


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value


def _day(value: Any) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


def _read(connection: Connection, row_id: int) -> Row:
    return dict(connection.execute(select(grids).where(grids.c.id == row_id)).mappings().one())


def _keep_image(connection: Connection, load_id: int, before: Row | None, after: Row) -> None:
    image = {
        "load_id": load_id,
        "table_name": "grids",
        "row_id": after["id"],
        "before": None if before is None else image_of(before),
        "after_hash": row_hash(after),
    }
    connection.execute(insert(before_images).values(image))
