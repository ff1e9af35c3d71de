"""Sessions: a login that cannot be guessed or rushed, a fresh random cookie, and an end that holds at once.

An attempt is counted before the password is looked at, so many attempts at once get no further than one
after the other. Unknown name, wrong password, locked and disabled give one answer after the same time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from data.domain.accounts import ACCOUNT_NAME, lock_after, session_end
from data.domain.errors import Forbidden, Unauthenticated
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.audit import Note, Outcome, note_in
from data.services.secrets import draw_token, hash_password, is_password, needs_rehash, token_hash
from data.store.account_tables import sessions, users
from data.world import World

LOGIN, LOGOUT = "log_in", "log_out"
NOBODY = Actor("unknown", Role.WALL)
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Login:
    """A session that has begun: the cookie's value, shown to the browser alone, and who logged in."""

    actor: Actor
    token: str = field(repr=False)


def log_in(world: World, name: str, password: str, now: datetime, presented: str | None = None) -> Login:
    """Begin a session; the one whose cookie was presented ends. Raise `Unauthenticated` without saying why."""
    user = _take_attempt(world, name, now)
    is_right = is_password(password, user.password_hash if user else None)
    if user is None or not is_right:
        _note_refusal(world, user, now)
        raise Unauthenticated(
            "账号或密码不正确，或账号暂时锁定",
            code="login_refused",
            cure="请核对后再试；连续输错会锁定一段时间，忘记密码请联系管理员",
        )
    better = hash_password(password) if needs_rehash(user.password_hash) else user.password_hash
    return _begin(world, user, now, presented, {"password_hash": better})


def log_in_demo(world: World, name: str, now: datetime, presented: str | None = None) -> Login:
    """Begin a session of a demo account without a password; only the demo town on this machine has that."""
    user = _demo_account(world, name) if world.is_local_demo and ACCOUNT_NAME.fullmatch(name) else None
    if user is None or user.is_disabled:
        raise Forbidden(
            "演示账号只能在本机的演示镇使用", field="account", value=name[:64], cure="请用账号和密码登录"
        )
    return _begin(world, user, now, presented, {})


def log_out(world: World, token: str, actor: Actor, now: datetime) -> None:
    """End the session of a cookie."""
    with world.store.write() as transaction:
        _end(transaction.connection, token, now)
        note_in(transaction.connection, Note(now, actor, LOGOUT, f"user:{actor.name}", Outcome.DONE))


def touch(world: World, hashed: str, now: datetime) -> None:
    """Remember that a session is in use."""
    with world.store.write() as transaction:
        transaction.connection.execute(
            update(sessions).where(sessions.c.token_hash == hashed).values(seen_at=now)
        )


def forget_ended(connection: Connection, now: datetime) -> None:
    """Remove sessions that ended a month ago."""
    old = now - KEPT_FOR
    ended = or_(sessions.c.revoked_at < old, sessions.c.expires_at < old)
    connection.execute(delete(sessions).where(ended))


def actor_of(user: Any) -> Actor:
    """Return the one who acts under a row of users."""
    return Actor(user.name, Role(user.role), user.display_name, user.unit_code, user.id)


def _demo_account(world: World, name: str) -> Any:
    with world.store.read() as connection:
        return connection.execute(select(users).where(users.c.name == name, users.c.is_demo)).one_or_none()


def _take_attempt(world: World, name: str, now: datetime) -> Any:
    """Count an attempt and return the account's row, or None where there is nothing to log in to."""
    if not ACCOUNT_NAME.fullmatch(name):
        return None
    is_open = or_(users.c.locked_until.is_(None), users.c.locked_until <= now)
    may_try = (users.c.name == name, users.c.is_disabled.is_(False), users.c.is_demo.is_(False), is_open)
    counted = update(users).where(*may_try).values(failed_count=users.c.failed_count + 1).returning(*users.c)
    with world.store.write() as transaction:
        user = transaction.connection.execute(counted).one_or_none()
        pause = lock_after(user.failed_count) if user else None
        if user is not None and pause is not None:
            locked = update(users).where(users.c.id == user.id).values(locked_until=now + pause)
            transaction.connection.execute(locked)
    return user


def _begin(world: World, user: Any, now: datetime, presented: str | None, values: dict[str, Any]) -> Login:
    """Write the new session and end the presented one; `values` are what the login changes of the account."""
    actor, token = actor_of(user), draw_token()
    length = timedelta(hours=world.settings.session_hours)
    row = {
        "token_hash": token_hash(token),
        "user_id": user.id,
        "created_at": now,
        "seen_at": now,
        "expires_at": session_end(actor.role, now, length),
    }
    with world.store.write() as transaction:
        connection = transaction.connection
        _clear_attempts(connection, user, values)
        if presented:
            _end(connection, presented, now)
        connection.execute(insert(sessions).values(row))
        note_in(connection, Note(now, actor, LOGIN, f"user:{actor.name}", Outcome.DONE))
    return Login(actor, token)


def _clear_attempts(connection: Connection, user: Any, values: dict[str, Any]) -> None:
    """Forget the failures; whoever was disabled or given another password or role meanwhile stays out."""
    unchanged = (
        users.c.id == user.id,
        users.c.is_disabled.is_(False),
        users.c.password_hash == user.password_hash,
        users.c.role == user.role,
    )
    cleared = {"failed_count": 0, "locked_until": None, **values}
    if not connection.execute(update(users).where(*unchanged).values(cleared)).rowcount:
        raise Unauthenticated("账号刚刚被改动，登录没有完成", code="login_refused", cure="请重新登录")


def _end(connection: Connection, token: str, now: datetime) -> None:
    is_it = (sessions.c.token_hash == token_hash(token), sessions.c.revoked_at.is_(None))
    connection.execute(update(sessions).where(*is_it).values(revoked_at=now))


def _note_refusal(world: World, user: Any, now: datetime) -> None:
    """Write a refused login; what was typed as the name of nobody may be a password and is not kept."""
    actor = actor_of(user) if user else NOBODY
    wrote = Note(now, actor, LOGIN, f"user:{user.name}" if user else None, Outcome.REFUSED)
    with world.store.write() as transaction:
        note_in(transaction.connection, wrote)
