"""Orders with what the journals of their cases say of them, read for a window of deadlines."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from data.domain.journal import Entry
from data.domain.order_facts import READ, OrderFacts, SentOrder, facts_of_orders
from data.domain.vocabulary import CaseState, OrderState
from data.store.journal import entry_of
from data.store.tables import journal, orders, visible_cases


def read_order_facts(
    connection: Connection, begin: datetime, end: datetime, unit: str | None = None
) -> list[OrderFacts]:
    """Read all orders of the cases that have one (of the unit) whose deadline lies from `begin` up to `end`."""
    wanted = [orders.c.due_at >= begin, orders.c.due_at < end]
    if unit is not None:
        wanted.append(orders.c.unit_code == unit)
    ids = select(orders.c.case_id).where(*wanted)
    of_case: dict[int, list[SentOrder]] = defaultdict(list)
    for row in connection.execute(select(orders).where(orders.c.case_id.in_(ids)).order_by(orders.c.id)):
        of_case[row.case_id].append(_sent(row))
    entries = _entries(connection, ids)
    cases = select(visible_cases.c.id, visible_cases.c.state).where(
        visible_cases.c.id.in_(ids), visible_cases.c.is_withdrawn.is_(False)
    )
    return [
        one
        for case in connection.execute(cases.order_by(visible_cases.c.id))
        for one in facts_of_orders(
            of_case[case.id], entries[case.id], is_suspended=case.state == CaseState.SUSPENDED
        )
    ]


def _sent(row: Any) -> SentOrder:
    return SentOrder(
        row.number,
        row.unit_code,
        row.is_main,
        OrderState(row.state),
        row.due_at,
        row.return_code,
        row.sent_at,
        row.recalled_at,
    )


def _entries(connection: Connection, ids: Select[tuple[int]]) -> dict[int, list[Entry]]:
    """Read of each case's journal what its orders need, oldest first."""
    query = (
        select(journal)
        .where(journal.c.case_id.in_(ids), journal.c.action.in_([str(action) for action in READ]))
        .order_by(journal.c.case_id, journal.c.sequence)
    )
    found: dict[int, list[Entry]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.case_id].append(entry_of(row))
    return found
