"""Who acts."""

from __future__ import annotations

from dataclasses import dataclass

from data.domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, as known from the session or the program itself, never from a request body."""

    name: str
    role: Role


SYSTEM = Actor("system", Role.SYSTEM)
SIMULATION = Actor("simulation", Role.SYSTEM)
