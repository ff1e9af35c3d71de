"""Demo accounts, one for each role: entered by one press on this machine, never with a password."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from data.domain.vocabulary import Role
from data.services.secrets import draw_token, hash_password
from data.store.account_tables import users
from data.store.upsert import insert_if_new
from data.world import World

PREFIX = "demo-"
DEMO_ROLES = tuple(role for role in Role if role != Role.SYSTEM)
DEMO_UNIT = "enforcement"
TOKEN_ROLE = Role.DISPATCHER


def demo_name(role: Role) -> str:
    """Return the name of a role's demo account."""
    return PREFIX + str(role).replace("_", "-")


def make_demo_accounts(world: World, now: datetime) -> None:
    """Make what is missing of the demo accounts; nowhere but in the demo town on this machine."""
    if not world.is_local_demo:
        return
    with world.store.read() as connection:
        known = set(connection.execute(select(users.c.name).where(users.c.is_demo)).scalars())
    missing = [role for role in DEMO_ROLES if demo_name(role) not in known]
    if not missing:
        return
    unusable = hash_password(draw_token())
    with world.store.write() as transaction:
        for role in missing:
            insert_if_new(transaction.connection, users, _row(world, role, unusable, now))


def _row(world: World, role: Role, password_hash: str, now: datetime) -> dict[str, Any]:
    return {
        "name": demo_name(role),
        "display_name": f"演示{role.label}",
        "role": str(role),
        "unit_code": _unit(world, role),
        "password_hash": password_hash,
        "failed_count": 0,
        "is_disabled": False,
        "created_at": now,
        "password_changed_at": now,
        "is_demo": True,
    }


def _unit(world: World, role: Role) -> str | None:
    """Return the unit of the demo's handler: the one that the demo knows, else the town's first bureau."""
    if role != Role.UNIT_HANDLER:
        return None
    bureaus = [unit.code for unit in world.town.units if unit.kind == "bureau"]
    return DEMO_UNIT if DEMO_UNIT in world.town.units_by_code else next(iter(bureaus), None)
