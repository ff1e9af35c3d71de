"""Comparing the stored sums with the raw rows, day by day and facet by facet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from data.domain.measures import Totals
from data.domain.periods import shifted
from data.store.measure_tables import measure_marks, measure_sums
from data.views.fact_sums import sum_rows
from data.views.facts import FACTS
from data.views.facts.source import Asked, FactSource
from data.views.measures import totals_of
from data.world import World

MOST_LISTED = 50
Key = tuple[date, str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored sum that is not what the rows say; either side is None where it is missing."""

    module: str
    day: date
    facet: str
    code: str
    stored: Totals | None
    counted: Totals | None

    def __str__(self) -> str:
        names = sorted({*(self.stored or Totals()).counts, *(self.counted or Totals()).counts})
        told = (f"{name} 存 {_count(self.stored, name)} 算 {_count(self.counted, name)}" for name in names)
        unequal = [one for one in told if one.split(" 存 ")[1].split(" 算 ")[0] != one.split(" 算 ")[1]]
        return f"{self.module} {self.day} {self.facet} {self.code or '—'}：{'，'.join(unequal) or '时长分布不一致'}"


@dataclass(slots=True)
class Check:
    """What was compared: days and sums, the days left out because they wait to be counted, and differences."""

    days: int = 0
    sums: int = 0
    waiting: int = 0
    found: int = 0
    listed: list[Difference] = field(default_factory=list)

    def take(self, difference: Difference) -> None:
        """Note a difference; only the first ones are listed."""
        self.found += 1
        if len(self.listed) < MOST_LISTED:
            self.listed.append(difference)


def verify_aggregates(world: World, now: datetime) -> Check:
    """Recount every module from its rows, month by month, and return every sum that differs."""
    check = Check()
    for source in FACTS.values():
        with world.store.read() as connection:
            span = source.span(world, connection, now)
            for begin, end in _months(*span) if span else ():
                _compare(world, connection, source, Asked(begin, end, now), check)
    return check


def _months(begin: date, end: date) -> Iterator[tuple[date, date]]:
    """Cut a span of days where months end."""
    while begin < end:
        month_end = min(end, shifted(begin.replace(day=1), 1))
        yield begin, month_end
        begin = month_end


def _compare(world: World, connection: Connection, source: FactSource, asked: Asked, check: Check) -> None:
    today = asked.now.astimezone(world.town.profile.zone).date()
    waiting = _waiting(connection, source.module, asked.begin, asked.end, today)
    frame = source.read(world, connection, asked)
    rows = sum_rows(source, frame) if len(frame) else ()
    counted: dict[Key, Totals] = {(day, facet, code): totals for day, facet, code, totals in rows}
    stored = _stored(connection, source.module, asked.begin, asked.end)
    for key in sorted({*counted, *stored}):
        ours, theirs = stored.get(key), counted.get(key)
        if key[0] in waiting or (_is_nothing(ours) and _is_nothing(theirs)):
            continue
        check.sums += 1
        if ours != theirs:
            check.take(Difference(source.module, *key, ours, theirs))
    check.days += (asked.end - asked.begin).days - len(waiting)
    check.waiting += len(waiting)


def _stored(connection: Connection, module: str, begin: date, end: date) -> dict[Key, Totals]:
    c = measure_sums.c
    query = select(measure_sums).where(c.module == module, c.span == "day", c.begin >= begin, c.begin < end)
    return {(row.begin, row.facet, row.code): totals_of(row) for row in connection.execute(query)}


def _waiting(connection: Connection, module: str, begin: date, end: date, today: date) -> set[date]:
    """The days of a month that are marked, and today: they are not claimed to be true."""
    c = measure_marks.c
    query = select(c.begin, c.end).where(c.module == module, c.begin < end, c.end > begin)
    days = {today} if begin <= today < end else set()
    for mark in connection.execute(query):
        first, last = max(mark.begin, begin), min(mark.end, end)
        days.update(first + timedelta(days=n) for n in range((last - first).days))
    return days


def _is_nothing(totals: Totals | None) -> bool:
    return totals is None or not (totals.counts or totals.histograms)


def _count(totals: Totals | None, name: str) -> str:
    return f"{totals.count(name):g}" if totals else "无"
