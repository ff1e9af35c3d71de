"""A town with two enforcement cases, two observers and an opinion from a file; whom and where are known strings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.store.modules.enforcement import enforcement_cases, matters, observer_opinions, observers
from data.store.modules.shared import subjects
from data.world import World
from tests.data.views.facts.records import write
from tests.worlds import NOW, make_world

LEAD = Actor("li", Role.SHIFT_LEAD, "李四")
HANDLER = Actor("wang", Role.UNIT_HANDLER, "王五", unit_code="enforcement")
STRANGER = Actor("zhao", Role.UNIT_HANDLER, "赵六", unit_code="safety")
SHOP, KEY, GRID, VILLAGE = "凤凰无名小吃店", "place:SECRET-KEY-7", "320582105204003", "320582105204"
DAY = timedelta(days=1)
REDACTED = (
    SHOP,
    "SECRET-KEY-7",
    "120.6431",
    "31.7719",
    GRID,
    "8765",
    "8,765",
    "别人的意见",
    "O2",
    "enforcement",
)


def observed_town(url: str, **settings: Any) -> World:
    """Return the town with its cases: C1 fined with everything told, C2 another unit's and not decided."""
    world = make_world(url, **settings)
    write(world, subjects, [{"key": KEY, "kind": "place", "name": SHOP, "is_demo": False}])
    citation = {"citation": "本镇试行 2026-01-01", "window_months": 12}
    write(
        world,
        matters,
        [{"code": "M1", "name": "占道经营", **citation}, {"code": "M2", "name": "扬尘", **citation}],
    )
    place = {"lon": 120.6431, "lat": 31.7719, "comprehensive_code": GRID}
    base = {"subject_key": KEY, "is_demo": False, "relapsed": False, **place}
    told = {
        "decided_at": NOW - 18 * DAY,
        "decision": "light",
        "fine_yuan": 8765,
        "yellow_card_on": date(2026, 11, 5),
        "revisit_due_on": date(2026, 11, 20),
        "revisited_at": NOW - 2 * DAY,
    }
    first = {"number": "C1", "matter_code": "M1", "unit_code": "enforcement", "found_at": NOW - 20 * DAY}
    second = {"number": "C2", "matter_code": "M2", "unit_code": "safety", "found_at": NOW - 3 * DAY}
    write(world, enforcement_cases, [{**base, **first, **told}])
    write(world, enforcement_cases, [{**base, **second}])
    write(world, observers, [{"code": "O1", "kind": "educator"}, {"code": "O2", "kind": "community"}])
    said = {"given_at": NOW - 15 * DAY, "answered_at": None, "is_demo": False}
    own = {"number": "P1", "observer_code": "O1", "enforcement_number": "C1", "opinion": "请说明裁量依据"}
    other = {"number": "P2", "observer_code": "O2", "enforcement_number": "C1", "opinion": "别人的意见"}
    write(world, observer_opinions, [{**said, **own}, {**said, **other}])
    return world
