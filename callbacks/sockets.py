"""A socket between browser and Dash: each message is judged, and it ends soon after its session did."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callbacks.rights import SOCKET_MESSAGES, Door, Lock
from data.domain.people import Actor
from data.domain.rights import Right, may

ENDED = {"type": "websocket.close", "code": 4001, "reason": "会话已结束"}
SHUT = {"type": "websocket.close", "code": 4403, "reason": "没有登记的消息"}


@dataclass(slots=True)
class Line:
    """One open socket: who acts over it, the locks of callbacks by Dash's output, and its two directions."""

    actor: Actor
    outputs: Mapping[str, tuple[str, Lock]]
    tell_refusal: Callable[[Line, str, Lock], None]
    receive: Receive
    send: Send

    async def next_message(self) -> Message:
        """Return the next message that may pass; a refused callback is answered here, an unknown kind ends it."""
        while True:
            message = await self.receive()
            if message["type"] != "websocket.receive":
                return message
            content = _content(message)
            lock = SOCKET_MESSAGES.get(str(content.get("type")), Door.SHUT)
            if not self._may(lock):
                self.tell_refusal(self, "message", lock)
                await self.send(SHUT)
                return {"type": "websocket.disconnect", "code": SHUT["code"]}
            if content["type"] != "callback_request" or await self._may_call(content):
                return message

    async def _may_call(self, content: dict[str, Any]) -> bool:
        payload = content.get("payload")
        output = str(payload.get("output")) if isinstance(payload, dict) else ""
        key, lock = self.outputs.get(output, ("", Door.SHUT))
        if self._may(lock):
            return True
        self.tell_refusal(self, f"callback {key}", lock)
        await self.send({"type": "websocket.send", "text": json.dumps(_refusal(content, key, lock))})
        return False

    def _may(self, lock: Lock) -> bool:
        return isinstance(lock, Right) and may(self.actor, lock)


async def serve_socket(
    app: ASGIApp,
    scope: Scope,
    line: Line,
    is_still_theirs: Callable[[], Awaitable[bool]],
    watch_seconds: float,
) -> None:
    """Serve a socket until it closes or its session ends; that is looked at every `watch_seconds`."""
    ended = asyncio.Event()

    async def watch() -> None:
        while await is_still_theirs():
            await asyncio.sleep(watch_seconds)
        ended.set()

    async def receive() -> Message:
        return await _next_or_end(line, ended)

    watching = asyncio.create_task(watch())
    try:
        await app(scope, receive, line.send)
    finally:
        watching.cancel()


async def _next_or_end(line: Line, ended: asyncio.Event) -> Message:
    """Return the next message, or the end of the session, whichever comes first."""
    coming, end = asyncio.ensure_future(line.next_message()), asyncio.ensure_future(ended.wait())
    try:
        await asyncio.wait((coming, end), return_when=asyncio.FIRST_COMPLETED)
        if not ended.is_set():
            return coming.result()
        await line.send(ENDED)
        return {"type": "websocket.disconnect", "code": ENDED["code"]}
    finally:
        coming.cancel()
        end.cancel()


def _content(message: Message) -> dict[str, Any]:
    """Return a message's JSON object, an empty one for anything else."""
    try:
        content = json.loads(message.get("text") or "")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _refusal(content: dict[str, Any], key: str, lock: Lock) -> dict[str, Any]:
    """Return Dash's answer to a callback that was refused; a feed that a role may not follow stays silent."""
    right = lock.label if isinstance(lock, Right) else "没有登记"
    is_feed = "." not in key
    payload = {
        "status": "prevent_update" if is_feed and key else "error",
        "message": f"没有权限：{right}",
        "code": 403,
    }
    return {
        "type": "callback_response",
        "rendererId": content.get("rendererId", ""),
        "requestId": content.get("requestId"),
        "payload": payload,
    }
