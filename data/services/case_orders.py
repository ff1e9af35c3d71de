"""The orders of a case: sent at a dispatch, moved by the steps of the case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from data.domain.journal import Entry
from data.domain.lifecycle import ORDER_DONE, ORDER_OVER
from data.domain.orders import moment_of, order_after
from data.domain.vocabulary import OrderState
from data.store.tables import orders

Order = dict[str, Any]


def read_orders(connection: Connection, case_id: int) -> list[Order]:
    """Return the orders of a case, oldest first."""
    query = select(orders).where(orders.c.case_id == case_id).order_by(orders.c.id)
    return [dict(order) for order in connection.execute(query).mappings()]


def follow_step(connection: Connection, held: list[Order], entry: Entry) -> None:
    """Move the orders of the newest dispatch as an entry of the journal says; `held` are the case's, oldest first."""
    for order in newest_orders(held):
        before = OrderState(order["state"])
        after = order_after(before, entry, order["number"], order["is_main"])
        column = moment_of(before, after)
        if after is before:
            continue
        changes: Order = {"state": str(after)}
        if column is not None:
            changes[column] = entry.happened_at
        if after is OrderState.RETURNED:
            changes |= {"return_code": entry.payload.get("code"), "return_reason": entry.reason}
        order.update(changes)
        connection.execute(update(orders).where(orders.c.id == order["id"]).values(changes))


def newest_orders(held: list[Order]) -> list[Order]:
    """Return the newest main order with its assisting ones; an earlier dispatch's orders are over."""
    starts = [index for index, order in enumerate(held) if order["is_main"]]
    return held[starts[-1] :] if starts else []


def live_orders(held: list[Order]) -> list[Order]:
    """Return the orders whose clock still runs or may run again; one that is over stays as it was judged."""
    return [order for order in newest_orders(held) if OrderState(order["state"]) not in ORDER_OVER]


def set_due(connection: Connection, order: Order, due_at: datetime) -> None:
    """Give an order another deadline, where it is another."""
    if order["due_at"] != due_at:
        order["due_at"] = due_at
        connection.execute(update(orders).where(orders.c.id == order["id"]).values(due_at=due_at))


def assists_open(held: list[Order]) -> int:
    """Count the assisting orders that keep a case from 核查."""
    return sum(not order["is_main"] and OrderState(order["state"]) not in ORDER_DONE for order in held)


def add_order(connection: Connection, held: list[Order], values: Order) -> Order:
    """Insert an order that has just been sent, and hold it with the others of its case; the main one first."""
    blank = {column.name: None for column in orders.c if column.name != "id"}
    order: Order = blank | {"is_demo": False, "state": str(OrderState.SENT)} | values
    key = connection.execute(insert(orders).values(order)).inserted_primary_key
    order["id"] = int(key[0]) if key else 0
    held.append(order)
    return order


def next_number(case_number: str, held: list[Order]) -> str:
    """Return the number of a case's next main order, e.g. 320582105-20261123-0387-2."""
    return f"{case_number}-{sum(bool(order['is_main']) for order in held) + 1}"
