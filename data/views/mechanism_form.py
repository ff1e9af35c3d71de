"""What the form of a mechanism is filled with: the one that was picked as it stands, or nothing for a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.views.mechanisms import read_mechanisms
from data.world import World


@dataclass(frozen=True, slots=True)
class Filled:
    """`key` is "" for a new one; `active_from` (ISO) is told only of a switch that lies ahead."""

    key: str = ""
    about: str = "新增一项"
    name: str = ""
    is_published: bool = False
    description: str = ""
    is_active: bool = True
    active_from: str = ""
    position: str = ""


def mechanism_filled(world: World, key: str, now: datetime) -> Filled:
    """Return what stands of a mechanism; an unknown key is a new one."""
    with world.store.read() as connection:
        known = read_mechanisms(connection)
    today = now.astimezone(world.town.profile.zone).date()
    for place, one in enumerate(known, 1):
        if one.key == key:
            day = one.active_from
            return Filled(
                key=key,
                about=f"{one.name}（{'2023年公布' if one.is_published else '镇自定'}，{one.state_on(today)}）",
                name=one.name,
                is_published=one.is_published,
                description=one.description,
                is_active=one.is_active,
                active_from=day.isoformat() if day and day > today else "",
                position=f"{place}",
            )
    return Filled()
