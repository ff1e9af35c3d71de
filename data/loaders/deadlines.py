"""The deadlines of many cases at once: `data.domain.clock.deadline` on whole columns.

The spans of working time come from the calendar itself; only the walk through them is done on arrays.
A test holds the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from data.domain.clock import HOURS_PER_WORK_DAY, ONE_DAY, WorkingCalendar
from data.domain.vocabulary import ClockKind
from data.town import Town

HOUR_US = 3_600_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Working time laid end to end: where each span begins, the time worked before it, is its day known."""

    begin_us: np.ndarray
    worked_us: np.ndarray
    is_known: np.ndarray

    def after(self, starts: pd.Series, left_us: int) -> tuple[pd.Series, np.ndarray]:
        """Find each start on the axis, move on by `left_us` of work, look up the instant."""
        start_us = starts.dt.as_unit("us").dt.tz_localize(None).to_numpy().astype("int64")
        at = np.searchsorted(self.begin_us + np.diff(self.worked_us), start_us, side="right")
        target = self.worked_us[at] + np.maximum(0, start_us - self.begin_us[at]) + left_us
        end = np.searchsorted(self.worked_us[1:], target, side="left")
        result = self.begin_us[end] + (target - self.worked_us[end])
        moments = pd.Series(result.astype("datetime64[us]"), index=starts.index).dt.tz_localize("UTC")
        return moments, ~self.is_known[end]


def category_deadlines(
    starts: pd.Series, categories: pd.Series, town: Town, calendar: WorkingCalendar
) -> tuple[pd.Series, pd.Series]:
    """Return each case's category deadline (UTC) and whether it is provisional.

    `starts` are aware UTC instants, `categories` known category codes.
    """
    at = pd.Series(pd.NaT, index=starts.index, dtype="datetime64[us, UTC]")
    provisional = pd.Series(False, index=starts.index)
    known = {code: town.categories_by_code[code] for code in categories.unique()}
    work_us = [_work_us(row.limit_amount, row.limit_clock) for row in known.values()]
    axis = _axis(starts, max(work_us, default=0), calendar)
    for code, rows in categories.groupby(categories, sort=False).groups.items():
        amount, clock = known[code].limit_amount, known[code].limit_clock
        at.loc[rows], provisional.loc[rows] = _deadlines(starts.loc[rows], amount, clock, calendar, axis)
    return at, provisional


def _work_us(amount: float, kind: ClockKind) -> int:
    """Return a limit in working microseconds, 0 for the clocks that run day and night."""
    hours = {ClockKind.WORK_DAYS: amount * HOURS_PER_WORK_DAY, ClockKind.WORK_HOURS: amount}
    return round(hours.get(kind, 0) * HOUR_US)


def _deadlines(
    starts: pd.Series, amount: float, kind: ClockKind, calendar: WorkingCalendar, axis: _Axis
) -> tuple[pd.Series, np.ndarray]:
    """Deadlines of one kind of limit, on all starts."""
    certain = np.zeros(len(starts), dtype=bool)
    if kind is ClockKind.URGENT_HOURS:
        return starts + timedelta(hours=amount), certain
    if kind is ClockKind.CALENDAR_DAYS:
        local = starts.dt.tz_convert(calendar.zone).dt.tz_localize(None) + timedelta(days=amount)
        return _from_local(local, calendar), certain
    return axis.after(starts, _work_us(amount, kind))


def _from_local(local: pd.Series, calendar: WorkingCalendar) -> pd.Series:
    """Read wall-clock times as Python does: the first of two, and an hour on where there is none."""
    aware = local.dt.tz_localize(
        calendar.zone, ambiguous=np.ones(len(local), dtype=bool), nonexistent=pd.Timedelta(hours=1)
    )
    return aware.dt.tz_convert("UTC")


def _axis(starts: pd.Series, left_us: int, calendar: WorkingCalendar) -> _Axis:
    """Lay out the working time from the day before the first start until `left_us` after the last one."""
    day = starts.min().tz_convert(calendar.zone).date() - ONE_DAY
    last = starts.max().tz_convert(calendar.zone).date()
    begins: list[int] = []
    worked = [0]
    known: list[bool] = []
    after_last = 0
    while day <= last + ONE_DAY or after_last <= left_us:
        for span_begin, span_end in calendar.spans(day):
            length = (span_end - span_begin) // timedelta(microseconds=1)
            begins.append((span_begin - EPOCH) // timedelta(microseconds=1))
            worked.append(worked[-1] + length)
            known.append(calendar.is_known(day))
            after_last += length if day > last else 0
        day += ONE_DAY
    return _Axis(
        np.array(begins, dtype="int64"), np.array(worked, dtype="int64"), np.array(known, dtype=bool)
    )
