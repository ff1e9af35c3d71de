"""Periods of reports: days, weeks, months, quarters and years of the town, and those that they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from data.domain.vocabulary import Word


class PeriodKind(Word):
    """How long a period is."""

    DAY = "day", "日"
    WEEK = "week", "周"
    MONTH = "month", "月"
    QUARTER = "quarter", "季"
    YEAR = "year", "年"


MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `begin` up to but without `end`, local dates of the town."""

    begin: date
    end: date
    kind: PeriodKind

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.begin).days

    def until(self, today: date) -> Period:
        """Return the part up to and with a day: a running month is compared with the same part of another."""
        return Period(self.begin, min(self.end, max(self.begin, today + timedelta(days=1))), self.kind)


def period_of(kind: PeriodKind, day: date) -> Period:
    """Return the period of a kind that holds a day; a week begins on Monday."""
    if kind is PeriodKind.DAY:
        return Period(day, day + timedelta(days=1), kind)
    if kind is PeriodKind.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=7), kind)
    length = MONTHS[kind]
    begin = date(day.year, (day.month - 1) // length * length + 1, 1)
    return Period(begin, shifted(begin, length), kind)


def before(period: Period) -> Period:
    """Return the period before (环比): the same part of it where the given one is cut off at today."""
    whole = period_of(period.kind, period.begin - timedelta(days=1))
    return _same_part(period, whole)


def year_before(period: Period) -> Period:
    """Return the same period of the year before (同比); a week and a day are 52 weeks earlier, on the same weekday."""
    if period.kind in MONTHS:
        return _same_part(period, period_of(period.kind, shifted(period.begin, -12)))
    back = timedelta(weeks=52)
    return Period(period.begin - back, period.end - back, period.kind)


def last_periods(kind: PeriodKind, day: date, count: int) -> list[Period]:
    """Return the last `count` whole periods and the one that holds `day`, oldest first; the last is cut at `day`."""
    found = [period_of(kind, day)]
    while len(found) <= count:
        found.append(period_of(kind, found[-1].begin - timedelta(days=1)))
    return [*reversed(found[1:]), found[0].until(day)]


def last_month_over(day: date) -> date:
    """Return the last day of the newest month that is over when a day is: the day itself where it ends its month."""
    tomorrow = day + timedelta(days=1)
    return tomorrow.replace(day=1) - timedelta(days=1)


def shifted(first: date, months: int) -> date:
    """Return the first of a month moved by months."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _same_part(period: Period, whole: Period) -> Period:
    """A part is as many days from the beginning; one that would reach over the end stops there."""
    is_whole = period == period_of(period.kind, period.begin)
    end = whole.end if is_whole else min(whole.end, whole.begin + timedelta(days=period.days))
    return Period(whole.begin, end, whole.kind)
