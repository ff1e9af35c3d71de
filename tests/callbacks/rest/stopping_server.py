"""The real server in a process of its own, which can be stopped at any step of a press, to be killed there.

Steps are the statements, the commits, the word after each commit, and the first byte of the answer. A request
says in a header before which of its steps the server is to stop; an answer says in a header how many it had.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import uvicorn
from sqlalchemy import event

from app import create_app
from data.settings import Settings

STOP_AT, STEPS = "x-stop-at", "x-steps"
STOPPED = "stopped"
TOKEN = "token-of-the-kills"


@dataclass(slots=True)
class Press:
    """One request: before which step it stops (0: never), and how many it has taken."""

    stop_at: int
    pipe: Connection
    steps: int = 0

    def step(self) -> None:
        """Take a step; where it is the one to stop at, say so and wait for the end."""
        self.steps += 1
        if self.steps == self.stop_at:
            self.pipe.send(STOPPED)
            self.pipe.recv()


running: ContextVar[Press | None] = ContextVar("running", default=None)
"""The press that this thread or task works for; timed jobs work for none."""


def settings_of(url: str, port: int = 0) -> Settings:
    """Return the settings of the server on a database."""
    return Settings(database_url=url, port=port, simulate=0, demo_token=TOKEN)


def serve(url: str, pipe: Connection) -> None:
    """Serve the town on a free port, which is said once the server listens."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    api = create_app(settings_of(url, port))
    store = api.state.world.store
    event.listen(store.engine, "before_cursor_execute", _step)
    event.listen(store.engine, "commit", _step)
    store.listeners.append(_step)
    listener.listen()
    pipe.send(port)
    server = uvicorn.Server(uvicorn.Config(_Stopping(api, pipe), log_level="error", access_log=False))
    server.run(sockets=[listener])


def _step(*_: object, **__: object) -> None:
    press = running.get()
    if press is not None:
        press.step()


class _Stopping:
    """Stands before the whole application and counts the steps of each request that asks for it."""

    def __init__(self, api: Callable[..., Any], pipe: Connection) -> None:
        self._api, self._pipe = api, pipe

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        asked = dict(scope.get("headers", ())).get(STOP_AT.encode())
        if asked is None:
            await self._api(scope, receive, send)
            return
        press = Press(int(asked), self._pipe)
        running.set(press)

        async def answer(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                press.step()
                message["headers"] = [*message["headers"], (STEPS.encode(), str(press.steps).encode())]
            await send(message)

        await self._api(scope, receive, answer)
