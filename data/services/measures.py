"""Keeping the sums of measures: days are marked where something changed, and counted anew from their rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

import pandas as pd
from sqlalchemy import Connection, delete, func, insert, select

from data.domain.measures import Totals, sum_totals
from data.domain.periods import shifted
from data.store.measure_marks import mark_span
from data.store.measure_tables import measure_marks, measure_sums
from data.views.fact_sums import Sum, sum_rows
from data.views.facts import FACTS
from data.views.facts.source import Asked, FactSource
from data.views.measures import counts_text, histograms_text, totals_of
from data.world import World

JOB = "measures"
"""The lease of whoever counts: the timed job, or a command."""

AT_ONCE = 5_000
"""Marks taken up in one go."""


MayGo = Callable[[], bool]
"""Asked before each write: whether this process still is the one that counts."""


class LeaseLost(Exception):
    """Another process counts; nothing was written since it may have begun."""


def alone() -> bool:
    """Let a caller count that knows itself to be the only one."""
    return True


def has_marks(world: World) -> bool:
    """Whether any day waits to be counted anew."""
    with world.store.read() as connection:
        return connection.execute(select(measure_marks.c.id).limit(1)).first() is not None


def count_marked(world: World, now: datetime, may_go: MayGo = alone) -> int:
    """Count marked days anew, a month at a time, and take their marks away; return how many days were counted.

    A mark that comes while its day is being counted stays: only those that were read before are taken away.
    Raises `LeaseLost`.
    """
    with world.store.read() as connection:
        marks = connection.execute(select(measure_marks).order_by(measure_marks.c.id).limit(AT_ONCE)).all()
    days: dict[str, set[date]] = defaultdict(set)
    for mark in marks:
        days[mark.module].update(days_between(mark.begin, mark.end))
    known = (module for module in sorted(days) if module in FACTS)
    counted = sum(count_days(world, module, days[module], now, may_go) for module in known)
    _forget(world, [mark.id for mark in marks])
    return counted


def days_between(begin: date, end: date) -> Iterator[date]:
    """Yield the days from `begin` up to but without `end`."""
    return (begin + timedelta(days=n) for n in range((end - begin).days))


def count_days(
    world: World, module: str, days: Collection[date], now: datetime, may_go: MayGo = alone
) -> int:
    """Count days of a module from their rows, month by month, and sum the months; return how many days."""
    today = now.astimezone(world.town.profile.zone).date()
    for month, wanted in _by_month(days):
        source = FACTS[module]
        with world.store.read() as connection:
            frame = source.read(world, connection, Asked(min(wanted), max(wanted) + timedelta(days=1), now))
        if not may_go():
            raise LeaseLost
        _write(world, source, month, wanted, frame, today)
    return len(set(days))


def count_recent(world: World, now: datetime, may_go: MayGo = alone) -> int:
    """Count the days from the last counted one up to today: deadlines pass without anybody writing a row.

    After an outage that is the time of the outage, in a module that was never counted the whole history: it is
    marked first, so that screens can say how far it is.
    """
    today = now.astimezone(world.town.profile.zone).date()
    last = {module: _last_counted(world, module) for module in FACTS}
    mark_all(world, now, [module for module, day in last.items() if day is None])
    counted = 0
    for module, day in last.items():
        if day is not None:
            begin, end = min(day, today) - timedelta(days=1), today + timedelta(days=1)
            counted += count_days(world, module, list(days_between(begin, end)), now, may_go)
    while has_marks(world):
        counted += count_marked(world, now, may_go)
    sum_months(world, today)
    return counted


def _last_counted(world: World, module: str) -> date | None:
    c = measure_sums.c
    query = select(func.max(c.begin)).where(c.module == module, c.span == "day", c.facet == "town")
    with world.store.read() as connection:
        return connection.execute(query).scalar_one_or_none()


def mark_all(world: World, now: datetime, modules: Iterable[str] = tuple(FACTS)) -> None:
    """Mark every day of modules on which their rows may count."""
    with world.store.read() as connection:
        spans = {module: FACTS[module].span(world, connection, now) for module in modules}
    with world.store.write() as transaction:
        for module, span in spans.items():
            if span is not None:
                mark_span(transaction.connection, *span, now, (module,))


def _by_month(days: Collection[date]) -> list[tuple[date, set[date]]]:
    months: dict[date, set[date]] = defaultdict(set)
    for day in days:
        months[day.replace(day=1)].add(day)
    return sorted(months.items())


def is_over(month: date, today: date) -> bool:
    """Whether a month has come to its last day, so that a period up to today can hold it whole."""
    return shifted(month, 1) <= today + timedelta(days=1)


def sum_months(world: World, today: date) -> int:
    """Sum the months that are over and have no sum yet; return how many. The running month stands in days alone."""
    c = measure_sums.c
    of_town = (c.span == "day", c.facet == "town", c.begin <= today)
    with world.store.read() as connection:
        days = connection.execute(select(c.module, c.begin).where(*of_town)).all()
        summed = connection.execute(select(c.module, c.begin).where(c.span == "month").distinct())
        known = {(row.module, row.begin) for row in summed}
    months = {(row.module, row.begin.replace(day=1)) for row in days} - known
    missing = sorted(one for one in months if is_over(one[1], today))
    for module, month in missing:
        with world.store.write() as transaction:
            _sum_month(transaction.connection, module, month)
    return len(missing)


def _write(
    world: World, source: FactSource, month: date, days: set[date], frame: pd.DataFrame, today: date
) -> None:
    """Replace the sums of the days, and that of their month if it is over."""
    counted = [one for one in sum_rows(source, frame) if one[0] in days] if len(frame) else []
    c = measure_sums.c
    with world.store.write() as transaction:
        connection = transaction.connection
        of_days = (c.module == source.module, c.span == "day", c.begin.in_(days))
        connection.execute(delete(measure_sums).where(*of_days))
        _insert(connection, source.module, "day", counted)
        if is_over(month, today):
            _sum_month(connection, source.module, month)


def _sum_month(connection: Connection, module: str, month: date) -> None:
    c = measure_sums.c
    connection.execute(delete(measure_sums).where(c.module == module, c.span == "month", c.begin == month))
    _insert(connection, module, "month", _month(connection, module, month))


def _month(connection: Connection, module: str, month: date) -> list[Sum]:
    c = measure_sums.c
    of_month = (c.begin >= month, c.begin < shifted(month, 1))
    query = select(measure_sums).where(c.module == module, c.span == "day", *of_month)
    found: dict[tuple[str, str], list[Totals]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.facet, row.code].append(totals_of(row))
    return [(month, *place, sum_totals(many)) for place, many in found.items()]


def _insert(connection: Connection, module: str, span: str, sums: Iterable[Sum]) -> None:
    rows = [
        {
            "module": module,
            "span": span,
            "begin": begin,
            "facet": facet,
            "code": code,
            "counts": counts_text(totals),
            "histograms": histograms_text(totals),
        }
        for begin, facet, code, totals in sums
        if totals.counts or totals.histograms
    ]
    if rows:
        connection.execute(insert(measure_sums), rows)


def _forget(world: World, ids: list[int]) -> None:
    with world.store.write() as transaction:
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            transaction.connection.execute(delete(measure_marks).where(measure_marks.c.id.in_(some)))
