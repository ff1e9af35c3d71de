"""Who works in the demo town: about 300 people without personal names, and when each is on duty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np

from data.domain.clock import WorkingCalendar
from data.domain.people import person_hash
from data.town import Town

GRID_MEMBERS, SITE_OWNERS, BUREAU_STAFF = 150, 24, 46
OFFICERS_PER_POLICE_GRID = 2
KINDS_OF_BUREAU = ("administrative", "institution", "contract")
GRIDS_WITHOUT_DUTY = 3
SHARE_WITHOUT_FRESH_FIX = 24 / 236
ROLE_NAMES = {"grid_member": "网格员", "police": "民警", "auxiliary": "辅警", "site": "专管员"}


@dataclass(frozen=True, slots=True)
class Person:
    """One member of staff; `number` counts from 1 and is the person's place in the roster."""

    number: int
    staff_no: str
    name: str
    unit_code: str
    role: str
    staff_kind: str
    grid_code: str | None
    skills: str | None

    def person_hash(self, hmac_key: bytes) -> str:
        """Return the keyed hash under which the name is kept."""
        return person_hash(hmac_key, self.staff_no, self.name)


@dataclass(frozen=True, slots=True)
class Shift:
    """A daily span of duty in local time, and the share of each role that is planned for it.

    `weekend` holds the shares of days off.
    """

    name: str
    start: time
    hours: int
    workday: dict[str, float]
    weekend: dict[str, float]

    def bounds(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return begin and end of the shift of a day as aware instants."""
        begin = datetime.combine(day, self.start, zone)
        end_day = day + timedelta(days=(self.start.hour + self.hours) // 24)
        return begin, datetime.combine(end_day, time((self.start.hour + self.hours) % 24), zone)


def _shares(*values: float) -> dict[str, float]:
    return dict(zip(("grid_member", "police", "auxiliary", "site", "bureau"), values, strict=True))


SHIFTS = (
    Shift("night", time(0), 8, _shares(0.08, 0.15, 0.125, 0, 0.065), _shares(0.08, 0.15, 0.125, 0, 0.065)),
    Shift("day", time(8), 10, _shares(0.80, 0.65, 0.75, 0.834, 0.87), _shares(0.52, 0.5, 0.6, 0.75, 0.22)),
    Shift(
        "evening",
        time(18),
        6,
        _shares(0.12, 0.2, 0.125, 0.166, 0.065),
        _shares(0.12, 0.2, 0.125, 0.166, 0.065),
    ),
)


@dataclass(frozen=True, slots=True)
class Duty:
    """One shift of one day: who covers which grid, whose fix is old and who sends none.

    `posts` hold (number of the person, grid code or None); one person may cover several grids.
    """

    shift: Shift
    day: date
    posts: tuple[tuple[int, str | None], ...]
    stale: frozenset[int]
    silent: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Everybody, and which grids want cover: comprehensive ones in every shift, the others when they can."""

    people: tuple[Person, ...]
    villages: dict[str, str | None]
    calendar: WorkingCalendar
    seed: int

    def duty(self, day: date, shift: Shift) -> Duty:
        """Return who is on duty; the same for every caller, whenever he asks."""
        rng = np.random.default_rng([self.seed, day.toordinal(), SHIFTS.index(shift), 7])
        on_duty = self._on_duty(day, shift)
        posts = [(person.number, person.grid_code) for person in on_duty]
        gaps = self._gaps(rng)
        posts = [(n, code) for n, code in posts if code not in gaps] + [
            (n, None) for n, code in posts if code in gaps
        ]
        posts += self._cover(posts, gaps, rng)
        stale, silent = _without_fix(posts, len(on_duty), rng)
        return Duty(shift, day, tuple(posts), stale, silent)

    def _on_duty(self, day: date, shift: Shift) -> list[Person]:
        """Each role's people in an order that turns from day to day, cut into night, evening and day."""
        is_workday = self.calendar.is_workday(day)
        found: list[Person] = []
        for role in shift.workday:
            group = [person for person in self.people if person.role == role]
            order = np.random.default_rng([self.seed, day.toordinal(), len(role), 5]).permutation(len(group))
            taken = 0
            for other in (SHIFTS[0], SHIFTS[2], SHIFTS[1]):
                share = (other.workday if is_workday else other.weekend)[role]
                count = min(round(share * len(group)), len(group) - taken)
                if other is shift:
                    found += [group[i] for i in sorted(order[taken : taken + count])]
                taken += count
        return sorted(found, key=lambda person: person.number)

    def _gaps(self, rng: np.random.Generator) -> set[str]:
        watched = [code for code, village in self.villages.items() if village]
        return set(rng.choice(watched, min(GRIDS_WITHOUT_DUTY, len(watched) // 10), replace=False).tolist())

    def _cover(
        self, posts: list[tuple[int, str | None]], gaps: set[str], rng: np.random.Generator
    ) -> list[tuple[int, str | None]]:
        """Give each comprehensive grid that nobody has to somebody of its village, else to any grid member."""
        members = [
            (n, self.people[n - 1].grid_code) for n, _ in posts if self.people[n - 1].role == "grid_member"
        ]
        if not members:
            return []
        covered = {code for _, code in posts}
        extra: list[tuple[int, str | None]] = []
        for code, village in self.villages.items():
            if village and code not in covered and code not in gaps:
                near = [n for n, own in members if own and self.villages.get(own) == village]
                extra.append((int(rng.choice(near or [n for n, _ in members])), code))
        return extra


def _without_fix(
    posts: list[tuple[int, str | None]], people: int, rng: np.random.Generator
) -> tuple[frozenset[int], frozenset[int]]:
    """Choose who has an old fix or none, among those whose grids somebody else covers too."""
    wanted = round(people * SHARE_WITHOUT_FRESH_FIX)
    cover: dict[str, int] = {}
    grids: dict[int, list[str]] = {}
    for number, code in posts:
        grids.setdefault(number, [])
        if code:
            cover[code] = cover.get(code, 0) + 1
            grids[number].append(code)
    chosen: list[int] = []
    for number in rng.permutation(sorted(grids)).tolist():
        if len(chosen) < wanted and all(cover[code] > 1 for code in grids[number]):
            chosen.append(number)
            for code in grids[number]:
                cover[code] -= 1
    half = round(len(chosen) * 0.6)
    return frozenset(chosen[:half]), frozenset(chosen[half:])


def build_roster(town: Town, grids: gpd.GeoDataFrame, calendar: WorkingCalendar, seed: int) -> Roster:
    """Return the staff of a town: grid members, officers and auxiliaries, site owners, bureau people."""
    drafts = [
        *_grid_members(_rows(grids, "comprehensive")),
        *_officers(town, _rows(grids, "police")),
        *_site_owners(town, _rows(grids, "professional")),
        *_bureau_people(town),
    ]
    people = tuple(
        Person(number, f"{town.profile.code}-D{number:04d}", *draft) for number, draft in enumerate(drafts, 1)
    )
    villages = dict(
        zip(grids["code"], grids["village_code"].where(grids["village_code"].notna(), None), strict=True)
    )
    return Roster(people, villages, calendar, seed)


Draft = tuple[str, str, str, str, str | None, str | None]


def _rows(grids: gpd.GeoDataFrame, kind: str) -> list[dict[str, object]]:
    rows = grids[grids["kind"] == kind].sort_values("code")
    return rows[["code", "name", "village_code", "population"]].to_dict("records")


def _spread(rows: list[dict[str, object]], count: int) -> Iterable[tuple[dict[str, object], int]]:
    """Give every row one place, and the remaining places to the rows with most people."""
    order = sorted(rows, key=lambda row: -(float(row["population"] or 0)))
    places = [(row, 1) for row in rows] + [
        (order[i % len(order)], 2 + i // len(order)) for i in range(count - len(rows))
    ]
    return places if rows else []


def _grid_members(rows: list[dict[str, object]]) -> list[Draft]:
    return [
        (
            f"网格员·{row['name']}" + ("" if place == 1 else f"-{place}"),
            str(row["village_code"]),
            "grid_member",
            "contract",
            str(row["code"]),
            "巡查;调解" if place == 1 else "巡查",
        )
        for row, place in _spread(rows, GRID_MEMBERS)
    ]


def _officers(town: Town, rows: list[dict[str, object]]) -> list[Draft]:
    unit = _unit_of_kind(town, "police")
    return [
        (
            f"{ROLE_NAMES[role]}·{str(row['name']).split('·')[-1]}-{place}",
            unit,
            role,
            "administrative" if role == "police" else "contract",
            str(row["code"]),
            "联动",
        )
        for row in rows
        for role in ("police", "auxiliary")
        for place in range(1, OFFICERS_PER_POLICE_GRID + 1)
    ]


def _site_owners(town: Town, rows: list[dict[str, object]]) -> list[Draft]:
    unit = _unit_of_kind(town, "centre")
    return [
        (
            f"专管员·{row['name']}" + ("" if place == 1 else f"-{place}"),
            unit,
            "site",
            "contract",
            str(row["code"]),
            "巡查",
        )
        for row, place in _spread(rows, SITE_OWNERS)
    ]


def _bureau_people(town: Town) -> list[Draft]:
    units = [unit for unit in town.units if unit.kind in ("centre", "office", "bureau")]
    if not units:
        return []
    order = sorted(units, key=lambda unit: unit.kind != "centre")
    places = [order[0]] * 12 + [order[i % len(order)] for i in range(BUREAU_STAFF - 12)]
    return [
        (f"{unit.name}·{number:02d}", unit.code, "bureau", KINDS_OF_BUREAU[number % 3], None, None)
        for number, unit in enumerate(places, 1)
    ]


def _unit_of_kind(town: Town, kind: str) -> str:
    return next((unit.code for unit in town.units if unit.kind == kind), "")
