"""The live feed: one persistent websocket callback in the shell, writing to one store."""

from __future__ import annotations

import asyncio
from typing import Any

from dash import Dash, Input, Output, ctx, no_update, set_props

from callbacks.context import Context
from callbacks.hub import Message
from layouts.ids import Id

PROBE_SECONDS = 60.0
ANSWER_SECONDS = 20.0


def register(app: Dash, context: Context) -> None:
    """Register the feed and the answer to a page that lost a message."""

    @app.callback(websocket=True, persistent=True)
    async def feed() -> None:
        socket = ctx.websocket
        clock = asyncio.get_running_loop().time
        probed_at = clock()
        async with context.hub.subscription() as queue:
            while not socket.is_shutdown:
                set_props(Id.FEED, {"data": await queue.get()})
                if clock() - probed_at > PROBE_SECONDS:
                    if not await _answers(socket):
                        return
                    probed_at = clock()

    @app.callback(Output(Id.FEED, "data"), Input(Id.FEED_WISH, "data"), prevent_initial_call=True)
    async def resend(wish: int | None) -> Message:
        return await context.hub.full() if wish else no_update


async def _answers(socket: Any) -> bool:
    """Ask the page itself whether it is still there.

    The tabs of one browser share a socket, so a closed tab does not close it.
    """
    try:
        await socket.get_prop(Id.FEED_WISH, "data", timeout=ANSWER_SECONDS)
    except Exception:
        return False
    return True
