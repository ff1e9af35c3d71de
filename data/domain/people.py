"""Who acts."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from data.domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, as known from the session or the program itself, never from a request body."""

    name: str
    role: Role


SYSTEM = Actor("system", Role.SYSTEM)
SIMULATION = Actor("simulation", Role.SYSTEM)


def person_hash(key: bytes, staff_no: str, name: str | None) -> str:
    """Return the name under which a person stands in the erasable table: HMAC-SHA256 (hex) of number and name."""
    return hmac.new(key, f"{staff_no}\x1f{name or ''}".encode(), hashlib.sha256).hexdigest()
