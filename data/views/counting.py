"""How far a module's history is counted: a town that is new, or a load of years, is counted a month at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from data.store.measure_tables import measure_marks, measure_sums

HISTORY_DAYS = 31
"""So many uncounted days after the last counted one are a history; fewer are a correction."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Days that are counted, of all days to count."""

    done: int
    total: int


def progress_of(connection: Connection, module: str, today: date) -> Progress | None:
    """Return how far a module's history is counted, None where it is: months are counted from the first to the last.

    Told from the marks: days up to today behind the last counted one that still wait.
    """
    m, c = measure_marks.c, measure_sums.c
    marks = connection.execute(
        select(m.begin, m.end).where(m.module == module, m.begin <= today).order_by(m.begin)
    ).all()
    if not marks:
        return None
    days = (c.module == module, c.span == "day", c.facet == "town")
    first, last = connection.execute(select(func.min(c.begin), func.max(c.begin)).where(*days)).one()
    end = min(max(mark.end for mark in marks), today + timedelta(days=1))
    begin = min(marks[0].begin, first or marks[0].begin)
    counted_to = begin if last is None else last + timedelta(days=1)
    if _waiting([(mark.begin, mark.end) for mark in marks], counted_to, end) <= HISTORY_DAYS:
        return None
    return Progress((counted_to - begin).days, (end - begin).days)


def _waiting(marks: list[tuple[date, date]], begin: date, end: date) -> int:
    """Count the days from `begin` up to but without `end` that stand in any of the marks, which are in order."""
    found, reached = 0, begin
    for first, after in marks:
        start, stop = max(first, reached), min(after, end)
        if stop > start:
            found, reached = found + (stop - start).days, stop
    return found
