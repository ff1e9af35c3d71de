"""The deadlines of many cases at once: `data.domain.clock.deadline` on whole columns.

The spans of working time come from the calendar itself; only the walk through them is done on arrays.
A test holds the two against each other.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from data.domain.clock import HOURS_PER_WORK_DAY, ONE_DAY, WorkingCalendar
from data.domain.vocabulary import ClockKind
from data.town import Town

HOUR_US = 3_600_000_000
MIN_DAYS_AHEAD = 40


def category_deadlines(
    starts: pd.Series, categories: pd.Series, town: Town, calendar: WorkingCalendar
) -> tuple[pd.Series, pd.Series]:
    """Return each case's category deadline (UTC) and whether it is provisional.

    `starts` are aware UTC instants, `categories` known category codes.
    """
    at = pd.Series(pd.NaT, index=starts.index, dtype="datetime64[us, UTC]")
    provisional = pd.Series(False, index=starts.index)
    for code, rows in categories.groupby(categories, sort=False).groups.items():
        category = town.categories_by_code[code]
        ends, open_ended = _deadlines(starts.loc[rows], category.limit_amount, category.limit_clock, calendar)
        at.loc[rows], provisional.loc[rows] = ends, open_ended
    return at, provisional


def _deadlines(
    starts: pd.Series, amount: float, kind: ClockKind, calendar: WorkingCalendar
) -> tuple[pd.Series, np.ndarray]:
    """Deadlines of one kind of limit, on all starts."""
    certain = np.zeros(len(starts), dtype=bool)
    if kind is ClockKind.URGENT_HOURS:
        return starts + timedelta(hours=amount), certain
    if kind is ClockKind.CALENDAR_DAYS:
        local = starts.dt.tz_convert(calendar.zone).dt.tz_localize(None) + timedelta(days=amount)
        return _from_local(local, calendar), certain
    hours = amount * HOURS_PER_WORK_DAY if kind is ClockKind.WORK_DAYS else amount
    return _working(starts, round(hours * HOUR_US), calendar)


def _from_local(local: pd.Series, calendar: WorkingCalendar) -> pd.Series:
    """Read wall-clock times as Python does: the first of two, and an hour on where there is none."""
    aware = local.dt.tz_localize(
        calendar.zone, ambiguous=np.ones(len(local), dtype=bool), nonexistent=pd.Timedelta(hours=1)
    )
    return aware.dt.tz_convert("UTC")


def _working(starts: pd.Series, left_us: int, calendar: WorkingCalendar) -> tuple[pd.Series, np.ndarray]:
    """Add working time: find each start on the axis of worked microseconds, move on, look up the instant."""
    begin_us, worked_us, known = _axis(starts, left_us, calendar)
    start_us = starts.dt.as_unit("us").dt.tz_localize(None).to_numpy().astype("int64")
    length_us = np.diff(worked_us)
    at = np.searchsorted(begin_us + length_us, start_us, side="right")
    target = worked_us[at] + np.maximum(0, start_us - begin_us[at]) + left_us
    end = np.searchsorted(worked_us[1:], target, side="left")
    result = begin_us[end] + (target - worked_us[end])
    moments = pd.Series(result.astype("datetime64[us]"), index=starts.index).dt.tz_localize("UTC")
    return moments, ~known[end]


def _axis(
    starts: pd.Series, left_us: int, calendar: WorkingCalendar
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where each working span begins, the time worked before each, and whether its day is known."""
    day = starts.min().tz_convert(calendar.zone).date() - ONE_DAY
    last = starts.max().tz_convert(calendar.zone).date()
    begins: list[int] = []
    worked = [0]
    known: list[bool] = []
    after_last = 0
    while day <= last + ONE_DAY * MIN_DAYS_AHEAD or after_last <= left_us:
        for span_begin, span_end in calendar.spans(day):
            length = (span_end - span_begin) // timedelta(microseconds=1)
            begins.append(pd.Timestamp(span_begin).tz_localize(None).as_unit("us")._value)
            worked.append(worked[-1] + length)
            known.append(calendar.is_known(day))
            after_last += length if day > last else 0
        day += ONE_DAY
    return np.array(begins, dtype="int64"), np.array(worked, dtype="int64"), np.array(known, dtype=bool)
