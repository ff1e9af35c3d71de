"""Who somebody is, by cookie or token; and the lists of accounts, tokens and the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from data.domain.accounts import is_session_over
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.store.account_tables import api_tokens, audit_log, sessions, users
from data.world import World

PERSON = (users.c.name, users.c.role, users.c.display_name, users.c.unit_code, users.c.id)
TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Seat:
    """A known caller: who acts, and the session's hash where it should be marked as seen."""

    actor: Actor
    token_hash: str
    is_stale: bool = False


def session_seat(world: World, hashed: str, now: datetime) -> Seat | None:
    """Return who holds the session with this token hash, None where it has ended."""
    query = (
        select(*PERSON, sessions.c.seen_at, sessions.c.expires_at)
        .join(users, users.c.id == sessions.c.user_id)
        .where(
            sessions.c.token_hash == hashed,
            sessions.c.revoked_at.is_(None),
            *_may_act(world),
        )
    )
    row = _one(world, query)
    idle = timedelta(minutes=world.settings.session_idle_minutes)
    if row is None or is_session_over(Role(row.role), row.seen_at, row.expires_at, idle, now):
        return None
    return Seat(_actor(row), hashed, now - row.seen_at >= TOUCH_AFTER)


def token_seat(world: World, hashed: str, now: datetime) -> Seat | None:
    """Return whom the bearer token with this hash acts as, None where it is unknown or has ended."""
    query = (
        select(*PERSON)
        .join(api_tokens, users.c.id == api_tokens.c.user_id)
        .where(
            api_tokens.c.token_hash == hashed,
            api_tokens.c.revoked_at.is_(None),
            or_(api_tokens.c.expires_at.is_(None), api_tokens.c.expires_at > now),
            *_may_act(world),
        )
    )
    row = _one(world, query)
    return None if row is None else Seat(_actor(row), hashed)


def named_actor(world: World, name: str) -> Actor | None:
    """Return the one who acts under an account's name, None where it is not there or disabled."""
    query = select(*PERSON).where(users.c.name == name, *_may_act(world))
    row = _one(world, query)
    return None if row is None else _actor(row)


def has_accounts(world: World) -> bool:
    """Whether somebody could log in with a password; demo accounts do not count."""
    counted = select(func.count()).select_from(users)
    row = _one(world, counted.where(users.c.is_demo.is_(False), users.c.is_disabled.is_(False)))
    return row is not None and row[0] > 0


def account_list(world: World) -> list[dict[str, Any]]:
    """Return every account, its password's hash left out."""
    columns = (*PERSON, users.c.is_disabled, users.c.locked_until, users.c.created_at, users.c.is_demo)
    return _all(world, select(*columns).order_by(users.c.name))


def token_list(world: World) -> list[dict[str, Any]]:
    """Return every token that has not been revoked, its hash left out."""
    columns = (api_tokens.c.id, api_tokens.c.name, api_tokens.c.created_at, api_tokens.c.expires_at)
    query = (
        select(*columns, users.c.name.label("user"))
        .join(users, users.c.id == api_tokens.c.user_id)
        .where(api_tokens.c.revoked_at.is_(None))
        .order_by(api_tokens.c.id)
    )
    return _all(world, query)


def audit_list(world: World, limit: int) -> list[dict[str, Any]]:
    """Return the newest lines of the audit log, newest first."""
    return _all(world, select(audit_log).order_by(audit_log.c.id.desc()).limit(limit))


def _may_act(world: World) -> tuple[ColumnElement[bool], ...]:
    """The accounts that count: none that is disabled, and demo ones in the demo town on this machine alone.

    A session or token that began there counts no more once the same database serves strangers.
    """
    is_allowed = users.c.is_disabled.is_(False)
    return (is_allowed,) if world.is_local_demo else (is_allowed, users.c.is_demo.is_(False))


def _actor(row: Row[Any]) -> Actor:
    return Actor(row.name, Role(row.role), row.display_name, row.unit_code, row.id)


def _one(world: World, query: Select[Any]) -> Row[Any] | None:
    with world.store.read() as connection:
        return connection.execute(query).one_or_none()


def _all(world: World, query: Select[Any]) -> list[dict[str, Any]]:
    with world.store.read() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]
