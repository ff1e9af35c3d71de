"""Cases with a place, read with their metres, for whoever judges what lies together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, false, select

from data.domain.duplicates import PlacedCase
from data.domain.errors import NotFound
from data.domain.vocabulary import CaseState
from data.store.tables import visible_cases
from data.store.types import BIGGEST_ID
from data.world import World
from geo.crs import Projector

C = visible_cases.c
NO_MATTER = (CaseState.MERGED, CaseState.DECLINED)
"""A merged case is told already by the one that goes on, a declined one was none of the town's."""


@dataclass(frozen=True, slots=True)
class ReadCase:
    """A case as it is judged, in metres of the town's projected system, and the row that it was read from."""

    placed: PlacedCase
    row: RowMapping


def read_case(world: World, connection: Connection, case_id: int) -> ReadCase:
    """Read one visible case, with or without a place; raise `NotFound` for an unknown one."""
    found = _read(world, connection, C.id == case_id) if 0 < case_id <= BIGGEST_ID else []
    if not found:
        raise NotFound(f"没有编号为 {case_id} 的案卷", field="id", value=case_id, cure="请核对案卷编号")
    return found[0]


def cases_between(
    world: World, connection: Connection, begin: datetime, end: datetime, *conditions: ColumnElement[bool]
) -> list[ReadCase]:
    """Read the cases with a place that came from `begin` to `end`, both included, oldest first."""
    states = [str(state) for state in NO_MATTER]
    return _read(
        world,
        connection,
        C.reported_at.between(begin, end),
        C.lon.is_not(None),
        C.is_withdrawn.is_(False),
        C.state.not_in(states),
        *conditions,
    )


def around(lon: float | None, lat: float | None, radius_m: float) -> ColumnElement[bool]:
    """Return the condition that a case lies in a box (degrees, EPSG:4490) which surely holds a circle of metres.

    A degree of longitude is 38 km long at 70° and longer towards the equator, one of latitude 110 km everywhere.
    """
    if lon is None or lat is None:
        return false()
    reach = radius_m / 38_000
    return and_(C.lon.between(lon - reach, lon + reach), C.lat.between(lat - reach, lat + reach))


def metres(world: World, lon: float, lat: float) -> tuple[float, float]:
    """Return a point (EPSG:4490) in metres of the town's projected system."""
    x, y = Projector(world.town.profile.projected_crs).forward([lon], [lat])
    return float(x[0]), float(y[0])


def _read(world: World, connection: Connection, *conditions: ColumnElement[bool]) -> list[ReadCase]:
    query = select(visible_cases).where(*conditions).order_by(C.reported_at, C.id)
    rows = connection.execute(query).mappings().all()
    x, y = Projector(world.town.profile.projected_crs).forward(
        [_number(row["lon"]) for row in rows], [_number(row["lat"]) for row in rows]
    )
    return [
        ReadCase(_placed(row, float(east), float(north)), row)
        for row, east, north in zip(rows, x, y, strict=True)
    ]


def _placed(row: RowMapping, x: float, y: float) -> PlacedCase:
    is_placed = x == x  # not where the projector was given nothing
    return PlacedCase(
        id=row["id"],
        number=row["number"],
        category=row["category_code"],
        reported_at=row["reported_at"],
        x=x if is_placed else None,
        y=y if is_placed else None,
        text=row["title"],
    )


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)
