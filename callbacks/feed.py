"""The live feed: one persistent websocket callback in the shell, writing to one store."""

from __future__ import annotations

import asyncio

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
        async with context.hub.subscription() as queue:
            probe = asyncio.create_task(_page_is_gone(socket))
            try:
                while not (socket.is_shutdown or probe.done()):
                    await _forward(queue, probe)
            finally:
                probe.cancel()

    @app.callback(Output(Id.FEED, "data"), Input(Id.FEED_WISH, "data"), prevent_initial_call=True)
    async def resend(wish: int | None) -> Message:
        return await context.hub.full() if wish else no_update


async def _forward(queue: asyncio.Queue[Message], probe: asyncio.Task[None]) -> None:
    """Pass on the next message, or return early when the page turns out to be gone."""
    getter = asyncio.create_task(queue.get())
    done, _ = await asyncio.wait({getter, probe}, return_when=asyncio.FIRST_COMPLETED)
    if getter in done:
        set_props(Id.FEED, {"data": getter.result()})
    else:
        getter.cancel()


async def _page_is_gone(socket) -> None:  # type: ignore[no-untyped-def]
    """Return once the page no longer answers.

    The tabs of one browser share a socket, so a closed tab does not close it: ask the page itself.
    """
    while True:
        await asyncio.sleep(PROBE_SECONDS)
        try:
            await socket.get_prop(Id.FEED_WISH, "data", timeout=ANSWER_SECONDS)
        except Exception:
            return
