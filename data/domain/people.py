"""Who acts."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from data.domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, as known from the session or the program itself, never from a request body.

    `unit_code` is the unit that a unit_handler answers for; `user_id` is None for the program and visitors.
    """

    name: str
    role: Role
    display_name: str = ""
    unit_code: str | None = None
    user_id: int | None = None


SYSTEM = Actor("system", Role.SYSTEM, "系统")
SIMULATION = Actor("simulation", Role.SYSTEM, "模拟")
COMMAND_LINE = Actor("cli", Role.SYSTEM, "命令行")
VISITOR = Actor("visitor", Role.WALL, "访客")
PROGRAMS = {actor.name: actor.display_name for actor in (SYSTEM, SIMULATION, COMMAND_LINE)}
"""What the program is called where it acts by itself."""


def person_hash(key: bytes, staff_no: str, name: str | None) -> str:
    """Return the name under which a person stands in the erasable table: HMAC-SHA256 (hex) of number and name."""
    return hmac.new(key, f"{staff_no}\x1f{name or ''}".encode(), hashlib.sha256).hexdigest()
