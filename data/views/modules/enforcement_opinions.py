"""What observers said of a case and were answered, for its card."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from data.domain.board import Cell, Listing
from data.domain.enforcement import OBSERVERS
from data.store.account_tables import users
from data.store.modules.enforcement import observer_opinions, observers
from data.store.observer_tables import observer_answers
from data.world import World

OPINION, ANSWER = observer_opinions.c, observer_answers.c


def opinions_on(world: World, connection: Connection, case_number: str) -> tuple[Listing, ...]:
    """Return the opinions on a case with their answers and who gave them; nothing where nobody said anything."""
    query = (
        select(
            *(OPINION.opinion, OPINION.given_at, OPINION.answered_at, observers.c.kind),
            *(ANSWER.text, ANSWER.answered_by, users.c.display_name),
        )
        .select_from(observer_opinions)
        .outerjoin(observers, observers.c.code == OPINION.observer_code)
        .outerjoin(observer_answers, ANSWER.opinion_number == OPINION.number)
        .outerjoin(users, users.c.name == ANSWER.answered_by)
        .where(OPINION.enforcement_number == case_number)
        .order_by(OPINION.given_at, OPINION.number)
    )
    rows = tuple(_told(world, row) for row in connection.execute(query))
    return (Listing("观察意见与答复", ("意见", "答复"), rows),) if rows else ()


def _told(world: World, row: Row[Any]) -> tuple[Cell | str, ...]:
    said = f"{OBSERVERS.get(row.kind or '', '观察员')} {_day(world, row.given_at)}：{row.opinion}"
    if row.answered_at is None:
        return said, Cell("待答复", "soon")
    if row.text is None:
        return said, f"{_day(world, row.answered_at)} 已答复，内容未录入平台"
    return said, f"{row.display_name or row.answered_by} {_day(world, row.answered_at)}：{row.text}"


def _day(world: World, at: datetime) -> str:
    return f"{at.astimezone(world.town.profile.zone):%m-%d}"
