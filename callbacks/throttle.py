"""How often one address may try: logins and links that fail, and writes over REST; one too many hears when to come again.

Counted in this process alone, so several processes allow as many times as much. An account's own lock-out stands
in the database and holds for all of them.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callbacks.link_door import is_link
from callbacks.rest.problems import problem_of
from data.domain.errors import CloudError
from layouts.gatehouse import refusal_page
from layouts.observer_page import refused_html

LOGIN, REST = "/login", "/api/"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_ADDRESSES = 10_000
IPV6_HOME = 64  # bits: one household or office has a whole network of this size


class Buckets:
    """For each key `per_minute` tries at once, then one each time a minute's share has passed; 0 sets no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._per_second = per_minute / 60
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one try; return 0, or after how many seconds there will be one again."""
        if not self._most:
            return 0.0
        now, left = self._clock(), self._level(key)
        if left < 1:
            return (1 - left) / self._per_second
        self._keep(key, left - 1, now)
        return 0.0

    def give_back(self, key: str) -> None:
        """Let a try not count."""
        self._keep(key, min(self._most, self._level(key) + 1), self._clock())

    def _level(self, key: str) -> float:
        left, since = self._left.get(key, (self._most, self._clock()))
        return min(self._most, left + (self._clock() - since) * self._per_second)

    def _keep(self, key: str, left: float, now: float) -> None:
        self._left[key] = left, now
        self._left.move_to_end(key)
        if len(self._left) > MOST_ADDRESSES:
            self._left.popitem(last=False)


class Throttle:
    """ASGI middleware; both limits are tries per minute and address, and a login or link that opens does not count."""

    def __init__(self, app: ASGIApp, logins: int, writes: int) -> None:
        self.app = app
        self._logins, self._links, self._writes = Buckets(logins), Buckets(logins), Buckets(writes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass, or answer 429 with the seconds to wait."""
        if scope["type"] != "http" or (scope["method"] in SAFE_METHODS and not is_link(scope["path"])):
            await self.app(scope, receive, send)
            return
        address = address_of(scope)
        if scope["path"] == LOGIN or is_link(scope["path"]):
            buckets = self._links if is_link(scope["path"]) else self._logins
            wait = buckets.take(address)
            answer = _sparing(buckets, address, send)
        else:
            wait = self._writes.take(address) if scope["path"].startswith(REST) else 0.0
            answer = send
        if wait:
            await _refusal(scope["path"], math.ceil(wait))(scope, receive, send)
        else:
            await self.app(scope, receive, answer)


def _sparing(buckets: Buckets, address: str, send: Send) -> Send:
    """Let a try that succeeds not count."""

    async def sparing(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] < 400:
            buckets.give_back(address)
        await send(message)

    return sparing


def address_of(scope: Scope) -> str:
    """Return whom a request counts for: the peer, or whom a known proxy names; of IPv6 the network."""
    host = (scope.get("client") or ("", 0))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, IPV6_HOME), strict=False))


def _refusal(path: str, seconds: int) -> Response:
    words = "登录尝试" if path == LOGIN else "访问" if is_link(path) else "提交"
    error = CloudError(
        f"这个地址的{words}过于频繁", code="too_many", status=429, cure=f"请在 {seconds} 秒后再试"
    )
    answer: Response
    if is_link(path):
        answer = HTMLResponse(refused_html("请稍候", error.message, error.cure or ""), error.status)
    elif path == LOGIN:
        answer = HTMLResponse(refusal_page(error.message, error.cure or "", "请稍候"), error.status)
    else:
        answer = problem_of(error)
    answer.headers["Retry-After"] = str(seconds)
    return answer
