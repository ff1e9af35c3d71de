"""The saved views of the one who sits here."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import CloudError
from data.domain.people import Actor
from data.services.saved_views import drop_view, list_views, save_view
from data.world import World, utc_now
from layouts.ids import Id


def register(app: Dash, context: Context) -> None:
    """Register the callback that keeps, forgets and lists views."""

    @app.callback(Output(Id.DESK_VIEWS, "data"), Input(Id.DESK_VIEW_WISH, "data"))
    async def views(wish: dict[str, Any] | None) -> dict[str, Any]:
        return await in_thread(views_of, context.world, wish or {}, current_actor())


def views_of(world: World, wish: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Do what is wished for, then list the views; a refusal stands beside them."""
    refusal = None
    try:
        _do(world, wish, actor)
    except CloudError as error:
        refusal = str(error)
    return {"rows": list_views(world, actor), "refusal": refusal}


def _do(world: World, wish: dict[str, Any], actor: Actor) -> None:
    save, drop = wish.get("save"), wish.get("drop")
    if isinstance(save, dict):
        save_view(world, str(save.get("name") or ""), str(save.get("query") or ""), actor, utc_now())
    elif isinstance(drop, int):
        drop_view(world, drop, actor)
