"""How an order follows the steps of its case."""

from __future__ import annotations

from data.demo.working import utc_text
from data.domain.journal import Entry
from data.domain.vocabulary import Action, OrderState

ORDER_STATES = {
    Action.DISPATCH: (OrderState.SENT, 0),
    Action.SIGN: (OrderState.SIGNED, 1),
    Action.ARRIVE: (OrderState.ON_SCENE, 2),
    Action.HANDLE: (OrderState.HANDLED, 3),
    Action.VERIFY: (OrderState.CONFIRMED, 4),
    Action.RETURN: (OrderState.RETURNED, 5),
}


def order_progress(entries: list[Entry]) -> tuple[str | None, ...]:
    """Return an order's state and its six instants: sent, signed, arrived, handled, confirmed, returned."""
    state, instants = OrderState.SENT, [None] * 6
    for entry in entries:
        if entry.action in ORDER_STATES:
            state, column = ORDER_STATES[entry.action]
            instants[column] = utc_text(entry.happened_at)  # type: ignore[call-overload]
    return (str(state), *instants)
