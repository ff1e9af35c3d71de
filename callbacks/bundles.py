"""Script bundles, compressed once per process: the chart library alone takes a third of a second to compress."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUNDLES = "/_dash-component-suites/"
ENCODINGS = ("zstd", "br", "gzip")
MOST = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer: its start message and its body."""

    start: Message
    body: bytes


class Bundles:
    """ASGI middleware that keeps whole answers of bundle addresses carrying a fingerprint.

    Such an address never changes its content, so what was answered once holds until the process ends;
    at most `MOST` answers are kept.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[tuple[str, str], Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or pass on and keep the answer."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(BUNDLES):
            await self.app(scope, receive, send)
            return
        key = (scope["path"], _accepted(Headers(scope=scope)))
        kept = self._kept.get(key)
        if kept is None:
            await self.app(scope, receive, self._keeping(key, send))
            return
        await send({**kept.start, "headers": list(kept.start["headers"])})
        await send({"type": "http.response.body", "body": kept.body})

    def _keeping(self, key: tuple[str, str], send: Send) -> Send:
        """Pass messages on and remember them; keep the answer when it came whole and may be kept for ever."""
        start: list[Message] = []
        body = bytearray()

        async def keeping(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.append({**message, "headers": list(message["headers"])})
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False) and _is_lasting(start[0]) and len(self._kept) < MOST:
                    self._kept[key] = Kept(start[0], bytes(body))
            await send(message)

        return keeping


def _accepted(headers: Headers) -> str:
    """The encodings that the browser takes, as one key."""
    offered = headers.get("accept-encoding", "")
    return ",".join(name for name in ENCODINGS if name in offered)


def _is_lasting(start: Message) -> bool:
    return start["status"] == 200 and "max-age" in Headers(raw=start["headers"]).get("cache-control", "")
