"""Who acts now: set once for each request and each socket, read by callbacks, REST and work in threads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from data.domain.errors import Unauthenticated
from data.domain.people import Actor

_actor: ContextVar[Actor | None] = ContextVar("cloud_actor", default=None)
_mark: ContextVar[str] = ContextVar("cloud_session_mark", default="")


def current_actor() -> Actor:
    """Return the one who acts, as the session or the token says; raise `Unauthenticated` where nobody does."""
    actor = _actor.get()
    if actor is None:
        raise Unauthenticated("尚未登录", cure="请先登录；程序调用请带上令牌（Authorization: Bearer …）")
    return actor


def acting_or_none() -> Actor | None:
    """Return the one who acts, None where nobody is known: for what is drawn for anyone."""
    return _actor.get()


def current_mark() -> str:
    """Return what tells this browser session from another one, "" without a session; it is no secret."""
    return _mark.get()


@contextmanager
def acting(actor: Actor | None, mark: str = "") -> Iterator[None]:
    """Let everything inside, tasks and threads that it starts included, know who acts."""
    token, mark_token = _actor.set(actor), _mark.set(mark)
    try:
        yield
    finally:
        _actor.reset(token)
        _mark.reset(mark_token)
