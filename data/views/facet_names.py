"""What the codes of a split are called: the town's own names, and over them the words of the module."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from data.views.facts import FACTS
from data.world import World


def names_of(world: World, module: str, by: str, now: datetime) -> dict[str, str]:
    """Return names by code of a module's grids, villages, units or categories."""
    with world.store.read() as connection:
        return names_in(world, connection, module, by, now)


def names_in(world: World, connection: Connection, module: str, by: str, now: datetime) -> dict[str, str]:
    """Return the same by a connection that is open."""
    town = world.town
    if by == "grid":
        frame = world.grids.current(now.astimezone(town.profile.zone).date()).frame
        return dict(zip(frame["code"], frame["name"], strict=True))
    names = {code: row.name for code, row in town.categories_by_code.items()} if by == "category" else {}
    if by in ("unit", "village"):
        names |= town.unit_names
    return names | FACTS[module].names(world, connection, by)
