"""Marking days whose sums are no longer true, in the transaction of whatever changed their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, func, insert, select

from data.store.measure_tables import measure_marks, measure_sums
from data.store.tables import cases, patrols

OF_CASES = ("dispatch", "grid", "civic")
"""The modules that count cases and orders."""

DAY = timedelta(days=1)
MONTHS = ("month", "period")
"""Columns that tell a month by its first day; it counts on its last, and in the comparison a year later."""

MOMENTS = (
    "reported_at",
    "dispatched_at",
    "due_at",
    "category_due_at",
    "external_due_at",
    "handled_at",
    "closed_at",
)


def days_of(rows: Iterable[Mapping[str, Any]], zone: tzinfo) -> set[date]:
    """Return the town's days of every instant and day that stands in some rows: those on which they may count."""
    found = ((name, value) for row in rows for name, value in row.items() if isinstance(value, date))
    days: set[date] = set()
    for name, value in found:
        day = value.astimezone(zone).date() if isinstance(value, datetime) else value
        days.add(day)
        if name in MONTHS:
            days |= {month_end(day), month_end(day.replace(day=1, year=day.year + 1))}
    return days


def month_end(month: date) -> date:
    """Return the last day of a month that is told by its first: what is told of a whole month counts there."""
    return (month.replace(day=1) + 31 * DAY).replace(day=1) - DAY


def mark_days(
    connection: Connection, days: Iterable[date], now: datetime, modules: Iterable[str] = OF_CASES
) -> None:
    """Mark days of modules; each is counted anew soon."""
    days = sorted(set(days))
    rows = [_mark(module, day, day + DAY, now) for module in modules for day in days]
    if rows:
        connection.execute(insert(measure_marks), rows)


def mark_span(
    connection: Connection, begin: date, end: date, now: datetime, modules: Iterable[str] = OF_CASES
) -> None:
    """Mark the days from `begin` up to but without `end`."""
    connection.execute(insert(measure_marks), [_mark(module, begin, end, now) for module in modules])


def mark_since(connection: Connection, module: str, first: date, now: datetime) -> None:
    """Mark the days from one up to today, whatever the zone: on which of them a row counts has changed."""
    mark_span(connection, first - DAY, max(first, now.date()) + 2 * DAY, now, (module,))


def mark_counted(connection: Connection, module: str, now: datetime) -> None:
    """Mark every day that a module has counted: a list of how things are has changed, and no day is named in it."""
    c = measure_sums.c
    days = (c.module == module, c.span == "day")
    first, last = connection.execute(select(func.min(c.begin), func.max(c.begin)).where(*days)).one()
    if first is not None:
        mark_span(connection, first, last + DAY, now, (module,))


def mark_cases_of_load(connection: Connection, load_id: int, now: datetime) -> None:
    """Mark the days from the first to the last instant of the cases that a load brought, whatever the zone."""
    columns = [cases.c[name] for name in MOMENTS]
    firsts = connection.execute(select(*map(func.min, columns)).where(cases.c.load_id == load_id)).one()
    lasts = connection.execute(select(*map(func.max, columns)).where(cases.c.load_id == load_id)).one()
    known = [value for value in (*firsts, *lasts) if value is not None]
    if known:
        mark_span(connection, min(known).date() - DAY, max(known).date() + 2 * DAY, now)


def mark_patrolled(connection: Connection, now: datetime) -> None:
    """Mark the days since the first patrol: which grids there were to walk is told anew."""
    first = connection.execute(select(func.min(patrols.c.ended_at))).scalar_one_or_none()
    if first is not None:
        mark_span(connection, first.date() - DAY, now.date() + 2 * DAY, now, ("grid",))


def _mark(module: str, begin: date, end: date, now: datetime) -> dict[str, object]:
    return {"module": module, "begin": begin, "end": end, "marked_at": now}
