"""What the board of 法治民生 is told from: services of a year by village and kind, meetings, suggestions, surveys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, or_, select

from data.store.modules.civic import deliberations, legal_services, safety_surveys, suggestions

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A deliberation."""

    code: str
    title: str
    village: str
    held_on: date
    attended: int
    load_id: int | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a deliberation asked for, and whether it was done."""

    code: str
    meeting: str
    words: str
    village: str
    due_on: date
    done_on: date | None
    load_id: int | None
    line: int | None

    def is_overdue(self, today: date) -> bool:
        """Whether its day is over and it is not done."""
        return self.done_on is None and self.due_on < today


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey: how many were asked and how many feel safe."""

    period: date
    sample: int
    safe: int
    source: str


@dataclass(frozen=True, slots=True)
class Book:
    """A year up to today; `persons` are person-times by village and kind. The newest come first."""

    persons: Mapping[tuple[str, str], int]
    services: int
    meetings: list[Meeting]
    suggestions: list[Suggestion]
    surveys: list[Survey]


def read_book(connection: Connection, today: date) -> Book:
    """Read the year up to today, and every suggestion that still waits."""
    since, c = today - YEAR, legal_services.c
    grouped = select(
        c.village_code, c.kind, func.sum(c.persons).label("persons"), func.count().label("services")
    )
    rows = connection.execute(grouped.where(c.given_on > since).group_by(c.village_code, c.kind)).all()
    return Book(
        {(row.village_code or "", row.kind): int(row.persons) for row in rows},
        sum(row.services for row in rows),
        _meetings(connection, since),
        _suggestions(connection, since),
        _surveys(connection, since),
    )


def _meetings(connection: Connection, since: date) -> list[Meeting]:
    c = deliberations.c
    query = select(deliberations).where(c.held_on > since).order_by(c.held_on.desc(), c.id.desc())
    return [
        Meeting(
            row.code, row.title, row.village_code, row.held_on, row.attended, row.load_id, row.source_line
        )
        for row in connection.execute(query)
    ]


def _suggestions(connection: Connection, since: date) -> list[Suggestion]:
    c, d = suggestions.c, deliberations.c
    query = (
        select(suggestions, d.village_code)
        .outerjoin(deliberations, d.code == c.deliberation_code)
        .where(or_(c.due_on > since, c.done_on.is_(None)))
        .order_by(c.due_on.desc(), c.id.desc())
    )
    return [
        Suggestion(
            row.code, row.deliberation_code, row.words, row.village_code or "", row.due_on, row.done_on,
            row.load_id, row.source_line,
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _surveys(connection: Connection, since: date) -> list[Survey]:
    c = safety_surveys.c
    query = select(c.period, c.sample, c.safe, c.source).where(c.period > since)
    return [Survey(*row) for row in connection.execute(query.order_by(c.period.desc(), c.source))]
