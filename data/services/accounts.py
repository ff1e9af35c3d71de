"""Accounts: made, given another password or role, disabled; each change ends the sessions that it must end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from data.domain.accounts import check_account_name, check_display_name, check_password, check_role
from data.domain.errors import CloudError, Conflict, InvalidInput, NotFound
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.domain.vocabulary import Role
from data.services.audit import Note, Outcome, note_in
from data.services.secrets import hash_password
from data.store.account_tables import api_tokens, sessions, users
from data.world import World


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to make; `unit_code` is the unit that a unit_handler answers for."""

    name: str
    display_name: str
    role: Role
    password: str = field(repr=False)
    unit_code: str | None = None


def create_account(world: World, new: NewAccount, actor: Actor, now: datetime) -> int:
    """Make an account and return its id; raise `InvalidInput`, or `Conflict` for a name that is taken."""
    authorise(actor, Right.MANAGE_ACCOUNTS)
    check_account_name(new.name)
    check_display_name(new.display_name)
    check_role(new.role, new.unit_code)
    check_password(new.password, new.name)
    _check_unit(world, new.unit_code)
    row = _row(new, hash_password(new.password), now)
    with world.store.write() as transaction:
        if _find(transaction.connection, new.name) is not None:
            raise Conflict(f"账号“{new.name}”已存在", field="name", value=new.name, cure="请换一个账号名")
        user_id = insert_user(transaction.connection, row)
        note_in(transaction.connection, _note(actor, new.name, now, "add", role=str(new.role)))
    return user_id


def change_password(world: World, name: str, password: str, actor: Actor, now: datetime) -> None:
    """Give an account another password; its sessions and tokens end."""
    authorise(actor, Right.MANAGE_ACCOUNTS)
    check_password(password, name)
    unlocked = {"password_changed_at": now, "failed_count": 0, "locked_until": None}
    _change(world, name, {"password_hash": hash_password(password), **unlocked}, actor, now, "password")


def change_role(
    world: World, name: str, role: Role, unit_code: str | None, actor: Actor, now: datetime
) -> None:
    """Give an account another role; its sessions and tokens end."""
    authorise(actor, Right.MANAGE_ACCOUNTS)
    check_role(role, unit_code)
    _check_unit(world, unit_code)
    _change(world, name, {"role": str(role), "unit_code": unit_code}, actor, now, "role")


def set_disabled(world: World, name: str, is_disabled: bool, actor: Actor, now: datetime) -> None:
    """Shut an account out, or let it in again; shut out, its sessions and tokens end."""
    authorise(actor, Right.MANAGE_ACCOUNTS)
    what = "disable" if is_disabled else "enable"
    _change(world, name, {"is_disabled": is_disabled}, actor, now, what)


def revoke_all(world: World, name: str, actor: Actor, now: datetime) -> None:
    """End every session and token of an account."""
    authorise(actor, Right.MANAGE_ACCOUNTS)
    _change(world, name, {}, actor, now, "revoke")


def check_openness(world: World, has_accounts: bool) -> None:
    """Refuse to serve strangers from a town that knows nobody, and a demo token where it opens nothing."""
    settings = world.settings
    if not settings.is_local and not has_accounts:
        raise CloudError(
            f"CLOUD_HOST={settings.host}、CLOUD_PUBLIC_URL={settings.public_url} 会让本机以外的人访问，但还没有账号",
            code="accounts_needed",
            field="CLOUD_PUBLIC_URL",
            value=settings.public_url,
            cure="请先运行 .venv/bin/python -m data.cli user add 建立账号，或去掉 CLOUD_PUBLIC_URL 并只绑定 127.0.0.1",
        )
    if settings.demo_token.get_secret_value() and not world.is_local_demo:
        raise CloudError(
            "CLOUD_DEMO_TOKEN 只在本机的演示镇有效",
            code="bad_setting",
            field="CLOUD_DEMO_TOKEN",
            cure="请去掉 CLOUD_DEMO_TOKEN，程序调用用 .venv/bin/python -m data.cli token add 换发令牌",
        )


def insert_user(connection: Connection, row: dict[str, Any]) -> int:
    """Insert the row of an account and return its id."""
    key = connection.execute(insert(users).values(row)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _row(new: NewAccount, password_hash: str, now: datetime) -> dict[str, Any]:
    return {
        "name": new.name,
        "display_name": new.display_name.strip(),
        "role": str(new.role),
        "unit_code": new.unit_code,
        "password_hash": password_hash,
        "failed_count": 0,
        "is_disabled": False,
        "created_at": now,
        "password_changed_at": now,
        "is_demo": False,
    }


def _check_unit(world: World, code: str | None) -> None:
    if code is not None and code not in world.town.units_by_code:
        raise InvalidInput(
            f"没有编号为“{code}”的单位",
            field="unit_code",
            value=code,
            cure="请从城镇文件夹的 units.csv 中选择",
        )


def _find(connection: Connection, name: str) -> int | None:
    return connection.execute(select(users.c.id).where(users.c.name == name)).scalar_one_or_none()


def _change(world: World, name: str, values: dict[str, Any], actor: Actor, now: datetime, what: str) -> None:
    """Change an account and end what it has open, in one transaction."""
    with world.store.write() as transaction:
        connection = transaction.connection
        user_id = _find(connection, name)
        if user_id is None:
            raise NotFound(
                f"没有账号“{name}”", field="name", value=name, cure="请用 user list 查看已有的账号"
            )
        if values:
            connection.execute(update(users).where(users.c.id == user_id).values(values))
        if what != "enable":
            _end_all(connection, user_id, now)
        note_in(connection, _note(actor, name, now, what))


def _end_all(connection: Connection, user_id: int, now: datetime) -> None:
    for table in (sessions, api_tokens):
        is_open = (table.c.user_id == user_id, table.c.revoked_at.is_(None))
        connection.execute(update(table).where(*is_open).values(revoked_at=now))


def _note(actor: Actor, name: str, now: datetime, what: str, **more: str) -> Note:
    return Note(now, actor, Right.MANAGE_ACCOUNTS, f"user:{name}", Outcome.DONE, {"change": what, **more})
