"""Periods: their days, and those that they are compared with."""

from __future__ import annotations

from datetime import date

import pytest

from data.domain.periods import (
    Period,
    PeriodKind,
    before,
    last_month_over,
    last_periods,
    period_of,
    year_before,
)

K = PeriodKind


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("kind", "day", "begin", "end"),
    [
        (K.DAY, "2026-11-26", "2026-11-26", "2026-11-27"),
        (K.WEEK, "2026-11-26", "2026-11-23", "2026-11-30"),  # a Thursday
        (K.WEEK, "2026-11-23", "2026-11-23", "2026-11-30"),
        (K.MONTH, "2024-02-29", "2024-02-01", "2024-03-01"),
        (K.QUARTER, "2026-11-26", "2026-10-01", "2027-01-01"),
        (K.YEAR, "2026-11-26", "2026-01-01", "2027-01-01"),
    ],
)
def test_the_days_of_a_period(kind: PeriodKind, day: str, begin: str, end: str):
    assert period_of(kind, d(day)) == Period(d(begin), d(end), kind)


@pytest.mark.parametrize(
    ("kind", "day", "earlier", "year"),
    [
        (K.DAY, "2026-11-26", ("2026-11-25", "2026-11-26"), ("2025-11-27", "2025-11-28")),
        (K.MONTH, "2026-11-30", ("2026-10-01", "2026-11-01"), ("2025-11-01", "2025-12-01")),
        (K.MONTH, "2026-11-26", ("2026-10-01", "2026-10-27"), ("2025-11-01", "2025-11-27")),
        (K.MONTH, "2026-03-30", ("2026-02-01", "2026-03-01"), ("2025-03-01", "2025-03-31")),  # 30 days of 28
        (K.QUARTER, "2026-11-26", ("2026-07-01", "2026-08-27"), ("2025-10-01", "2025-11-27")),
        (K.YEAR, "2026-11-26", ("2025-01-01", "2025-11-27"), ("2025-01-01", "2025-11-27")),
    ],
)
def test_a_running_period_is_compared_with_the_same_part(
    kind: PeriodKind, day: str, earlier: tuple[str, str], year: tuple[str, str]
):
    running = period_of(kind, d(day)).until(d(day))
    assert before(running) == Period(d(earlier[0]), d(earlier[1]), kind)
    assert year_before(running) == Period(d(year[0]), d(year[1]), kind)


def test_the_last_periods_end_with_the_running_one():
    months = last_periods(K.MONTH, d("2026-02-10"), 3)
    begins = [d("2025-11-01"), d("2025-12-01"), d("2026-01-01"), d("2026-02-01")]
    assert [month.begin for month in months] == begins
    assert months[-1].end == d("2026-02-11")


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2026-11-23", "2026-10-31"),
        ("2026-11-29", "2026-10-31"),
        ("2026-11-30", "2026-11-30"),
        ("2026-12-01", "2026-11-30"),
        ("2027-01-15", "2026-12-31"),
        ("2024-02-28", "2024-01-31"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_the_newest_month_that_is_over(day: str, last: str):
    assert last_month_over(date.fromisoformat(day)) == date.fromisoformat(last)


def test_a_day_outside_cuts_nothing_off():
    month = period_of(K.MONTH, d("2026-02-10"))
    assert month.until(d("2026-05-01")) == month
    assert month.until(d("2026-01-01")).days == 0
