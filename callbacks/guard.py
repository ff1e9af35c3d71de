"""What stands before every request: who may call, how large a body may be, what a page may load.

A name check and an origin check keep foreign pages in the same browser from talking to the server: it
answers to this machine's own names, or to the one name of `CLOUD_PUBLIC_URL`. Who may do what is judged
behind it, at the gate.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callbacks.body_limits import BodyLimits
from callbacks.callers import bearer_token
from callbacks.link_door import HEADERS, is_link
from callbacks.rest.problems import TOO_LARGE, problem
from layouts.observer_page import refused_html

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
PROBES = frozenset({"/healthz", "/readyz"})
FOREIGN_SOCKET = 4003
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FOR_EVER = "public, max-age=31536000, immutable"
POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' {socket}; worker-src 'self' blob:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
DOCS, CASES = "/api/docs", "/api/v1/cases"


class Guard:
    """ASGI middleware; `script_hashes` are those of the inline scripts that Dash itself writes.

    `public_url` is the one https address under which browsers come, "" where only this machine does.
    """

    def __init__(
        self, app: ASGIApp, script_hashes: tuple[str, ...], limits: BodyLimits, public_url: str = ""
    ) -> None:
        self.app = app
        self.scripts = " ".join(script_hashes)
        self.limits = limits
        self.public = urlsplit(public_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what must not pass; add the security and caching headers to the rest."""
        headers = Headers(scope=scope) if scope["type"] in ("http", "websocket") else Headers()
        if scope["type"] == "websocket" and not (self._is_ours(headers) and self._is_own_origin(headers)):
            await send({"type": "websocket.close", "code": FOREIGN_SOCKET})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self.app(scope, self._limited(scope, receive), self._with_headers(scope, headers, send))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer that refuses a request, or None.

        A browser names the origin of every write; a bearer token is no cookie that a foreign page could use.
        """
        host, is_probe = headers.get("host", ""), scope["path"] in PROBES
        if not is_probe and not self._is_ours(headers):
            return self._wrong_host(host)
        is_write = scope["method"] not in SAFE_METHODS and bearer_token(headers) is None
        if is_write and not self._is_own_write(scope, headers):
            return _foreign_write(scope["path"])
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > self.limits.most(scope["path"]):
            return self.limits.refusal(scope["path"], int(length))
        return None

    def _is_ours(self, headers: Headers) -> bool:
        """Whether the request names this server; a foreign name that resolves here is an attack (DNS rebinding).

        Where only this machine may come, a proxy that says so is refused: strangers would stand behind it.
        """
        host = headers.get("host", "").lower()
        if self.public:
            return host == self.public
        return _is_local(host) and not any(name in headers for name in FORWARDED)

    def _wrong_host(self, host: str) -> Response:
        if not self.public and _is_local(host):
            cure = "经代理对外服务请设置 CLOUD_PUBLIC_URL 并建立账号"
            return problem(421, "proxied", f"本服务只应答本机，不应答代理转来的请求；{cure}")
        own = self.public or "本机地址"
        return problem(421, "wrong_host", f"本服务只应答{own}，收到的主机名是“{host[:100]}”")

    def _is_own_origin(self, headers: Headers) -> bool:
        """Whether a request comes from this server's own pages; a write with a cookie must say that it does."""
        origin = headers.get("origin")
        if origin is None:
            return "cookie" not in headers
        if self.public:
            return origin.lower() == f"https://{self.public}"
        return _address(origin) == headers.get("host", "")

    def _is_own_write(self, scope: Scope, headers: Headers) -> bool:
        """Whether a write comes from our own pages; that of a link hides its origin in the browser (no-referrer).

        What such a browser says instead (`Sec-Fetch-Site`) no page can write itself.
        """
        is_hidden = headers.get("origin") == "null" and headers.get("sec-fetch-site") == "same-origin"
        return (is_link(scope["path"]) and is_hidden) or self._is_own_origin(headers)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """Cut off a body that is larger than it said, or that did not say."""
        received, most = 0, self.limits.most(scope["path"])

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                scope[TOO_LARGE] = self.limits
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
                sent["Cross-Origin-Resource-Policy"] = "same-origin"
                _set_caching(scope, sent, message["status"])
                if is_link(scope["path"]):
                    sent.update(HEADERS)
            await send(message)

        return with_headers

    def _policy(self, path: str, host: str) -> str:
        scripts = "'unsafe-inline'" if path == DOCS else self.scripts
        return POLICY.format(scripts=scripts, socket=f"ws://{host} wss://{host}")


def _foreign_write(path: str) -> Response:
    if not is_link(path):
        return problem(403, "foreign_origin", "来自其他网站的写入请求已被拒绝")
    cure = "请从手机或电脑的浏览器直接打开链接，在页面上提交；旧浏览器请升级"
    page = refused_html("没有提交", "这次提交不是从链接的页面发出的，已被拒绝", cure)
    return HTMLResponse(page, 403, dict(HEADERS))


def _is_local(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in LOCAL_NAMES
    except ValueError:
        return False


def _address(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def _set_caching(scope: Scope, sent: MutableHeaders, status: int) -> None:
    """Files whose address carries their hash may be kept for ever, pages are asked for anew, cases never kept.

    A desk's computer passes from hand to hand: after a logout nothing of a case may come out of its cache.
    """
    path, query = scope["path"], scope["query_string"]
    is_hashed_bundle = path.startswith("/_dash-component-suites/") and "max-age" in sent.get(
        "cache-control", ""
    )
    is_stamped_asset = path.startswith("/assets/") and query.startswith(b"m=")
    if status in (200, 304) and (is_hashed_bundle or is_stamped_asset):
        sent["Cache-Control"] = FOR_EVER
    elif path.startswith(CASES):
        sent["Cache-Control"] = "no-store"
    elif "cache-control" not in sent:
        sent["Cache-Control"] = "no-cache"
