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

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Deadline:
    """An aware UTC instant; provisional (暂定) when it lies past the days that the calendar covers."""

    at: datetime
    is_provisional: bool = False


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


def stricter(first: datetime | None, second: datetime | None) -> datetime | None:
    """Return the earlier of two deadlines, either of which may be missing."""
    known = [instant for instant in (first, second) if instant is not None]
    return min(known, default=None)


def _same_time_later(start: datetime, days: float, zone: ZoneInfo) -> datetime:
    local = start.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _working_deadline(start: datetime, left: timedelta, calendar: WorkingCalendar) -> Deadline:
    """Walk day by day through the working spans until `left` has run out."""
    if not calendar.periods:
        raise ValueError("a working calendar needs at least one working period")
    day = start.astimezone(calendar.zone).date()
    while True:
        for span_start, span_end in calendar.spans(day):
            begin = max(start, span_start)
            available = span_end - begin
            if available >= left and available > timedelta():
                return Deadline(begin + left, not calendar.is_known(day))
            left -= max(available, timedelta())
        day += ONE_DAY
