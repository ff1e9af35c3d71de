"""Orders whose deadline lies in some days, and what to say of orders behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, select

from data.domain.order_facts import OrderFacts
from data.domain.vocabulary import OrderState
from data.store.tables import orders, visible_cases
from data.views.facts.cases import describe_cases
from data.views.facts.reading import instants
from data.views.facts.source import Asked
from data.views.order_facts import read_order_facts
from data.world import World


def due_orders(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return the facts of the orders whose deadline, or that of their closing, lies in the days and has passed.

    One that was returned as another unit's or withdrawn does not count; one of a suspended case, or late and
    exempted by an appeal, is listed with its flag.
    """
    begin, end = instants(asked, world.town.profile.zone)
    end, verify = min(end, asked.now), world.town.stages.verify
    known = read_order_facts(connection, begin - verify, end)
    owed = [one for one in known if one.order.due_at is not None and one.is_the_units]
    due = [one for one in owed if begin <= one.due_at < end]
    closing = [
        one
        for one in owed
        if begin <= one.due_at + verify < end and one.order.is_main and not one.is_suspended
    ]
    rows = [_row(world, one, asked.now) for one in due] + [_closing(world, one) for one in closing]
    return (
        pd.DataFrame(rows).merge(_places(connection, [*due, *closing]), on="number")
        if rows
        else pd.DataFrame()
    )


def _closing(world: World, one: OrderFacts) -> dict[str, object]:
    """What a unit's score asks of the closing: whether the main order was reworked."""
    limit = one.due_at + world.town.stages.verify
    return {
        "number": one.order.number,
        "day": limit.astimezone(world.town.profile.zone).date(),
        "unit_code": one.order.unit_code,
        "row_kind": "order",
        "orders_to_close": 1.0,
        "orders_reworked": float(one.is_reworked),
    }


def _row(world: World, one: OrderFacts, now: datetime) -> dict[str, object]:
    is_exempt = one.is_exempt and one.is_late(now)
    owed, timed = not one.is_suspended, not one.is_suspended and not is_exempt
    return {
        "number": one.order.number,
        "day": one.due_at.astimezone(world.town.profile.zone).date(),
        "unit_code": one.order.unit_code,
        "row_kind": "order",
        "flag": "suspended" if one.is_suspended else "exempt" if is_exempt else "",
        "should_handle": float(owed),
        "handled": float(owed and one.done_at is not None),
        "extended": float(owed and one.is_extended),
        "should_keep": float(timed),
        "handled_on_time": float(timed and one.done_at is not None and not one.is_late(now)),
        "overdue_unhandled": float(timed and one.is_overdue_open(now)),
    }


def _places(connection: Connection, due: Sequence[OrderFacts]) -> pd.DataFrame:
    """Return number, id, grid and category of orders."""
    numbers = sorted({one.order.number for one in due})
    columns = (
        orders.c.number,
        orders.c.id,
        visible_cases.c.comprehensive_code,
        visible_cases.c.category_code,
    )
    query = select(*columns).join(visible_cases, visible_cases.c.id == orders.c.case_id)
    rows = [
        tuple(row)
        for start in range(0, len(numbers), 500)
        for row in connection.execute(query.where(orders.c.number.in_(numbers[start : start + 500])))
    ]
    return pd.DataFrame(rows, columns=["number", "row_id", "grid_code", "category"])


def describe_orders(world: World, connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, object]]:
    """Return what to say of orders, by id: their number and state, and what is said of their case."""
    query = select(orders.c.id, orders.c.number, orders.c.state, orders.c.case_id)
    rows = connection.execute(query.where(orders.c.id.in_(list(ids)))).all()
    of_case = describe_cases(world, connection, [row.case_id for row in rows])
    return {
        row.id: of_case.get(row.case_id, {})
        | {"number": row.number, "state": OrderState(row.state).label, "case_id": row.case_id}
        for row in rows
    }
