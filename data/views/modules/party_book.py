"""What the board of 党建绩效 is told from: activities of a year, tasks, methods, assessments, appeals that wait."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from data.domain.party import Project, StaffKind
from data.store.appeal_tables import assessment_appeals
from data.store.modules.party import assessment_methods, assessments, partnership_tasks, party_activities
from data.store.tables import visible_cases
from data.store.work_tables import appeals
from data.views.assessments import Appeal as AssessmentAppeal
from data.views.assessments import Assessment, read_appeals, read_assessments

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a joint project."""

    code: str
    project: Project
    name: str
    partner: str
    due_on: date
    done_on: date | None
    load_id: int | None
    line: int | None

    def is_overdue(self, today: date) -> bool:
        """Whether its day is over and it is not done."""
        return self.done_on is None and self.due_on < today


@dataclass(frozen=True, slots=True)
class Method:
    """The weights of a version for a kind of staff."""

    version: str
    kind: StaffKind
    weights: Mapping[str, float]
    valid_from: date


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal of a case, waiting or decided."""

    case_id: int
    number: str
    unit: str
    asked_at: datetime
    decided_at: datetime | None
    is_exempt: bool | None


@dataclass(frozen=True, slots=True)
class Book:
    """`activities` are numbers by village and kind of a year; `assessed` are those of the newest month.

    `appeals` are of cases, `contested` of assessments: those that wait and those of a year.
    """

    activities: Mapping[tuple[str, str], int]
    tasks: list[Task]
    methods: list[Method]
    assessed: list[Assessment]
    appeals: list[Appeal]
    contested: list[AssessmentAppeal]


def read_book(connection: Connection, today: date) -> Book:
    """Read the book as it stands."""
    c = party_activities.c
    grouped = select(c.village_code, c.kind, func.count().label("held")).where(c.held_on > today - YEAR)
    rows = connection.execute(grouped.group_by(c.village_code, c.kind))
    return Book(
        {(row.village_code, row.kind): row.held for row in rows},
        _tasks(connection),
        _methods(connection),
        _assessed(connection),
        _appeals(connection),
        _contested(connection, today),
    )


def _tasks(connection: Connection) -> list[Task]:
    t = partnership_tasks.c
    columns = (t.code, t.project, t.name, t.partner, t.due_on, t.done_on, t.load_id, t.source_line)
    rows = connection.execute(select(*columns).order_by(t.due_on, t.id))
    return [Task(row.code, Project(row.project), *row[2:]) for row in rows]


def _methods(connection: Connection) -> list[Method]:
    m = assessment_methods.c
    query = select(m.version, m.staff_kind, m.weights, m.valid_from)
    rows = connection.execute(query.order_by(m.valid_from.desc(), m.id))
    return [
        Method(row.version, StaffKind(row.staff_kind), json.loads(row.weights), row.valid_from)
        for row in rows
    ]


def _assessed(connection: Connection) -> list[Assessment]:
    m = assessments.c
    newest = select(func.max(m.period)).scalar_subquery()
    return read_assessments(connection, m.period == newest)


def _contested(connection: Connection, today: date) -> list[AssessmentAppeal]:
    a = assessment_appeals.c
    return read_appeals(connection, or_(a.decided_at.is_(None), a.period > today - YEAR))


def _appeals(connection: Connection) -> list[Appeal]:
    a, c = appeals.c, visible_cases.c
    columns = (a.case_id, c.number, c.main_unit, a.asked_at, a.decided_at, a.is_exempt)
    query = select(*columns).join(visible_cases, c.id == a.case_id).order_by(a.asked_at.desc()).limit(200)
    return [Appeal(row[0], row[1], row[2] or "", *row[3:]) for row in connection.execute(query)]
