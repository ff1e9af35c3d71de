"""What the board of 网格管理 rests on: duty in the hours to come, grids walked, work shared out and done jointly."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, func, select

from data.domain.vocabulary import GridKind
from data.store.grids import GridSet
from data.store.tables import shifts, staff, visible_cases
from data.views.duty import last_patrols, watched_grids
from data.views.modules.joint_gain import JointGain, joint_gain
from data.world import World
from geo.measure import crosswalk

HOUR = timedelta(hours=1)
HOURS_AHEAD = 24
NIGHT = (20, 6)
"""From eight in the evening to six in the morning, local time."""

RECENTLY = timedelta(days=30)
WALKED_LATELY = (timedelta(days=1), timedelta(days=7))
SHARE_WORTH_NAMING = 0.01
"""A comprehensive grid of which less than this lies in a police grid is a ragged edge, not a neighbour."""


@dataclass(frozen=True, slots=True)
class DutyHour:
    """One hour to come: how many people have a shift in it, and how many watched grids nobody."""

    begins_at: datetime
    people: int
    vacant: int


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A watched grid that has nobody for some hours of the coming night."""

    code: str
    name: str
    village: str
    hours: int


@dataclass(frozen=True, slots=True)
class Walked:
    """How many grids of a village were walked lately; `longest` is the end of the oldest newest patrol."""

    village: str
    grids: int
    last_day: int
    last_week: int
    never: int
    longest: datetime | None


@dataclass(frozen=True, slots=True)
class JointWork:
    """A police grid: the comprehensive grids in it with their share of it, cases handled in 30 days and jointly."""

    code: str
    name: str
    parts: tuple[tuple[str, float], ...]
    handled: int
    jointly: int


@dataclass(frozen=True, slots=True)
class Workload:
    """A comprehensive grid: cases of 30 days, open ones, its own people, and its load beside the town's median.

    `load` is cases per person, None where a grid has nobody of its own; `ratio` is it over the median.
    """

    code: str
    name: str
    village: str
    cases: int
    open: int
    people: int
    population: int | None
    load: float | None
    ratio: float | None


@dataclass(frozen=True, slots=True)
class GridWork:
    """Everything the board shows; `is_duty_known` is False in a town without shifts."""

    is_duty_known: bool
    hours: tuple[DutyHour, ...]
    tonight: tuple[Vacancy, ...]
    walked: tuple[Walked, ...]
    joint: tuple[JointWork, ...]
    gain: JointGain
    workload: tuple[Workload, ...]


def read_work(world: World, connection: Connection, now: datetime) -> GridWork:
    """Read it as of `now`."""
    grids = world.grids.current(now.astimezone(world.town.profile.zone).date())
    watched = watched_grids(grids)
    rota = _rota(connection, now)
    begins = [now.replace(minute=0, second=0, microsecond=0) + n * HOUR for n in range(HOURS_AHEAD)]
    present = [_present(rota, begin) for begin in begins]
    handled = _handled(connection, now)
    vacant = [set(watched) - {row.grid_code for row in people} for people in present]
    return GridWork(
        is_duty_known=bool(rota) or connection.execute(select(shifts.c.id).limit(1)).first() is not None,
        hours=tuple(
            DutyHour(begin, len({row.staff_id for row in people}), len(nobody))
            for begin, people, nobody in zip(begins, present, vacant, strict=True)
        ),
        tonight=_tonight(world, grids, begins, vacant),
        walked=read_walked(world, connection, now),
        joint=_joint(world, grids, handled),
        gain=joint_gain((row.category_code, row.is_joint, _minutes(row)) for row in handled),
        workload=_workload(world, grids, connection, now),
    )


def _rota(connection: Connection, now: datetime) -> Sequence[Any]:
    c = shifts.c
    until = now + HOURS_AHEAD * HOUR
    query = select(c.staff_id, c.grid_code, c.starts_at, c.ends_at)
    return connection.execute(query.where(c.ends_at > now, c.starts_at < until)).all()


def _present(rota: Iterable[Any], begin: datetime) -> list[Any]:
    """Return the shifts that cover the middle of an hour: a shift that ends at its first minute is over."""
    middle = begin + HOUR / 2
    return [row for row in rota if row.starts_at <= middle < row.ends_at]


def _tonight(
    world: World, grids: GridSet, begins: Sequence[datetime], vacant: Sequence[set[str]]
) -> tuple[Vacancy, ...]:
    zone = world.town.profile.zone
    evening, morning = NIGHT
    is_night = [not morning <= begin.astimezone(zone).hour < evening for begin in begins]
    hours = Counter(code for night, codes in zip(is_night, vacant, strict=True) if night for code in codes)
    named = _names(world, grids)
    found = [Vacancy(code, *named[code], count) for code, count in hours.items()]
    return tuple(sorted(found, key=lambda one: (-one.hours, one.code)))


def _names(world: World, grids: GridSet) -> dict[str, tuple[str, str]]:
    """Return name and village of each grid by its code."""
    frame = grids.frame
    villages = {village.code: village.name for village in world.town.villages}
    rows = zip(frame["code"], frame["name"], frame["village_code"], strict=True)
    return {code: (name, villages.get(village, "")) for code, name, village in rows}


def read_walked(world: World, connection: Connection, now: datetime) -> tuple[Walked, ...]:
    """Read how many of each village's watched grids were walked lately, by name of the village."""
    grids = world.grids.current(now.astimezone(world.town.profile.zone).date())
    named, patrols = _names(world, grids), last_patrols(connection, now)
    by_village: dict[str, list[datetime | None]] = defaultdict(list)
    for code in watched_grids(grids):
        by_village[named[code][1]].append(patrols.get(code))
    return tuple(_village(name, ends, now) for name, ends in sorted(by_village.items()))


def _village(name: str, ends: Sequence[datetime | None], now: datetime) -> Walked:
    known = [end for end in ends if end is not None]
    day, week = (sum(now - end <= span for end in known) for span in WALKED_LATELY)
    return Walked(name, len(ends), day, week, len(ends) - len(known), min(known, default=None))


def _joint(world: World, grids: GridSet, handled: Sequence[Any]) -> tuple[JointWork, ...]:
    named = _names(world, grids)
    parts = _parts(grids, world.town.profile.projected_crs)
    every = Counter(row.police_code for row in handled)
    jointly = Counter(row.police_code for row in handled if row.is_joint)
    police = grids.frame.loc[grids.frame["kind"] == str(GridKind.POLICE), "code"]
    rows = [
        JointWork(
            code=code,
            name=named[code][0],
            parts=tuple((named[part][0], share) for part, share in parts[code]),
            handled=every[code],
            jointly=jointly[code],
        )
        for code in police
    ]
    return tuple(sorted(rows, key=lambda one: (-one.jointly, one.code)))


def _parts(grids: GridSet, projected_crs: str) -> dict[str, list[tuple[str, float]]]:
    """Return the comprehensive grids of each police grid, the greatest share of the police grid first."""
    table = crosswalk(grids.frame, str(GridKind.POLICE), str(GridKind.COMPREHENSIVE), projected_crs)
    named = table[table["share_of_a"] >= SHARE_WORTH_NAMING].sort_values("share_of_a", ascending=False)
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in named.itertuples():
        found[row.code_a].append((row.code_b, float(row.share_of_a)))
    return found


def _minutes(row: Any) -> float:
    return float((row.handled_at - row.dispatched_at).total_seconds() / 60)


def _handled(connection: Connection, now: datetime) -> Sequence[Any]:
    """Read the cases that were dispatched and handled lately."""
    c = visible_cases.c
    query = select(c.category_code, c.police_code, c.is_joint, c.dispatched_at, c.handled_at).where(
        c.handled_at > now - RECENTLY,
        c.handled_at <= now,
        c.dispatched_at.is_not(None),
        c.is_withdrawn.is_(False),
    )
    return connection.execute(query).all()


def _workload(world: World, grids: GridSet, connection: Connection, now: datetime) -> tuple[Workload, ...]:
    frame = grids.frame[grids.frame["kind"] == str(GridKind.COMPREHENSIVE)]
    named, cases = _names(world, grids), _case_counts(connection, now)
    c = staff.c
    of_grid = select(c.grid_code, func.count()).where(c.grid_code.is_not(None)).group_by(c.grid_code)
    people = {code: count for code, count in connection.execute(of_grid)}
    loads = {code: cases[code][0] / people[code] for code in frame["code"] if people.get(code, 0) > 0}
    middle = median(loads.values()) if loads else 0.0
    rows = [
        Workload(
            code,
            *named[code],
            *cases[code],
            people.get(code, 0),
            None if population != population or population is None else int(population),
            loads.get(code),
            loads[code] / middle if code in loads and middle else None,
        )
        for code, population in zip(frame["code"], frame["population"], strict=True)
    ]
    return tuple(sorted(rows, key=lambda one: (one.load is not None, -(one.load or 0.0), one.code)))


def _case_counts(connection: Connection, now: datetime) -> dict[str, tuple[int, int]]:
    """Return per comprehensive grid the cases reported lately and the open ones."""
    c = visible_cases.c
    recent = func.count().filter(c.reported_at > now - RECENTLY)
    query = (
        select(c.comprehensive_code, recent, func.count().filter(c.is_open.is_(True)))
        .where(c.is_withdrawn.is_(False), (c.reported_at > now - RECENTLY) | c.is_open.is_(True))
        .group_by(c.comprehensive_code)
    )
    found = {code: (int(new), int(still)) for code, new, still in connection.execute(query)}
    return defaultdict(lambda: (0, 0), found)
