"""The seat: who works here, which states wait for this role, and the sensitive cases that it may see whole.

A desk asks each time the picture's `plain_since` moves; the feed that every screen hears carries none of it.
"""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output

from callbacks.actors import current_actor
from callbacks.context import Context
from data.domain.asking import decided_by
from data.domain.errors import CloudError
from data.domain.offers import dispatched_states, waiting_states
from data.domain.rights import Right, authorise, may
from layouts.ids import Id


def register(app: Dash, context: Context) -> None:
    """Register the seat's callback; it runs once when the desk is put into the page."""

    @app.callback(Output(Id.DESK_SEAT, "data"), Input(Id.DESK_WISH, "data"))
    async def seat(_wish: int | None) -> dict[str, Any]:
        return await seat_of(context)


async def seat_of(context: Context) -> dict[str, Any]:
    """Return the seat and its cases, or the sentence why this actor has none."""
    try:
        actor = current_actor()
        authorise(actor, Right.SEE_DESK)
        authorise(actor, Right.SEE_SENSITIVE)
    except CloudError as error:
        return {"seat": None, "revision": 0, "cases": None, "refusal": str(error)}
    plain = await context.hub.plain_cases()
    seat = {
        "name": actor.display_name or actor.name,
        "role_words": actor.role.label,
        "mine": [str(state) for state in waiting_states(actor.role)],
        "dispatches": [str(state) for state in dispatched_states(actor.role)],
        "may_report": may(actor, Right.REPORT_CASE),
        "decides": [str(asking) for asking in decided_by(actor.role)],
    }
    return {"seat": seat, "revision": plain.revision, "cases": dict(plain.cases), "refusal": None}
