"""The deadline arithmetic for many cases against the domain's own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from data.demo.working import Clock, instant, is_working, limit_micros, micros
from data.domain.clock import WorkingCalendar, deadline
from data.domain.vocabulary import ClockKind
from data.town import Town
from data.world import working_calendar

FIRST = date(2025, 9, 1)
LAST = date(2027, 6, 30)


@pytest.fixture(scope="module")
def calendar(town: Town) -> WorkingCalendar:
    """Return the town's calendar, which ends with 2026."""
    return working_calendar(town)


@pytest.mark.parametrize("kind", list(ClockKind))
@pytest.mark.parametrize("amount", [0.5, 1, 2, 4, 8, 10])
def test_same_as_the_domain(calendar: WorkingCalendar, kind: ClockKind, amount: float) -> None:
    """Starts at any second, around the National Day, and past the last day that the calendar knows."""
    clock = Clock.build(calendar, FIRST, LAST)
    rng = np.random.default_rng(3)
    start = micros(datetime(2025, 9, 10, tzinfo=UTC)) + rng.integers(0, 480 * 86400, 300) * 1_000_000
    working = np.full(len(start), is_working(kind))
    due = clock.after(start, np.full(len(start), limit_micros(amount, kind)), working)
    provisional = clock.is_provisional(due, working)
    for begin, end, is_open in zip(start, due, provisional, strict=True):
        wanted = deadline(instant(begin), amount, kind, calendar)
        assert (instant(end), is_open) == (wanted.at, wanted.is_provisional)


@pytest.mark.parametrize("hour", [7, 8, 11, 12, 13, 14, 17, 18, 23])
def test_at_the_edges_of_working_time(calendar: WorkingCalendar, hour: int) -> None:
    clock = Clock.build(calendar, FIRST, LAST)
    start = datetime(2026, 11, 20, hour, tzinfo=calendar.zone)
    due = clock.after(
        np.array([micros(start)]), np.array([limit_micros(4, ClockKind.WORK_HOURS)]), np.array([True])
    )
    assert instant(due[0]) == deadline(start, 4, ClockKind.WORK_HOURS, calendar).at


def test_a_clock_that_is_too_short_says_so(calendar: WorkingCalendar) -> None:
    clock = Clock.build(calendar, FIRST, FIRST + timedelta(days=3))
    with pytest.raises(ValueError, match="too few days"):
        clock.after(
            np.array([micros(datetime(2025, 9, 3, tzinfo=UTC))]), np.array([10**12]), np.array([True])
        )
