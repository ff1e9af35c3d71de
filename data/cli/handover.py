"""The current situation as one offline file; what must not be handed on is left out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, select

from data.domain.vocabulary import CaseState, Severity
from data.store.grids import GridSet
from data.store.tables import visible_cases
from data.views.duty import duty, last_patrols
from data.views.lens import Lens
from data.views.situation import open_cases
from data.world import World
from geo.crs import STORAGE_CRS
from geo.snapshot import SnapshotLayers, write_snapshot

# severity → colour and shape on the map; a test holds the colours against the screens' theme
MARKS = {
    Severity.CRITICAL: ("#ff7a7a", "triangle"),
    Severity.URGENT: ("#ff9f40", "diamond"),
    Severity.ELEVATED: ("#ffd166", "circle"),
    Severity.NORMAL: ("#cfe3f7", "dot"),
}
CASE_COLUMNS = ["number", "title", "severity", "color", "shape", "lon", "lat", "类别", "状态", "地点", "期限"]


def hand_over(world: World, out: Path, now: datetime) -> Path:
    """Write the situation as of `now` to an HTML file and return its path; hidden and masked cases stay out."""
    zone = world.town.profile.zone
    grids = world.grids.current(now.astimezone(zone).date())
    lens = Lens.build(world.town, grids)
    with world.store.read() as connection:
        found = open_cases(connection, lens)
        points = _points(connection)
        frame = _grid_frame(connection, grids, lens, found.per_grid(), now)
    cases = _case_frame(found.shown, points, world)
    left_out = len(found.held) - len(cases)
    facts = (("在办", str(len(found.held))), ("未写入的敏感案卷", str(left_out)))
    layers = SnapshotLayers(
        title=f"{world.town.profile.name} · 当前态势",
        as_of=now.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        is_demo=world.town.profile.is_demo,
        outline=_outline(world),
        grids=frame,
        cases=cases,
        labels=_labels(world),
        facts=facts,
    )
    return write_snapshot(out, layers)


def _points(connection: Connection) -> dict[str, tuple[float | None, float | None]]:
    columns = (visible_cases.c.id, visible_cases.c.lon, visible_cases.c.lat)
    found = connection.execute(select(*columns).where(visible_cases.c.is_open.is_(True)))
    return {str(row.id): (row.lon, row.lat) for row in found}


def _case_frame(shown: Any, points: dict[str, Any], world: World) -> pd.DataFrame:
    """Return the open cases that may be handed on, most urgent first."""
    zone = world.town.profile.zone
    rows = []
    for key, case in shown.items():
        if case["is_dimmed"]:
            continue
        severity = Severity(case["severity"])
        due = case["due_at"] and datetime.fromisoformat(case["due_at"]).astimezone(zone)
        rows.append(
            {
                "number": case["number"],
                "title": case["title"],
                "severity": severity.label,
                "rank": severity.rank,
                "color": MARKS[severity][0],
                "shape": MARKS[severity][1],
                "lon": points[key][0],
                "lat": points[key][1],
                "类别": case["category_name"],
                "状态": CaseState(case["state"]).label,
                "地点": case["place"],
                "期限": due.strftime("%m-%d %H:%M") if due else None,
            }
        )
    frame = pd.DataFrame(rows, columns=[*CASE_COLUMNS, "rank"])
    frame[["lon", "lat"]] = frame[["lon", "lat"]].astype("float64")
    return frame.sort_values("rank", ascending=False, kind="stable")[CASE_COLUMNS]


def _grid_frame(
    connection: Connection, grids: GridSet, lens: Lens, counts: Any, now: datetime
) -> gpd.GeoDataFrame:
    """Return the grids with their open cases, people on duty and last patrol; on_duty is None where unknown."""
    present = duty(connection, lens, now)
    patrols = last_patrols(connection)
    zone = lens.town.profile.zone
    frame = grids.frame[["code", "kind", "name", "geometry"]].copy()
    frame["open"] = [counts.get(code, 0) for code in frame["code"]]
    on_duty = [present.per_grid[code] if present.is_known else None for code in frame["code"]]
    frame["on_duty"] = pd.Series(on_duty, index=frame.index, dtype=object)
    seen = [patrols.get(code) for code in frame["code"]]
    frame["最近巡查"] = [at.astimezone(zone).strftime("%m-%d %H:%M") if at else None for at in seen]
    return frame


def _outline(world: World) -> gpd.GeoDataFrame | None:
    if world.town.outline is None:
        return None
    return gpd.GeoDataFrame.from_features(dict(world.town.outline), crs=STORAGE_CRS)


def _labels(world: World) -> pd.DataFrame | None:
    """Return the named places of the base map."""
    rows = [
        {
            "name": f["properties"].get("name"),
            "lon": f["geometry"]["coordinates"][0],
            "lat": f["geometry"]["coordinates"][1],
        }
        for f in world.town.base_layer("place")
    ]
    return pd.DataFrame(rows) if rows else None
