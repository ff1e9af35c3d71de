"""The desk's search: open and recent cases by number, title or address, then the names of the gazetteer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from data.domain.drawer import CaseHit, PlaceHit
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.domain.vocabulary import CaseState, Severity
from data.store.grids import GridSet
from data.store.tables import visible_cases
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
        select(c.id, c.number, c.title, c.address, c.severity, c.state)
        .where(or_(c.is_open.is_(True), c.reported_at > now - CLOSED_WITHIN), fits)
        .order_by(c.is_open.desc(), c.reported_at.desc())
        .limit(MOST_CASES)
    )
    with world.store.read() as connection:
        rows = connection.execute(query).all()
    return [
        CaseHit(r.id, r.number, r.title, r.address or "", Severity(r.severity), CaseState(r.state))
        for r in rows
    ]


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
