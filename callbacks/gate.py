"""The gate: before every request and socket it finds out who asks and whether the door's right is theirs.

It is the one place where rights of doors are judged; a route without a row in `callbacks.rights` stays shut.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callbacks.actors import acting
from callbacks.audit import AuditBook
from callbacks.callers import Caller, Callers
from callbacks.link_door import without_secret
from callbacks.rest.problems import problem_of
from callbacks.rights import WRITING, Door, Lock, route_lock
from callbacks.sockets import Line, serve_socket
from data.domain.errors import CloudError, Forbidden, Unauthenticated
from data.domain.rights import Right, may, require
from data.services.audit import Outcome
from layouts.gatehouse import refusal_page

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SOCKET_REFUSED = 4001  # the browser does not try again by itself

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One route as declared: its template, what it matches, and its methods (None: any)."""

    template: str
    pattern: re.Pattern[str]
    methods: frozenset[str] | None


class RouteBook:
    """Tells which declared route an address belongs to; reads the routes anew when some were added."""

    def __init__(self, api: FastAPI) -> None:
        self._api = api
        self._counted = -1
        self._leaves: list[Leaf] = []

    def template(self, method: str, path: str) -> str | None:
        """Return the declared path of the first route that takes this request, or None."""
        if len(self._api.routes) != self._counted:
            self._leaves, self._counted = leaves(self._api), len(self._api.routes)
        for leaf in self._leaves:
            if (leaf.methods is None or method in leaf.methods) and leaf.pattern.match(path):
                return leaf.template
        return None


def leaves(api: FastAPI) -> list[Leaf]:
    """Return every route of an application, in the order in which they are asked."""
    found = []
    for context in iter_route_contexts(api.routes):
        template = context.path or ""
        is_mount = isinstance(context.original_route, Mount)
        pattern, _, _ = compile_path(template + "/{path:path}" if is_mount else template)
        found.append(Leaf(template, pattern, frozenset(context.methods) if context.methods else None))
    return found


class Gate:
    """ASGI middleware; `outputs` maps what Dash calls a callback's output to its lock."""

    def __init__(
        self,
        app: ASGIApp,
        api: FastAPI,
        callers: Callers,
        audit: AuditBook,
        outputs: Mapping[str, tuple[str, Lock]],
        watch_seconds: float,
    ) -> None:
        self.app = app
        self._book = RouteBook(api)
        self._callers = callers
        self._audit = audit
        self._outputs = outputs
        self._watch_seconds = watch_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass, knowing who acts, or answer with the refusal."""
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        lock = route_lock(method, self._book.template(method, path), path)
        if lock is Door.LINK or (lock is Door.ANYONE and path != "/logout"):
            await self.app(scope, receive, send)
            return
        caller = Caller(None)
        try:
            caller = await self._callers.find(Headers(scope=scope), is_press=True)
            _open(lock, caller)
        except CloudError as error:
            self._note_refusal(caller, lock, f"{method} {path}")
            await _answer(scope, caller, error)(scope, receive, send)
            return
        with acting(caller.actor, caller.mark):
            await self.app(scope, receive, self._noting(scope, caller, lock, send))

    def _noting(self, scope: Scope, caller: Caller, lock: Lock, send: Send) -> Send:
        """Write a use of a writing right into the audit log when its answer begins."""
        actor = caller.actor
        if actor is None or lock not in WRITING or scope["method"] in SAFE_METHODS:
            return send

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = message["status"]
                self._audit.note(
                    actor, str(lock), f"{scope['method']} {scope['path']}", _outcome(status), status
                )
            await send(message)

        return noting

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, path = Headers(scope=scope), scope["path"]
        template = "/_dash-ws-callback" if path == "/_dash-ws-callback" else None
        lock = route_lock("WEBSOCKET", template, path) if template else Door.SHUT
        caller = Caller(None)
        try:
            caller = await self._callers.find(headers, is_press=False)  # browsers reconnect by themselves
            _open(lock, caller)
        except CloudError as error:
            self._note_refusal(caller, lock, f"WEBSOCKET {path}")
            await send({"type": "websocket.close", "code": SOCKET_REFUSED, "reason": error.message})
            return
        assert caller.actor is not None
        line = Line(caller.actor, self._outputs, self._refused_message, receive, send)

        async def is_still_theirs() -> bool:
            return await self._is_same(headers, caller)

        with acting(caller.actor, caller.mark):
            await serve_socket(self.app, scope, line, is_still_theirs, self._watch_seconds)

    async def _is_same(self, headers: Headers, caller: Caller) -> bool:
        try:
            now = await self._callers.find(headers, is_press=False)
        except Unauthenticated:
            return False
        except Exception:
            logger.exception("a socket's session could not be checked")
            return True  # a database that is away for a moment ends nobody's session
        return now.actor == caller.actor

    def _refused_message(self, line: Line, what: str, lock: Lock) -> None:
        self._note_refusal(Caller(line.actor), lock, f"WEBSOCKET {what}")

    def _note_refusal(self, caller: Caller, lock: Lock, what: str) -> None:
        """Write who was refused what; a stranger could fill the log, so a refused stranger is not written."""
        if lock is Door.SHUT:
            logger.error("%s has no row in the table of rights and stays shut", without_secret(what))
        if caller.is_known and caller.actor is not None:
            right = str(lock) if isinstance(lock, Right) else lock.name.lower()
            self._audit.note(caller.actor, right, what, Outcome.REFUSED)


def _open(lock: Lock, caller: Caller) -> None:
    """Raise `Unauthenticated` or `Forbidden` where a caller may not pass a door."""
    if lock is Door.ANYONE:
        return
    if isinstance(lock, Door):
        raise Forbidden("这个入口没有登记权限，已关闭", code="shut", cure="请联系管理员登记后再用")
    if caller.actor is None or (not caller.is_known and not may(caller.actor, lock)):
        raise Unauthenticated(
            f"尚未登录，不能{lock.label}",
            cure="请在 /login 登录；程序调用请带上令牌（Authorization: Bearer …）",
        )
    require(caller.actor, lock)


def _answer(scope: Scope, caller: Caller, error: CloudError) -> Response:
    """Return the refusal as the caller can read it: a browser gets a page, a program problem+json."""
    path = scope["path"]
    if path.startswith(("/api", "/_")) or scope["method"] != "GET":
        answer = problem_of(error)
        if error.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if error.status == 401:
        query = scope["query_string"].decode("ascii", "replace")
        return RedirectResponse(f"/login?next={quote(path + ('?' + query if query else ''))}", 303)
    return HTMLResponse(refusal_page(error.message, error.cure or ""), error.status)


def _outcome(status: int) -> Outcome:
    if status < 400:
        return Outcome.DONE
    return Outcome.REFUSED if status in (401, 403) else Outcome.FAILED
