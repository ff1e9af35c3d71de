"""Deadlines on whole columns are those of the one clock, case by case."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.domain.clock import WorkingCalendar, deadline
from data.domain.vocabulary import ClockKind
from data.loaders.deadlines import category_deadlines
from data.town import Category, load_town
from tests.data.loaders.conftest import NOW

TOWN = load_town("fenghuang")
CALENDARS = [
    WorkingCalendar(ZoneInfo("Asia/Shanghai"), covers_until=date(2026, 12, 31)),
    WorkingCalendar(
        ZoneInfo("America/New_York"),
        periods=((time(9), time(17)),),
        holidays=frozenset({date(2026, 11, 26), date(2026, 12, 25)}),
        workdays=frozenset({date(2026, 11, 28)}),
    ),
]
LIMITS = [
    (ClockKind.URGENT_HOURS, 2.0),
    (ClockKind.WORK_HOURS, 0.25),
    (ClockKind.WORK_HOURS, 8.0),
    (ClockKind.WORK_DAYS, 1.0),
    (ClockKind.WORK_DAYS, 30.0),
    (ClockKind.CALENDAR_DAYS, 3.0),
]


def _town_with(limits: list[tuple[ClockKind, float]]):  # type: ignore[no-untyped-def]
    model: Category = next(iter(TOWN.categories))
    rows = {
        f"01{number:02d}": model.model_copy(update={"limit_amount": amount, "limit_clock": kind})
        for number, (kind, amount) in enumerate(limits)
    }
    return dataclasses.replace(TOWN, categories_by_code=MappingProxyType(rows))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 120 * 86_400), st.integers(0, len(LIMITS) - 1)), min_size=1, max_size=40
    )
)
@pytest.mark.parametrize("calendar", CALENDARS, ids=["Shanghai", "New York"])
def test_columns_give_what_the_clock_gives(calendar: WorkingCalendar, drawn: list[tuple[int, int]]) -> None:
    starts = [NOW - timedelta(days=40) + timedelta(seconds=second) for second, _ in drawn]
    codes = pd.Series([f"01{limit:02d}" for _, limit in drawn])
    at, provisional = category_deadlines(
        pd.Series(pd.to_datetime(starts, utc=True)), codes, _town_with(LIMITS), calendar
    )
    for row, (start, (_, limit)) in enumerate(zip(starts, drawn, strict=True)):
        kind, amount = LIMITS[limit]
        expected = deadline(start, amount, kind, calendar)
        assert (at[row].to_pydatetime(), bool(provisional[row])) == (expected.at, expected.is_provisional)


@pytest.mark.parametrize("start", ["08:00", "12:00", "13:00", "14:00", "18:00", "23:59"])
def test_starts_at_the_edges_of_working_time(start: str) -> None:
    calendar, instant = CALENDARS[0], datetime.fromisoformat(f"2026-11-20T{start}:00+08:00").astimezone(UTC)
    at, _ = category_deadlines(
        pd.Series([pd.Timestamp(instant)]),
        pd.Series(["0101"]),
        _town_with(LIMITS[:1] + LIMITS[3:4]),
        calendar,
    )
    assert at[0].to_pydatetime() == deadline(instant, 1, ClockKind.WORK_DAYS, calendar).at
    assert isinstance(at.to_numpy()[0], (np.datetime64, pd.Timestamp))
