"""What the centre and a unit need to work with observers: opinions that wait, links with their state, choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from data.domain.enforcement import OBSERVERS
from data.domain.observing import LinkState, link_state
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.store.modules.enforcement import enforcement_cases, matters, observer_opinions, observers
from data.store.observer_tables import observer_link_cases, observer_links
from data.world import World

MOST_SHOWN = 50
CASE, OPINION, LINK = enforcement_cases.c, observer_opinions.c, observer_links.c


@dataclass(frozen=True, slots=True)
class WaitingOpinion:
    """An opinion without an answer; `given` is the town's day."""

    number: str
    case_number: str
    matter: str
    observer: str
    words: str
    given: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link in words; `opened` is "" for one that nobody opened."""

    link_id: int
    observer: str
    cases: int
    made: str
    until: str
    opened: str
    state: LinkState


def waiting_opinions(world: World, actor: Actor) -> tuple[WaitingOpinion, ...]:
    """Return the opinions that wait, the oldest first; a unit's handler gets those of the unit.

    Where there are more than `MOST_SHOWN`, there is one more.
    """
    query = (
        select(observer_opinions, observers.c.kind, matters.c.name, CASE.matter_code)
        .outerjoin(enforcement_cases, CASE.number == OPINION.enforcement_number)
        .outerjoin(matters, matters.c.code == CASE.matter_code)
        .outerjoin(observers, observers.c.code == OPINION.observer_code)
        .where(OPINION.answered_at.is_(None))
    )
    if actor.role == Role.UNIT_HANDLER:
        query = query.where(CASE.unit_code == actor.unit_code)
    rows = _rows(world, query.order_by(OPINION.given_at, OPINION.number).limit(MOST_SHOWN + 1))
    zone = world.town.profile.zone
    return tuple(
        WaitingOpinion(
            number=row.number,
            case_number=row.enforcement_number,
            matter=row.name or row.matter_code or "—",
            observer=OBSERVERS.get(row.kind or "", "观察员"),
            words=row.opinion,
            given=f"{row.given_at.astimezone(zone):%Y-%m-%d}",
        )
        for row in rows
    )


def observer_links_of(world: World, now: datetime) -> tuple[LinkRow, ...]:
    """Return links with their state, those that hold before those that ended, the newest first.

    Where there are more than `MOST_SHOWN`, there is one more.
    """
    shown = observer_link_cases.c
    counted = select(func.count()).where(shown.link_id == LINK.id).scalar_subquery()
    query = select(observer_links, counted.label("cases"), observers.c.kind).outerjoin(
        observers, observers.c.code == LINK.observer_code
    )
    holds = case((LINK.revoked_at.is_(None) & (LINK.expires_at > now), 1), else_=0)
    zone = world.town.profile.zone
    return tuple(
        LinkRow(
            link_id=row.id,
            observer=f"{row.observer_code} {OBSERVERS.get(row.kind or '', '')}".strip(),
            cases=row.cases,
            made=f"{row.created_at.astimezone(zone):%m-%d %H:%M}",
            until=f"{row.expires_at.astimezone(zone):%m-%d %H:%M}",
            opened="" if row.opened_at is None else f"{row.opened_at.astimezone(zone):%m-%d %H:%M}",
            state=link_state(row.expires_at, row.revoked_at, now),
        )
        for row in _rows(world, query.order_by(holds.desc(), LINK.id.desc()).limit(MOST_SHOWN + 1))
    )


def observer_choices(world: World) -> tuple[tuple[str, str], ...]:
    """Return code and kind of every observer."""
    query = select(observers.c.code, observers.c.kind).order_by(observers.c.kind, observers.c.code)
    return tuple((row.code, OBSERVERS.get(row.kind, row.kind)) for row in _rows(world, query))


def matter_choices(world: World) -> tuple[str, ...]:
    """Return the names of the matters."""
    return tuple(row.name for row in _rows(world, select(matters.c.name).order_by(matters.c.name)))


def _rows(world: World, query: Select[Any]) -> list[Any]:
    with world.store.read() as connection:
        return list(connection.execute(query).all())
