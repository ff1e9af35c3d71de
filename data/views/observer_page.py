"""The page of an observer's link: the cases of the link without whom and where exactly, own opinions, their answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from data.domain.enforcement import DECISIONS, OBSERVERS
from data.domain.observing import (
    MOST_OPINIONS,
    LinkState,
    ObservedCase,
    ObserverPage,
    OwnOpinion,
    Stage,
    link_state,
    revisit_stage,
)
from data.store.modules.enforcement import enforcement_cases, matters, observer_opinions, observers
from data.store.observer_tables import observer_answers, observer_link_cases, observer_links
from data.store.tables import grids
from data.world import World

STALE_AFTER = timedelta(minutes=1)
CASE, MATTER, OPINION = enforcement_cases.c, matters.c, observer_opinions.c
LINK, SHOWN, ANSWER = observer_links.c, observer_link_cases.c, observer_answers.c
SEEN = (
    *(CASE.number, CASE.matter_code, CASE.comprehensive_code, CASE.is_demo, CASE.decision),
    *(CASE.found_at, CASE.decided_at, CASE.yellow_card_on, CASE.revisit_due_on, CASE.revisited_at),
)
"""All that is read of a case: what is not read cannot be shown."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The link, whose it is, and how to say a day and a village."""

    link: Row[Any]
    now: datetime
    day: Callable[[datetime], date]
    villages: dict[str, str]


def observer_page(world: World, hashed: str, now: datetime) -> ObserverPage | None:
    """Return what the link with this token hash shows; None for one that is unknown, has expired or was revoked."""
    zone = world.town.profile.zone
    with world.store.read() as connection:
        link = _open_link(connection, hashed, now)
        if link is None:
            return None
        asked = _Asked(link, now, lambda at: at.astimezone(zone).date(), _villages(world, connection))
        cases, is_demo = _cases(connection, asked)
        return ObserverPage(
            link_id=link.id,
            observer=f"{OBSERVERS.get(link.kind or '', '观察员')} {link.observer_code}",
            valid_until=f"{link.expires_at.astimezone(zone):%Y-%m-%d %H:%M}",
            cases=cases,
            opinions=_opinions(connection, asked),
            opinions_left=max(0, MOST_OPINIONS - _given(connection, link.id)),
            is_stale=link.opened_at is None or now - link.opened_at >= STALE_AFTER,
            is_demo=is_demo,
        )


def _open_link(connection: Connection, hashed: str, now: datetime) -> Row[Any] | None:
    query = (
        select(observer_links, observers.c.kind)
        .outerjoin(observers, observers.c.code == LINK.observer_code)
        .where(LINK.token_hash == hashed)
    )
    link = connection.execute(query).one_or_none()
    is_open = link is not None and link_state(link.expires_at, link.revoked_at, now) is LinkState.OPEN
    return link if is_open else None


def _villages(world: World, connection: Connection) -> dict[str, str]:
    """Return the name of the village of each grid, ended ones too."""
    names = world.town.unit_names
    rows = connection.execute(select(grids.c.code, grids.c.village_code))
    return {row.code: names[row.village_code] for row in rows if row.village_code in names}


def _cases(connection: Connection, asked: _Asked) -> tuple[tuple[ObservedCase, ...], bool]:
    """Return the cases, newest first, and whether any of them is generated."""
    query = (
        select(*SEEN, MATTER.name, MATTER.citation)
        .join(observer_link_cases, SHOWN.enforcement_number == CASE.number)
        .outerjoin(matters, MATTER.code == CASE.matter_code)
        .where(SHOWN.link_id == asked.link.id)
        .order_by(CASE.found_at.desc(), CASE.number)
    )
    rows = connection.execute(query).all()
    return tuple(_case(asked, row) for row in rows), any(row.is_demo for row in rows)


def _case(asked: _Asked, row: Row[Any]) -> ObservedCase:
    decision = DECISIONS.get(row.decision or "", "未决定")
    return ObservedCase(
        number=row.number,
        matter=row.name or row.matter_code,
        citation=row.citation or "未填",
        village=asked.villages.get(row.comprehensive_code or "", "未记录"),
        decision=decision,
        stages=_stages(asked, row, decision),
    )


def _stages(asked: _Asked, row: Row[Any], decision: str) -> tuple[Stage, ...]:
    decided = (
        "尚未决定" if row.decided_at is None else f"{asked.day(row.decided_at).isoformat()}（{decision}）"
    )
    card = "没有" if row.yellow_card_on is None else row.yellow_card_on.isoformat()
    revisited = None if row.revisited_at is None else asked.day(row.revisited_at)
    return (
        Stage("发现", asked.day(row.found_at).isoformat()),
        Stage("决定", decided),
        Stage("黄牌", card),
        revisit_stage(row.revisit_due_on, revisited, asked.day(asked.now)),
    )


def _opinions(connection: Connection, asked: _Asked) -> tuple[OwnOpinion, ...]:
    """Return what this observer said of the link's cases, newest first; of others nothing."""
    shown = select(SHOWN.enforcement_number).where(SHOWN.link_id == asked.link.id)
    query = (
        select(observer_opinions, ANSWER.text)
        .outerjoin(observer_answers, ANSWER.opinion_number == OPINION.number)
        .where(OPINION.observer_code == asked.link.observer_code, OPINION.enforcement_number.in_(shown))
        .order_by(OPINION.given_at.desc(), OPINION.number.desc())
    )
    return tuple(
        OwnOpinion(
            number=row.number,
            case_number=row.enforcement_number,
            given=asked.day(row.given_at).isoformat(),
            words=row.opinion,
            answered="" if row.answered_at is None else asked.day(row.answered_at).isoformat(),
            answer=row.text or "",
        )
        for row in connection.execute(query)
    )


def _given(connection: Connection, link_id: int) -> int:
    begin = f"YJ-L{link_id}-"
    query = select(func.count()).where(OPINION.number.startswith(begin, autoescape=True))
    return int(connection.execute(query).scalar_one())
