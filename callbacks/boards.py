"""The board and the map of a module's page: read anew when the town changed, when something was picked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dash import Dash, Input, Output, no_update

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.board import Board
from data.domain.people import Actor
from data.views.modules import VIEWS
from data.views.modules.view import Asked
from data.world import World, utc_now
from layouts.ids import Id
from layouts.parts.board import board_parts, card_parts

LONGEST_PICK = 100


def register(app: Dash, context: Context) -> None:
    """Register what fills board, card and map."""

    @app.callback(
        output={
            "board": Output(Id.BOARD, "children"),
            "card": Output(Id.BOARD_CARD, "children"),
            "layers": Output(Id.LAYERS, "data"),
        },
        inputs={"wish": Input(Id.BOARD_WISH, "data")},
        prevent_initial_call=True,
    )
    async def board(wish: dict[str, Any] | None) -> dict[str, Any]:
        return await in_thread(board_shown, context.world, wish or {}, current_actor())


def board_shown(world: World, wish: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Return what the wished pane shows of a module, and the card of what was picked; the rest stays as it is."""
    view = VIEWS.get(str(wish.get("module")))
    if view is None:
        return {"board": [], "card": [], "layers": []}
    asked = Asked(actor, utc_now(), str(wish.get("pick") or "")[:LONGEST_PICK])
    pane = wish.get("pane")
    is_board = pane == "board"
    found = view.board(world, asked) if is_board or asked.pick else Board(())
    return {
        "board": board_parts(found) if is_board and found.parts else [] if is_board else no_update,
        "card": card_parts(found),
        "layers": [asdict(layer) for layer in view.layers(world, asked)] if pane == "map" else no_update,
    }
