"""Rows about the demo's people: staff, names, shifts, positions, patrols and key places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from data.demo.roster import SHIFTS, Duty, Person, Roster
from data.demo.scene import Scene
from data.demo.working import micros, utc_text

DAYS_BACK, DAYS_AHEAD = 35, 3
PATROLS = {"comprehensive": 1.6, "police": 2.4, "professional": 1.2}
FIRST_PATROL, LAST_PATROL = timedelta(hours=8, minutes=20), timedelta(hours=19)
KEY_PLACE_KINDS = ("商铺", "出租房屋", "小微企业", "公共场所", "老旧小区", "河道口")
KEY_PLACES_PER_GRID = 4
STAFF_COLUMNS = (
    "id", "staff_no", "person_hash", "unit_code", "role", "staff_kind", "grid_code", "skills", "load_id", "is_demo",
)  # fmt: skip
PERSON_COLUMNS = ("person_hash", "name", "telephone")
SHIFT_COLUMNS = ("staff_id", "grid_code", "starts_at", "ends_at", "load_id", "is_demo")
POSITION_COLUMNS = ("staff_id", "lon", "lat", "fixed_at", "is_demo")
PATROL_COLUMNS = ("staff_id", "grid_code", "started_at", "ended_at", "length_m", "load_id", "is_demo")
PLACE_COLUMNS = ("name", "kind", "lon", "lat", "comprehensive_code", "load_id", "is_demo")

Row = tuple[Any, ...]


def numbered(rows: list[Row], first_staff_id: int, *tail: object) -> list[Row]:
    """Turn a person's number, which stands first in each row, into an id, and add what every row ends with."""
    return [(first_staff_id + row[0] - 1, *row[1:], *tail, 1) for row in rows]


def staff_rows(roster: Roster, hmac_key: bytes) -> list[Row]:
    """Return the rows of everybody, without names; to be numbered."""
    return [
        (
            p.number,
            p.staff_no,
            p.person_hash(hmac_key),
            p.unit_code,
            p.role,
            p.staff_kind,
            p.grid_code,
            p.skills,
        )
        for p in roster.people
    ]


def person_rows(roster: Roster, hmac_key: bytes) -> list[Row]:
    """Return the erasable names; nobody has a telephone."""
    return [(person.person_hash(hmac_key), person.name, None) for person in roster.people]


def shift_rows(scene: Scene, days: list[date]) -> list[Row]:
    """Return the shifts of some days, to be numbered."""
    zone = scene.town.profile.zone
    found = []
    for day in days:
        for shift in SHIFTS:
            start, end = (utc_text(moment.astimezone(UTC)) for moment in shift.bounds(day, zone))
            found += [(number, code, start, end) for number, code in scene.roster.duty(day, shift).posts]
    return found


def duty_at(scene: Scene, now: datetime) -> Duty:
    """Return who is on duty at an instant."""
    zone = scene.town.profile.zone
    day = now.astimezone(zone).date()
    for shift in SHIFTS:
        start, end = shift.bounds(day, zone)
        if start <= now < end:
            return scene.roster.duty(day, shift)
    raise ValueError(f"no shift covers {now.isoformat()}")


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a person was and when; longitude and latitude in degrees (EPSG:4490)."""

    person: Person
    lon: float
    lat: float
    fixed_at: datetime


def fixes(scene: Scene, duty: Duty, now: datetime, rng: np.random.Generator) -> list[Fix]:
    """Return the newest fix of everybody on duty: fresh, old for some, none for the silent."""
    seen: dict[int, str | None] = {}
    for number, code in duty.posts:
        seen.setdefault(number, code)
    posts = [(scene.roster.people[n - 1], code) for n, code in seen.items() if n not in duty.silent]
    old = rng.integers(35 * 60, 5 * 3600, len(posts))
    fresh = rng.integers(5, 240, len(posts))
    ages = np.array(
        [o if p.number in duty.stale else f for (p, _), o, f in zip(posts, old, fresh, strict=True)]
    )
    lon, lat = scene.beats().positions(posts, micros(now) / 1e6 - ages)
    return [
        Fix(person, float(x), float(y), now.replace(microsecond=0) - timedelta(seconds=int(age)))
        for (person, _), x, y, age in zip(posts, lon, lat, ages, strict=True)
    ]


def position_rows(found: list[Fix]) -> list[Row]:
    """Return the rows of the newest fixes, to be numbered."""
    return [(f.person.number, f.lon, f.lat, utc_text(f.fixed_at.astimezone(UTC))) for f in found]


def patrol_rows(scene: Scene, days: list[date], after: datetime | None, until: datetime) -> list[Row]:
    """Return the patrols of some days that ended after one instant and by another, to be numbered."""
    zone = scene.town.profile.zone
    found: list[Row] = []
    for day in days:
        rng = np.random.default_rng([scene.roster.seed, day.toordinal(), 13])
        midnight = datetime.combine(day, datetime.min.time(), zone)
        for number, code, start, end, length in _patrols(
            scene, scene.roster.duty(day, SHIFTS[1]), midnight, rng
        ):
            if end <= until and (after is None or end > after):
                found.append(
                    (number, code, utc_text(start.astimezone(UTC)), utc_text(end.astimezone(UTC)), length)
                )
    return found


def _patrols(
    scene: Scene, duty: Duty, midnight: datetime, rng: np.random.Generator
) -> Iterator[tuple[int, str, datetime, datetime, float]]:
    """Yield the patrols of a day: person, grid, begin, end and length in metres."""
    kinds = dict(zip(scene.grids["code"], scene.grids["kind"], strict=True))
    span = (LAST_PATROL - FIRST_PATROL).total_seconds()
    for number, code in duty.posts:
        if code is None:
            continue
        for _ in range(rng.poisson(PATROLS.get(kinds.get(code, ""), 1.0))):
            start = midnight + FIRST_PATROL + timedelta(seconds=int(rng.random() * span))
            minutes = float(np.clip(rng.lognormal(3.6, 0.4), 10, 150))
            length = round(minutes * float(rng.uniform(45, 75)), 1)
            yield number, code, start, start + timedelta(seconds=int(minutes * 60)), length


def key_place_rows(scene: Scene, rng: np.random.Generator) -> list[Row]:
    """Return places that deserve a look, some in every comprehensive grid."""
    places = scene.places
    names = dict(zip(scene.grids["code"], scene.grids["name"], strict=True))
    found = []
    for code in sorted(c for c in set(places.comprehensive) if c):
        held = np.flatnonzero(places.comprehensive == code)
        for n, place in enumerate(rng.choice(held, min(KEY_PLACES_PER_GRID, len(held)), replace=False), 1):
            kind = KEY_PLACE_KINDS[int(rng.integers(len(KEY_PLACE_KINDS)))]
            name = f"演示·{names[code]}{kind}{n}"
            found.append((name, kind, float(places.lon[place]), float(places.lat[place]), code))
    return found
