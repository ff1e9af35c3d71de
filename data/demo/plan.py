"""What will be generated: which days, in which order, and how many cases of each kind on each day.

A plan follows from the seed and the reference alone. It is kept in the database with the first rows,
so that a generation that was cut off goes on with the plan that it began with.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from data.town import ArrivalPattern, Town

DAYS_PER_MONTH = 365.25 / 12
FIRST_SCREEN_DAYS = 21
RECENT_DAYS = 63
DAYS_PER_YEAR = 365.25
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of days (inclusive) that appears at once; the `key` names its load."""

    key: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Every day of the chunk, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The reference instant, the seed, and the size of the history up to the reference day."""

    seed: int
    reference: datetime
    months: int
    cases_per_day: float

    def today(self, zone: ZoneInfo) -> date:
        """The reference day in the town's zone."""
        return self.reference.astimezone(zone).date()

    def days(self, zone: ZoneInfo) -> list[date]:
        """Every day of the history, the reference day last."""
        today = self.today(zone)
        count = round(self.months * DAYS_PER_MONTH)
        return [today - timedelta(days=n) for n in range(count - 1, -1, -1)]

    def chunks(self, zone: ZoneInfo) -> list[Chunk]:
        """The chunks in the order of writing: the first screen's days, the recent weeks, then month by month back."""
        days = self.days(zone)
        cuts = [max(days[0], days[-1] - timedelta(days=n - 1)) for n in (FIRST_SCREEN_DAYS, RECENT_DAYS)]
        found = [Chunk("demo:today", cuts[0], days[-1])]
        if cuts[1] < cuts[0]:
            found.append(Chunk("demo:weeks", cuts[1], cuts[0] - ONE_DAY))
        last = cuts[1] - ONE_DAY
        while last >= days[0]:
            first = max(days[0], last.replace(day=1))
            found.append(Chunk(f"demo:{last:%Y-%m}", first, last))
            last = first - ONE_DAY
        return found

    def generator(self, zone: ZoneInfo, *parts: int) -> np.random.Generator:
        """A random generator that belongs to the seed, the reference day and a part."""
        return np.random.default_rng([self.seed, self.today(zone).toordinal(), *parts])

    def record(self) -> dict[str, Any]:
        """Return the plan as plain JSON values."""
        return asdict(self) | {"reference": self.reference.isoformat()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> DemoPlan:
        """Return the plan that `record` wrote."""
        return cls(**record | {"reference": datetime.fromisoformat(record["reference"])})


def make_plan(
    town: Town, reference: datetime, seed: int, cases_per_day: float | None, months: int
) -> DemoPlan:
    """Return the plan; without a wanted number of cases the town's arrival pattern says how many."""
    if reference.tzinfo is None:
        raise ValueError(f"naive datetime {reference!r}: a plan needs its time zone")
    wanted = cases_per_day if cases_per_day is not None else town.arrivals.cases_per_day
    return DemoPlan(seed, reference, months, wanted)


def expected_counts(pattern: ArrivalPattern, days: list[date], cases_per_day: float) -> dict[str, np.ndarray]:
    """Return for each major the expected number of cases on each of `days`.

    Week, season and yearly trend shape the days; over all days a major keeps its share exactly.
    """
    position = np.array([(day - days[-1]).days for day in days]) / DAYS_PER_YEAR
    weekday = np.array([day.weekday() for day in days])
    month = np.array([day.month - 1 for day in days])
    total = cases_per_day * len(days)
    counts = {}
    for major, row in pattern.majors.items():
        shape = np.array(row.weekdays)[weekday] * np.array(row.months)[month]
        shape = shape * (1 + row.yearly_trend) ** position
        counts[major] = shape * (total * row.share / shape.sum())
    return counts


def draw_counts(town: Town, plan: DemoPlan) -> tuple[list[date], dict[str, np.ndarray]]:
    """Return the days of the plan and, per major, how many cases each of them has."""
    zone = town.profile.zone
    days = plan.days(zone)
    expected = expected_counts(town.arrivals, days, plan.cases_per_day)
    rng = plan.generator(zone, 1)
    return days, {major: rng.poisson(mean) for major, mean in expected.items()}
