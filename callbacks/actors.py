"""Who acts now: set once for each request and each socket, read by callbacks, REST and work in threads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from data.domain.errors import Unauthenticated
from data.domain.people import Actor

_actor: ContextVar[Actor | None] = ContextVar("cloud_actor", default=None)


def current_actor() -> Actor:
    """Return the one who acts, as the session or the token says; raise `Unauthenticated` where nobody does."""
    actor = _actor.get()
    if actor is None:
        raise Unauthenticated("尚未登录", cure="请先登录；程序调用请带上令牌（Authorization: Bearer …）")
    return actor


def actor_or_none() -> Actor | None:
    """Return the one who acts, None where nobody is logged in."""
    return _actor.get()


@contextmanager
def acting(actor: Actor | None) -> Iterator[None]:
    """Let everything inside, tasks and threads that it starts included, know who acts."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
