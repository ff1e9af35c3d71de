"""What stands before every request: who may call, how large a body may be, what a page may load.

Until accounts exist the server listens on the loopback address alone; a name check and an origin check
keep foreign pages in the same browser from talking to it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callbacks.rest.problems import TOO_LARGE, problem

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
FOREIGN_SOCKET = 4003
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FOR_EVER = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' {socket}; worker-src 'self' blob:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
DOCS = "/api/docs"


class Guard:
    """ASGI middleware; `script_hashes` are those of the inline scripts that Dash itself writes."""

    def __init__(self, app: ASGIApp, script_hashes: tuple[str, ...], max_body_bytes: int) -> None:
        self.app = app
        self.scripts = " ".join(script_hashes)
        self.max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what must not pass; add the security and caching headers to the rest."""
        headers = Headers(scope=scope) if scope["type"] in ("http", "websocket") else Headers()
        if scope["type"] == "websocket" and not _is_local(headers):
            await send({"type": "websocket.close", "code": FOREIGN_SOCKET})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = _refusal(scope, headers, self.max_body_bytes)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self.app(scope, self._limited(scope, receive), self._with_headers(scope, headers, send))

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """Cut off a body that is larger than it said, or that did not say."""
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_body_bytes:
                scope[TOO_LARGE] = True
                return {"type": "http.disconnect"}
            return message

        return limited

    def _with_headers(self, scope: Scope, headers: Headers, send: Send) -> Send:
        policy = self._policy(scope["path"], headers.get("host", ""))

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                sent["Content-Security-Policy"] = policy
                sent["X-Content-Type-Options"] = "nosniff"
                sent["Referrer-Policy"] = "same-origin"
                _set_caching(scope, sent, message["status"])
            await send(message)

        return with_headers

    def _policy(self, path: str, host: str) -> str:
        scripts = "'unsafe-inline'" if path == DOCS else self.scripts
        return POLICY.format(scripts=scripts, socket=f"ws://{host} wss://{host}")


def _refusal(scope: Scope, headers: Headers, max_body_bytes: int):  # type: ignore[no-untyped-def]
    """Return the answer that refuses a request, or None."""
    host = headers.get("host", "")
    if not _is_local(headers):
        return problem(421, "wrong_host", f"本服务只应答本机地址，收到的主机名是“{host[:100]}”")
    origin = headers.get("origin")
    if scope["method"] not in SAFE_METHODS and origin and _address(origin) != host:
        return problem(403, "foreign_origin", "来自其他网站的写入请求已被拒绝")
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > max_body_bytes:
        return problem(413, "too_large", f"请求正文 {length} 字节，超过上限 {max_body_bytes} 字节")
    return None


def _is_local(headers: Headers) -> bool:
    """Whether the request names this machine; a foreign name that resolves here is an attack (DNS rebinding)."""
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname in LOCAL_NAMES
    except ValueError:
        return False


def _address(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _set_caching(scope: Scope, sent: MutableHeaders, status: int) -> None:
    """Files whose address carries their hash may be kept for ever; pages and answers never."""
    path, query = scope["path"], scope["query_string"]
    is_hashed_bundle = path.startswith("/_dash-component-suites/") and "max-age" in sent.get(
        "cache-control", ""
    )
    is_stamped_asset = path.startswith("/assets/") and query.startswith(b"m=")
    if status in (200, 304) and (is_hashed_bundle or is_stamped_asset):
        sent["Cache-Control"] = FOR_EVER
    elif "cache-control" not in sent:
        sent["Cache-Control"] = "no-cache"
