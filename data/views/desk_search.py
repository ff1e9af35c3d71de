"""The desk's search: open and recent cases by number, title or address, then the names of the gazetteer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from data.domain.drawer import CaseHit, PlaceHit
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.domain.vocabulary import CaseState, Severity
from data.store.grids import GridSet
from data.store.journal import read_entries
from data.store.tables import visible_cases
from data.views.case_clock import Row, clock_of
from data.views.gazetteer import Gazetteer, PlaceKind
from data.world import World
from geo.crs import Projector

CLOSED_WITHIN = timedelta(days=30)
MOST_CASES = 8
MOST_PLACES = 6
LEAST_LENGTH = 2
GRIDS = frozenset({PlaceKind.GRID, PlaceKind.POLICE_GRID, PlaceKind.SITE})


def search_cases(world: World, text: str, actor: Actor, now: datetime) -> list[CaseHit]:
    """Return open cases, and those of the last 30 days, that hold the text; open ones first, then the newest."""
    authorise(actor, Right.SEE_DESK)
    wanted = text.strip()
    if len(wanted) < LEAST_LENGTH:
        return []
    c = visible_cases.c
    named = (column.icontains(wanted, autoescape=True) for column in (c.title, c.address, c.number))
    fits = or_(*named, c.external_number == wanted)
    query = (
        select(visible_cases)
        .where(or_(c.is_open.is_(True), c.reported_at > now - CLOSED_WITHIN), fits)
        .order_by(c.is_open.desc(), c.reported_at.desc())
        .limit(MOST_CASES)
    )
    with world.store.read() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
        return [_hit(row, _verdict(world, connection, row, now)) for row in rows]


def _hit(row: Row, is_on_time: bool | None) -> CaseHit:
    return CaseHit(
        id=row["id"],
        number=row["number"],
        title=row["title"],
        place=row["address"] or "",
        severity=Severity(row["severity"]),
        state=CaseState(row["state"]),
        is_on_time=is_on_time,
    )


def _verdict(world: World, connection: Connection, row: Row, now: datetime) -> bool | None:
    """Return whether a case that is done kept its limit, by the clock of its journal."""
    if row["is_open"] or world.town.category(row["category_code"]) is None:
        return None
    return clock_of(world, row, read_entries(connection, row["id"]), now).closed_on_time


def search_places(world: World, names: Gazetteer, grids: GridSet, text: str) -> list[PlaceHit]:
    """Return the names of the gazetteer that fit best."""
    hits = names.search(text.strip(), MOST_PLACES)
    if not hits:
        return []
    profile = world.town.profile
    x, y = Projector(profile.projected_crs).forward(
        [profile.centre_lon, *(hit.lon for hit in hits)], [profile.centre_lat, *(hit.lat for hit in hits)]
    )
    kinds = dict(zip(grids.frame["code"], grids.frame["kind"], strict=True))
    return [
        PlaceHit(
            name=hit.name,
            kind=hit.kind.label,
            hint=hit.hint,
            grid=hit.code if hit.kind in GRIDS else None,
            grid_kind=str(kinds[hit.code]) if hit.kind in GRIDS and hit.code in kinds else None,
            x=round(float(x[n] - x[0]), 1),
            y=round(float(y[n] - y[0]), 1),
        )
        for n, hit in enumerate(hits, 1)
    ]
