"""Who asks: a bearer token, else a session's cookie, else a visitor where visitors may look."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers

from data.demo.accounts import TOKEN_ROLE, demo_name
from data.domain.errors import Unauthenticated
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import Role
from data.services.secrets import is_same_token, token_hash
from data.services.sessions import touch
from data.settings import Settings
from data.views.accounts import Seat, has_accounts, named_actor, session_seat, token_seat
from data.world import World, utc_now

BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks; `actor` is None where nobody is known, `mark` tells one browser session from another."""

    actor: Actor | None
    mark: str = ""

    @property
    def is_known(self) -> bool:
        """Whether somebody logged in or showed a token."""
        return self.actor is not None and self.actor != VISITOR


class Callers:
    """Finds out who asks, in threads of its own: a login never waits behind slow writers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._cookie = cookie_name(world.settings)
        self._pool = ThreadPoolExecutor(2, "callers")

    async def find(self, headers: Headers, *, is_press: bool) -> Caller:
        """Return who sent these headers; raise `Unauthenticated` for a bearer token that does not count.

        A request is a press and keeps a session awake; an open socket alone does so for a wall only.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._find, headers, is_press)

    def _find(self, headers: Headers, is_press: bool) -> Caller:
        bearer = bearer_token(headers)
        if bearer is not None:
            return Caller(self._bearer(bearer))
        cookie = session_cookie(headers, self._cookie)
        seat = session_seat(self._world, token_hash(cookie), utc_now()) if cookie else None
        if seat is None:
            return Caller(VISITOR if self._allows_visitors() else None)
        if seat.is_stale and (is_press or seat.actor.role == Role.WALL):
            touch(self._world, seat.token_hash, utc_now())
        return Caller(seat.actor, _mark(seat))

    def _bearer(self, token: str) -> Actor:
        demo = self._world.demo_token()
        actor: Actor | None
        if demo is not None and is_same_token(token, demo):
            actor = named_actor(self._world, demo_name(TOKEN_ROLE))
        else:
            seat = token_seat(self._world, token_hash(token), utc_now())
            actor = seat.actor if seat else None
        if actor is None:
            raise Unauthenticated("令牌无效或已失效", code="bad_token", cure="请核对令牌，或请管理员换发")
        return actor

    def _allows_visitors(self) -> bool:
        """On this machine alone a visitor may look: in a demo town, or where nobody could log in yet."""
        if not self._world.settings.is_local:
            return False
        return self._world.town.profile.is_demo or not has_accounts(self._world)


def cookie_name(settings: Settings) -> str:
    """Return the session cookie's name; browsers do not tell the ports of one host apart, so it does."""
    return "__Host-cloud" if settings.public_url else f"cloud-{settings.port}"


def session_cookie(headers: Headers, name: str) -> str | None:
    """Return the session cookie's value, None where there is none that could be one."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return found.value if found is not None and found.value else None


def bearer_token(headers: Headers) -> str | None:
    """Return the bearer token of the headers, or None."""
    value = headers.get("authorization", "")
    return value[len(BEARER) :].strip() if value.lower().startswith(BEARER) else None


def _mark(seat: Seat) -> str:
    return hashlib.sha256(seat.token_hash.encode()).hexdigest()[:12]
