"""What an entry of the journal does to an order of its case: the same for services, the demo and the audit."""

from __future__ import annotations

from collections.abc import Iterable

from data.domain.journal import Entry
from data.domain.lifecycle import ASSISTS_FOLLOW, ORDER_STEPS
from data.domain.steps import order_step
from data.domain.vocabulary import Action, OrderState

ORDER_ACTIONS = frozenset(action for _, action in ORDER_STEPS) - {Action.DISPATCH}

MOMENTS = {
    OrderState.SIGNED: "signed_at",
    OrderState.ON_SCENE: "arrived_at",
    OrderState.HANDLED: "handled_at",
    OrderState.CONFIRMED: "confirmed_at",
    OrderState.RETURNED: "returned_at",
    OrderState.RECALLED: "recalled_at",
}
"""The column that keeps when an order came to a state."""


def order_after(state: OrderState, entry: Entry, number: str, is_main: bool) -> OrderState:
    """Return the state of an order after an entry; raise `Conflict` where the order cannot follow.

    The main order takes each step of its case. An assisting one takes the steps that name it, those where its
    people worked together with the main ones (`joint`) and those that the lifecycle lets it follow.
    """
    action = order_action(entry, number, is_main)
    if action is None:
        return state
    is_asked = is_main or "assisting" in entry.payload
    return order_step(state, action) if is_asked or (state, action) in ORDER_STEPS else state


def order_columns(stretch: Iterable[Entry], number: str, *, is_main: bool) -> dict[str, object]:
    """Return the columns of an order as the entries from its dispatch until the next one leave it.

    `state`, `sent_at`, one for each moment (None where it has not come) and, of a return, its code and reason.
    """
    state = OrderState.SENT
    columns: dict[str, object] = {}
    for entry in stretch:
        if entry.action is Action.DISPATCH:
            columns = dict.fromkeys(MOMENTS.values()) | {"sent_at": entry.happened_at}
            columns |= {"return_code": None, "return_reason": None}
            continue
        after = order_after(state, entry, number, is_main)
        column = moment_of(state, after)
        if column is not None:
            columns[column] = entry.happened_at
        if after is OrderState.RETURNED and after is not state:
            columns |= {"return_code": entry.payload.get("code"), "return_reason": entry.reason}
        state = after
    return columns | {"state": str(state)}


def moment_of(before: OrderState, after: OrderState) -> str | None:
    """Return the column for the instant of a change; a rework keeps the first arrival."""
    is_rework = after is OrderState.ON_SCENE and before is not OrderState.SIGNED
    return None if is_rework or before is after else MOMENTS.get(after)


def order_action(entry: Entry, number: str, is_main: bool) -> Action | None:
    """Return what an entry of its case asks an order to do; None where it does not concern it."""
    named = entry.payload.get("assisting")
    if named is not None:
        return entry.action if named == number else None
    if entry.action not in ORDER_ACTIONS:
        return None
    if is_main or entry.payload.get("joint") is True:
        return entry.action if is_main else ASSISTS_FOLLOW.get(entry.action, entry.action)
    return ASSISTS_FOLLOW.get(entry.action)
