"""Bearer tokens for programs: shown once, kept as SHA-256, revoked by number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from data.domain.errors import InvalidInput, NotFound
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.services.audit import Note, Outcome, note_in
from data.services.secrets import draw_token, token_hash
from data.store.account_tables import api_tokens, users
from data.world import World

LONGEST_NAME = 64
PREFIX = "cf_"


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; `secret` is shown once and kept nowhere."""

    id: int
    secret: str = field(repr=False)


def add_token(
    world: World, user: str, name: str, actor: Actor, now: datetime, days: int | None = None
) -> NewToken:
    """Make a token that acts as an account, for `days` or until revoked."""
    authorise(actor, Right.MANAGE_ACCOUNTS)
    _check(name, days)
    secret = PREFIX + draw_token()
    row = {
        "name": name.strip(),
        "token_hash": token_hash(secret),
        "created_at": now,
        "expires_at": None if days is None else now + timedelta(days=days),
    }
    with world.store.write() as transaction:
        connection = transaction.connection
        is_user = (users.c.name == user, users.c.is_disabled.is_(False))
        user_id = connection.execute(select(users.c.id).where(*is_user)).scalar_one_or_none()
        if user_id is None:
            raise NotFound(f"没有可用的账号“{user}”", field="user", value=user, cure="请用 user list 核对")
        key = connection.execute(insert(api_tokens).values(user_id=user_id, **row)).inserted_primary_key
        assert key is not None
        note_in(connection, _note(actor, int(key[0]), now, "token_add", user))
    return NewToken(int(key[0]), secret)


def revoke_token(world: World, token_id: int, actor: Actor, now: datetime) -> None:
    """End a token; one that has ended stays ended."""
    authorise(actor, Right.MANAGE_ACCOUNTS)
    with world.store.write() as transaction:
        is_open = (api_tokens.c.id == token_id, api_tokens.c.revoked_at.is_(None))
        ended = transaction.connection.execute(update(api_tokens).where(*is_open).values(revoked_at=now))
        if not ended.rowcount:
            raise NotFound(
                f"没有编号为 {token_id} 的有效令牌", field="id", value=token_id, cure="请用 token list 核对"
            )
        note_in(transaction.connection, _note(actor, token_id, now, "token_revoke"))


def _check(name: str, days: int | None) -> None:
    if not 1 <= len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise InvalidInput(
            "令牌的用途应为 1 至 64 个可显示的字",
            field="name",
            value=name[:LONGEST_NAME],
            cure="请写明令牌给谁用",
        )
    if days is not None and not 1 <= days <= 3660:
        raise InvalidInput("有效天数应在 1 至 3660 之间", field="days", value=days, cure="请改天数")


def _note(actor: Actor, token_id: int, now: datetime, what: str, user: str | None = None) -> Note:
    detail: dict[str, str | int | None] = {"change": what}
    if user is not None:
        detail["user"] = user
    return Note(now, actor, Right.MANAGE_ACCOUNTS, f"token:{token_id}", Outcome.DONE, detail)
