"""How an order follows the steps of its case, by the same table as an order that is not generated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from data.demo.working import utc_text
from data.domain.journal import Entry
from data.domain.orders import moment_of, order_after
from data.domain.vocabulary import Action, OrderState


def order_progress(entries: Iterable[Entry], number: str, is_main: bool) -> dict[str, Any]:
    """Return the columns of an order as the entries from its dispatch on leave it."""
    state = OrderState.SENT
    columns: dict[str, Any] = {}
    for entry in entries:
        if entry.action is Action.DISPATCH:
            columns["sent_at"] = utc_text(entry.happened_at)
            continue
        after = order_after(state, entry, number, is_main)
        column = moment_of(state, after)
        if column is not None:
            columns[column] = utc_text(entry.happened_at)
        if after is OrderState.RETURNED and after is not state:
            columns |= {"return_code": entry.payload["code"], "return_reason": entry.reason}
        state = after
    return columns | {"state": str(state)}
