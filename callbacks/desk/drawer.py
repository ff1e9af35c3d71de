"""The drawer: the chosen case with all that the desk shows of it."""

from __future__ import annotations

import logging
from typing import Any

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import CloudError
from data.domain.people import Actor
from data.views.desk import read_drawer
from data.world import World, utc_now
from layouts.desk.drawer import drawer_parts, drawer_refusal, drawer_rest
from layouts.ids import Id

logger = logging.getLogger(__name__)


def register(app: Dash, context: Context) -> None:
    """Register the drawer's callback."""

    @app.callback(Output(Id.DESK_DRAWER, "children"), Input(Id.DESK_CASE, "data"), prevent_initial_call=True)
    async def drawer(wish: dict[str, Any] | None) -> list[Component]:
        return await in_thread(drawer_of, context.world, wish, current_actor())


def drawer_of(world: World, wish: dict[str, Any] | None, actor: Actor) -> list[Component]:
    """Return the drawer's children for the case that is wished for, or why it cannot be shown."""
    if not wish or not isinstance(wish.get("id"), int):
        return drawer_rest()
    try:
        return drawer_parts(read_drawer(world, wish["id"], actor, utc_now()))
    except CloudError as error:
        return drawer_refusal(str(error))
    except Exception:
        logger.exception("the drawer of case %d could not be shown", wish["id"])
        return drawer_refusal("服务器暂时无法显示这件案卷，错误已记录；请稍后再选一次")
