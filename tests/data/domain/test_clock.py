"""Deadlines, each row with the days that it crosses; local time of Shanghai."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.domain.clock import WorkingCalendar, deadline, stricter
from data.domain.vocabulary import ClockKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(
    zone=SHANGHAI,
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    workdays=frozenset({date(2026, 9, 27), date(2026, 10, 10)}),
    covers_until=date(2026, 12, 31),
)
URGENT, HOURS, DAYS, NATURAL = (
    ClockKind.URGENT_HOURS,
    ClockKind.WORK_HOURS,
    ClockKind.WORK_DAYS,
    ClockKind.CALENDAR_DAYS,
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "amount", "kind", "end", "is_provisional"),
    [
        ("2026-11-23 23:30", 1, URGENT, "2026-11-24 00:30", False),  # runs through midnight
        ("2026-10-01 10:00", 1.5, URGENT, "2026-10-01 11:30", False),  # and through a holiday
        ("2026-11-23 09:00", 2, HOURS, "2026-11-23 11:00", False),  # Monday morning
        ("2026-11-23 11:00", 2, HOURS, "2026-11-23 15:00", False),  # over lunch 12–14
        ("2026-11-23 12:30", 1, HOURS, "2026-11-23 15:00", False),  # starts in the lunch break
        ("2026-11-23 10:00", 2, HOURS, "2026-11-23 12:00", False),  # ends exactly at noon, not at 14:00
        ("2026-11-23 17:00", 2, HOURS, "2026-11-24 09:00", False),  # over the night
        ("2026-11-23 03:00", 1, HOURS, "2026-11-23 09:00", False),  # before work begins
        ("2026-11-23 20:00", 1, HOURS, "2026-11-24 09:00", False),  # after work ended
        ("2026-11-27 17:00", 2, HOURS, "2026-11-30 09:00", False),  # Friday → Monday
        ("2026-11-28 10:00", 1, HOURS, "2026-11-30 09:00", False),  # reported on a Saturday
        ("2026-09-26 10:00", 1, HOURS, "2026-09-27 09:00", False),  # Sunday 27 Sept is a make-up workday
        ("2026-09-30 17:00", 2, HOURS, "2026-10-08 09:00", False),  # over the National Day holidays
        ("2026-10-09 17:00", 2, HOURS, "2026-10-10 09:00", False),  # Saturday 10 Oct is a make-up workday
        ("2026-11-23 08:00", 1, DAYS, "2026-11-23 18:00", False),  # a whole day: 8–12 and 14–18
        ("2026-11-23 09:00", 1, DAYS, "2026-11-24 09:00", False),  # 7 h today, 1 h tomorrow
        ("2026-11-23 14:00", 1, DAYS, "2026-11-24 12:00", False),  # half today, half tomorrow
        ("2026-11-26 14:00", 2, DAYS, "2026-11-30 12:00", False),  # over a weekend
        ("2026-09-30 14:00", 3, DAYS, "2026-10-10 12:00", False),  # 30 Sept, 8, 9 and 10 Oct count
        ("2026-11-23 17:32", 7, NATURAL, "2026-11-30 17:32", False),  # same time a week later
        ("2026-12-30 10:00", 3, NATURAL, "2027-01-02 10:00", False),  # no calendar needed: never 暂定
        ("2026-12-31 17:00", 2, HOURS, "2027-01-01 09:00", True),  # 1 Jan 2027 is not known: a weekday
        ("2026-12-30 14:00", 3, DAYS, "2027-01-04 12:00", True),  # weekends alone count after 2026
        ("2026-12-31 17:00", 1, HOURS, "2026-12-31 18:00", False),  # ends on the last covered day
        ("2028-02-28 17:30", 1, HOURS, "2028-02-29 08:30", True),  # a leap day
    ],
)
def test_deadline(start, amount, kind, end, is_provisional):
    found = deadline(local(start), amount, kind, CALENDAR)
    assert found.at == local(end)
    assert found.is_provisional is is_provisional


def test_deadline_is_utc():
    assert deadline(local("2026-11-23 09:00"), 1, HOURS, CALENDAR).at.tzinfo is UTC


def test_naive_start_is_refused():
    with pytest.raises(ValueError, match="naive"):
        deadline(datetime(2026, 11, 23, 9), 1, HOURS, CALENDAR)  # noqa: DTZ001


def test_calendar_without_working_time_is_refused():
    with pytest.raises(ValueError, match="working period"):
        deadline(local("2026-11-23 09:00"), 1, HOURS, WorkingCalendar(SHANGHAI, periods=()))


def test_own_working_time():
    night_shift = WorkingCalendar(SHANGHAI, periods=((time(20), time(22)),), covers_until=date(2026, 12, 31))
    assert deadline(local("2026-11-23 21:00"), 2, HOURS, night_shift).at == local("2026-11-24 21:00")


def test_stricter():
    early, late = local("2026-11-23 09:00"), local("2026-11-23 10:00")
    assert [stricter(early, late), stricter(late, None), stricter(None, None)] == [early, late, None]


STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(lambda d: d.replace(tzinfo=SHANGHAI))  # noqa: DTZ001
AMOUNTS = st.floats(0.25, 40)


@given(STARTS, AMOUNTS, AMOUNTS)
def test_more_time_is_never_less(start, first, second):
    less, more = sorted((first, second))
    assert deadline(start, less, HOURS, CALENDAR).at <= deadline(start, more, HOURS, CALENDAR).at


@given(STARTS, AMOUNTS)
def test_a_deadline_ends_inside_working_time(start, amount):
    end = deadline(start, amount, HOURS, CALENDAR).at
    spans = CALENDAR.spans(end.astimezone(SHANGHAI).date())
    assert any(begin < end <= finish for begin, finish in spans)


@given(STARTS, st.floats(0.25, 12), st.floats(0.25, 12))
def test_in_pieces_equals_in_one(start, first, second):
    whole = deadline(start, first + second, HOURS, CALENDAR).at
    piece = deadline(deadline(start, first, HOURS, CALENDAR).at, second, HOURS, CALENDAR).at
    assert abs((whole - piece).total_seconds()) < 1e-3
