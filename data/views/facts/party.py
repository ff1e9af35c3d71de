"""Facts of 党建绩效: activities, tasks of the joint projects, assessments with what their appeals exempted, appeals that wait.

What units are scored by are measures of 指挥调度: the definition of the score says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, Table, func, select

from data.domain.party import Project, StaffKind
from data.store.appeal_tables import assessment_appeal_cases, assessment_appeals
from data.store.modules.party import assessments, partnership_tasks, party_activities
from data.store.tables import visible_cases
from data.store.work_tables import appeals
from data.views.facts.reading import frame_of
from data.views.facts.records import Say, describe_records, present_rows, record_facts, span_of_columns
from data.views.facts.source import Asked, FactSource, joined
from data.world import World

MEASURES = (
    "activities",
    "attended",
    "tasks_due",
    "tasks_done",
    "tasks_on_time",
    "assessed",
    "assessed_points",
    "assessed_exempted",
)
PRESENT = ("tasks_open", "tasks_overdue", "appeals_open")
OF_ASSESSMENT = "assessment_appeal"
"""The category of an appeal of an assessment; that of a case has the case's own."""

P = party_activities.c
T = partnership_tasks.c
M = assessments.c


def read(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return the facts that count on the days asked for."""
    parts = [
        _held(connection, asked),
        _due(world, connection, asked),
        _assessed(connection, asked),
    ]
    return joined(SOURCE.columns, (), parts)


def _held(connection: Connection, asked: Asked) -> pd.DataFrame:
    columns = (P.id, P.held_on, P.attended, P.village_code.label("grid_code"))
    query = select(*columns, P.village_code.label("unit_code"), P.kind.label("category"))
    found = frame_of(connection, query.where(P.held_on >= asked.begin, P.held_on < asked.end))
    attended = found["attended"].astype("float64")
    return record_facts(found, "activity", found["held_on"], activities=1.0, attended=attended)


def _due(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Tasks by the day on which they fell due, once that day is over."""
    end = min(asked.end, _today(world, asked.now))
    query = select(T.id, T.due_on, T.done_on, T.project.label("category"))
    found = frame_of(connection, query.where(T.due_on >= asked.begin, T.due_on < end))
    is_done = found["done_on"].notna()
    on_time = is_done & (found["done_on"].where(is_done, date.max) <= found["due_on"])
    figures = {"tasks_done": is_done.astype("float64"), "tasks_on_time": on_time.astype("float64")}
    return record_facts(found, "task", found["due_on"], tasks_due=1.0, **figures)


def _assessed(connection: Connection, asked: Asked) -> pd.DataFrame:
    """Assessments by their month; cases that an appeal exempted count until the file itself has taken them in."""
    columns = (M.id, M.period, M.score, M.exempted, M.unit_code, M.code)
    query = select(*columns, M.staff_kind.label("category"))
    found = frame_of(connection, query.where(M.period >= asked.begin, M.period < asked.end))
    granted = found["code"].map(_granted(connection)).fillna(0).astype("float64")
    points, exempted = found["score"].astype("float64"), found["exempted"].astype("float64") + granted
    figures = {"assessed_points": points, "assessed_exempted": exempted}
    return record_facts(found, "assessment", found["period"], assessed=1.0, **figures)


def _granted(connection: Connection) -> dict[str, int]:
    """Return how many cases appeals exempted of each assessment that stands as it did when it was appealed."""
    a, ac = assessment_appeals.c, assessment_appeal_cases.c
    query = (
        select(a.assessment_code, func.count().label("cases"))
        .join(assessment_appeal_cases, ac.appeal_id == a.id)
        .join(assessments, M.code == a.assessment_code)
        .where(ac.is_exempt.is_(True), M.score == a.score, M.exempted == a.exempted)
    )
    return {row.assessment_code: row.cases for row in connection.execute(query.group_by(a.assessment_code))}


def _today(world: World, now: datetime) -> date:
    return now.astimezone(world.town.profile.zone).date()


def read_present(world: World, connection: Connection, now: datetime) -> pd.DataFrame:
    """Return the tasks that are not done yet, by project, those of them whose day is over, and appeals that wait."""
    query = select(T.due_on, T.project.label("category")).where(T.done_on.is_(None))
    found, today = frame_of(connection, query), _today(world, now)
    overdue = found["due_on"].map(lambda day: float(day < today)).astype("float64")
    tasks = found.assign(tasks_open=1.0, tasks_overdue=overdue)
    return present_rows([tasks, *_appeals(connection)], PRESENT)


def _appeals(connection: Connection) -> list[pd.DataFrame]:
    """Appeals that nobody has decided yet: of cases where those lie, of assessments at their unit."""
    c, a = visible_cases.c, assessment_appeals.c
    places = (c.comprehensive_code.label("grid_code"), c.main_unit.label("unit_code"))
    of_cases = select(*places, c.category_code.label("category")).join(appeals, appeals.c.case_id == c.id)
    waiting = frame_of(connection, of_cases.where(appeals.c.decided_at.is_(None), c.is_withdrawn.is_(False)))
    contested = frame_of(connection, select(a.unit_code).where(a.decided_at.is_(None)))
    return [waiting.assign(appeals_open=1.0), contested.assign(appeals_open=1.0, category=OF_ASSESSMENT)]


def span(world: World, connection: Connection, _now: datetime) -> tuple[date, date] | None:
    """Return the days from the first record to the last day on which a task falls due."""
    return span_of_columns(connection, (P.held_on, T.due_on, M.period), world.town.profile.zone)


def describe(
    world: World, connection: Connection, kind: str, ids: Sequence[int]
) -> dict[int, dict[str, object]]:
    """Return what to say of activities, tasks and assessments."""
    if kind == "assessment":
        granted = _granted(connection)
        return describe_records(
            connection, assessments, ids, lambda row: _say_assessment(row, granted.get(row.code, 0))
        )
    table, say = SAID[kind]
    return describe_records(connection, table, ids, say)


def _say_activity(row: Row[Any]) -> dict[str, object]:
    return {"number": row.code, "title": row.kind, "state": f"{row.attended} 人参加"}


def _say_task(row: Row[Any]) -> dict[str, object]:
    title = f"{Project(row.project).label} · {row.name}"
    state = "未完成" if row.done_on is None else "逾期完成" if row.done_on > row.due_on else "按期完成"
    return {"number": row.code, "title": title, "state": state}


def _say_assessment(row: Row[Any], granted: int) -> dict[str, object]:
    title = f"{row.period:%Y-%m} {StaffKind(row.staff_kind).label}人员，办法 {row.method_version}"
    appealed = f"，另申诉准予 {granted} 件" if granted else ""
    return {
        "number": row.code,
        "title": title,
        "state": f"{row.score:g} 分，免计 {row.exempted} 件{appealed}",
    }


SAID: Mapping[str, tuple[Table, Say]] = {
    "activity": (party_activities, _say_activity),
    "task": (partnership_tasks, _say_task),
}


def names(_world: World, _connection: Connection, facet: str) -> Mapping[str, str]:
    """Return what projects and kinds of staff are called."""
    words = (*Project, *StaffKind)
    named = {str(word): word.label for word in words} | {OF_ASSESSMENT: "考核申诉"}
    return named if facet == "category" else {}


TOPICS = ("loads", "cases", "demo", "appeals")
SOURCE = FactSource("party", MEASURES, (), read, describe, span, TOPICS, PRESENT, read_present, names)
