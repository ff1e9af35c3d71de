"""Working time and deadlines: pure arithmetic on a calendar.

`urgent_hours` run day and night; `work_hours` and `work_days` run only inside working time, one day
being eight hours; `calendar_days` end at the same wall-clock time so many days later. Past the last
year that the calendar covers, weekends alone count and the deadline is provisional (暂定).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data.domain.vocabulary import ClockKind
from data.domain.working import WorkingYear

HOURS_PER_WORK_DAY = 8
ONE_DAY = timedelta(days=1)
FUTURE_TOLERANCE = timedelta(minutes=5)
"""How far the clock of a source may be ahead before an instant counts as lying in the future."""

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When the town works.

    `periods` are the working spans of a workday in local time, in order; `holidays` are days off
    besides weekends, `workdays` the make-up days (调休) on weekends. `covers_until` is the last day
    whose holidays are known, None when none are.
    """

    zone: ZoneInfo
    periods: tuple[tuple[time, time], ...] = ((time(8), time(12)), (time(14), time(18)))
    holidays: frozenset[date] = field(default_factory=frozenset)
    workdays: frozenset[date] = field(default_factory=frozenset)
    covers_until: date | None = None
    _years: dict[int, WorkingYear] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day."""
        if day in self.workdays:
            return True
        return day not in self.holidays and day.weekday() < SATURDAY

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the working spans of a day as aware UTC instants; empty on a day off."""
        if not self.is_workday(day):
            return []
        return [(self._instant(day, start), self._instant(day, end)) for start, end in self.periods]

    def is_known(self, day: date) -> bool:
        """Whether the holidays of that day are known."""
        return self.covers_until is not None and day <= self.covers_until

    def year(self, number: int) -> WorkingYear:
        """Return the working time of a local year, laid end to end; built once.

        Raises `ValueError` for a calendar without working periods: no deadline would ever come.
        """
        if number not in self._years:
            if not self.periods:
                raise ValueError("a working calendar needs at least one working period")
            first = date(number, 1, 1)
            days = (first + n * ONE_DAY for n in range((date(number + 1, 1, 1) - first).days))
            self._years[number] = WorkingYear.of(span for day in days for span in self.spans(day))
        return self._years[number]

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Deadline:
    """An aware UTC instant; provisional (暂定) when it lies past the days that the calendar covers."""

    at: datetime
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take: `amount` in the unit of `kind`."""

    amount: float
    kind: ClockKind

    def times(self, count: int) -> Limit:
        """Return the limit taken `count` times."""
        return Limit(self.amount * count, self.kind)


def deadline(start: datetime, amount: float, kind: ClockKind, calendar: WorkingCalendar) -> Deadline:
    """Return the instant at which `amount` of `kind` has run since the aware instant `start`."""
    if start.tzinfo is None:
        raise ValueError(f"naive datetime {start!r}: a clock needs its time zone")
    if kind is ClockKind.URGENT_HOURS:
        return Deadline(start.astimezone(UTC) + timedelta(hours=amount))
    if kind is ClockKind.CALENDAR_DAYS:
        return Deadline(_same_time_later(start, amount, calendar.zone))
    hours = amount * HOURS_PER_WORK_DAY if kind is ClockKind.WORK_DAYS else amount
    return _working_deadline(start.astimezone(UTC), timedelta(hours=hours), calendar)


def counted(start: datetime, end: datetime, kind: ClockKind, calendar: WorkingCalendar) -> timedelta:
    """Return the time that a clock of `kind` counts between two aware instants."""
    return worked_between(start, end, calendar) if kind.is_working else end - start


def later(start: datetime, left: timedelta, kind: ClockKind, calendar: WorkingCalendar) -> Deadline:
    """Return the instant at which `left` (above zero) of the time that `kind` counts has run since `start`."""
    if kind.is_working:
        return _working_deadline(start.astimezone(UTC), left, calendar)
    return Deadline(start.astimezone(UTC) + left)


def stricter(first: datetime | None, second: datetime | None) -> datetime | None:
    """Return the earlier of two deadlines, either of which may be missing."""
    known = [instant for instant in (first, second) if instant is not None]
    return min(known, default=None)


def _same_time_later(start: datetime, days: float, zone: ZoneInfo) -> datetime:
    local = start.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _working_deadline(start: datetime, left: timedelta, calendar: WorkingCalendar) -> Deadline:
    """Move on by `left` of working time, year by year."""
    number = start.astimezone(calendar.zone).year
    left += calendar.year(number).until(start)
    while left > calendar.year(number).total:
        left -= calendar.year(number).total
        number += 1
    at = max(start, calendar.year(number).instant_of(left))
    return Deadline(at, not calendar.is_known(at.astimezone(calendar.zone).date()))


def worked_between(start: datetime, end: datetime, calendar: WorkingCalendar) -> timedelta:
    """Return the working time between two aware instants; negative where `end` lies before `start`."""
    if end < start:
        return -worked_between(end, start, calendar)
    first, last = start.astimezone(calendar.zone).year, end.astimezone(calendar.zone).year
    between = sum((calendar.year(year).total for year in range(first, last)), timedelta())
    return between + calendar.year(last).until(end) - calendar.year(first).until(start)
