"""The deadline arithmetic of `data.domain.clock` for many cases at once.

Instants are int64 microseconds since 1970 (UTC). A test holds every result against the domain's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from data.domain.clock import HOURS_PER_WORK_DAY, WorkingCalendar
from data.domain.vocabulary import ClockKind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def micros(instant: datetime) -> int:
    """Return an aware instant as microseconds since 1970."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def instant(value: int) -> datetime:
    """Return microseconds since 1970 as an aware UTC instant."""
    return EPOCH + timedelta(microseconds=int(value))


def utc_text(value: datetime | None) -> str | None:
    """Return an aware UTC instant as both databases read it in bulk."""
    return None if value is None else value.isoformat(" ", "microseconds")[:26]


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """A stretch of a working calendar as arrays: spans of work, and the work done before each."""

    calendar: WorkingCalendar
    starts: np.ndarray
    ends: np.ndarray
    before: np.ndarray
    known_until: int

    @classmethod
    def build(cls, calendar: WorkingCalendar, first: date, last: date) -> Clock:
        """Return the clock for instants from `first` on whose deadlines fall before `last`."""
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        spans = [span for day in days for span in calendar.spans(day)]
        starts = np.array([micros(start) for start, _ in spans], dtype=np.int64)
        ends = np.array([micros(end) for _, end in spans], dtype=np.int64)
        done = np.concatenate([[0], np.cumsum(ends - starts)])
        covered = calendar.covers_until or date(1970, 1, 1)
        midnight = datetime.combine(covered + timedelta(days=1), datetime.min.time(), calendar.zone)
        return cls(calendar, starts, ends, done, micros(midnight))

    def work_done(self, at: np.ndarray) -> np.ndarray:
        """Return the working time that has run up to each instant."""
        index = np.searchsorted(self.starts, at, side="right") - 1
        within = np.minimum(at, self.ends[np.maximum(index, 0)]) - self.starts[np.maximum(index, 0)]
        return np.where(index < 0, 0, self.before[np.maximum(index, 0)] + within)

    def after_work(self, at: np.ndarray, amount: np.ndarray) -> np.ndarray:
        """Return when `amount` (> 0) of working time has run since each instant."""
        target = self.work_done(at) + amount
        index = np.searchsorted(self.before[1:], target, side="left")
        if (index >= len(self.starts)).any():
            raise ValueError("the clock was built for too few days")
        return self.starts[index] + (target - self.before[index])

    def after(self, at: np.ndarray, amount: np.ndarray, is_working: np.ndarray) -> np.ndarray:
        """Return when `amount` has run: working time where `is_working`, else plain time."""
        result = at + amount
        if is_working.any():
            result[is_working] = self.after_work(at[is_working], amount[is_working])
        return result

    def is_provisional(self, due: np.ndarray, is_working: np.ndarray) -> np.ndarray:
        """Whether a working deadline lies past the days that the calendar covers."""
        return is_working & (due >= self.known_until)


def is_working(kind: ClockKind) -> bool:
    """Whether a kind of limit runs only inside working time."""
    return kind in (ClockKind.WORK_HOURS, ClockKind.WORK_DAYS)


def limit_micros(amount: float, kind: ClockKind) -> int:
    """Return a limit as microseconds of its own clock (a calendar day counts 24 hours)."""
    hours = {
        ClockKind.URGENT_HOURS: 1.0,
        ClockKind.WORK_HOURS: 1.0,
        ClockKind.WORK_DAYS: float(HOURS_PER_WORK_DAY),
        ClockKind.CALENDAR_DAYS: 24.0,
    }[kind]
    return round(amount * hours * HOUR)
