"""The calendar against the library that collects the State Council's notices."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from data.town import Calendar, Town

DAYS = [date(2024, 1, 1) + timedelta(days=number) for number in range(366 + 365 + 365)]


def test_every_day_of_three_years_agrees_with_the_library(town: Town) -> None:
    wrong = [day for day in DAYS if town.calendar.is_workday(day) != chinese_calendar.is_workday(day)]
    assert DAYS[-1] == date(2026, 12, 31)
    assert not wrong


def test_the_table_knows_more_than_weekends(town: Town) -> None:
    """Without its rows the test above would fail."""
    bare = Calendar.of(())
    assert any(bare.is_workday(day) != chinese_calendar.is_workday(day) for day in DAYS)
    kinds = {(day.kind, day.date.weekday() >= 5) for day in town.calendar.days.values()}
    assert ("workday", True) in kinds
    assert ("workday", False) not in kinds


@pytest.mark.parametrize(
    ("day", "is_covered"),
    [
        (date(2023, 12, 31), False),
        (date(2024, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_2027_is_not_known_yet(town: Town, day: date, is_covered: bool) -> None:
    assert town.calendar.covers(day) is is_covered


def test_coverage_ends_with_2026(town: Town) -> None:
    assert town.calendar.covers_until == date(2026, 12, 31)
    assert max(town.calendar.days) <= date(2026, 12, 31)


def test_an_empty_calendar_covers_nothing() -> None:
    calendar = Calendar.of(())
    assert (calendar.covers_from, calendar.covers_until) == (None, None)
    assert not calendar.covers(date(2026, 1, 1))
    assert not calendar.is_workday(date(2026, 11, 28))  # a Saturday


def test_each_year_names_its_notice(town: Town) -> None:
    for day in town.calendar.days.values():
        assert f"{day.date.year}年" in day.citation
