"""Facts of 法治民生: legal services, deliberations and what became of their suggestions, surveys, rated hotline cases.

What is known by its village alone stands under the village's code in the place of a grid.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Column, ColumnElement, Connection, Row, Table, select

from data.domain.civic import SATISFIED_FROM, ServiceKind
from data.domain.vocabulary import Action, CaseState, IntakeChannel
from data.store.modules.civic import deliberations, legal_services, safety_surveys, suggestions
from data.store.tables import journal, visible_cases
from data.views.facts.cases import describe_cases, span_of_cases
from data.views.facts.dispatch import LONGEST_LIFE
from data.views.facts.reading import facts_of, frame_of, instants
from data.views.facts.records import Say, describe_records, present_rows, record_facts, span_of_columns
from data.views.facts.source import Asked, FactSource, joined
from data.world import World

MEASURES = (
    "services",
    "persons",
    "deliberations",
    "attended",
    "suggestions_due",
    "suggestions_done",
    "asked",
    "safe",
    "hotline_rated",
    "hotline_satisfied",
)
PRESENT = ("suggestions_open", "suggestions_overdue")

C = visible_cases.c
G = suggestions.c
B = deliberations.c


def read(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return the facts that count on the days asked for."""
    parts = [
        _services(connection, asked),
        _held(connection, asked),
        _due(world, connection, asked),
        _surveyed(connection, asked),
        _rated(world, connection, asked),
    ]
    return joined(SOURCE.columns, (), parts)


def _services(connection: Connection, asked: Asked) -> pd.DataFrame:
    c = legal_services.c
    columns = (c.id, c.given_on, c.persons, c.village_code.label("grid_code"), c.unit_code)
    query = select(*columns, c.kind.label("category"))
    found = frame_of(connection, query.where(*_on(c.given_on, asked)))
    return record_facts(
        found, "service", found["given_on"], services=1.0, persons=found["persons"].astype("float64")
    )


def _held(connection: Connection, asked: Asked) -> pd.DataFrame:
    columns = (B.id, B.held_on, B.attended, B.village_code.label("grid_code"))
    query = select(*columns, B.village_code.label("unit_code"))
    found = frame_of(connection, query.where(*_on(B.held_on, asked)))
    attended = found["attended"].astype("float64")
    return record_facts(found, "deliberation", found["held_on"], deliberations=1.0, attended=attended)


def _due(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Suggestions by the day on which they fell due, once that day is over."""
    today = asked.now.astimezone(world.town.profile.zone).date()
    columns = (G.id, G.due_on, G.done_on, B.village_code.label("grid_code"))
    query = select(*columns, B.village_code.label("unit_code")).outerjoin(
        deliberations, B.code == G.deliberation_code
    )
    found = frame_of(connection, query.where(G.due_on >= asked.begin, G.due_on < min(asked.end, today)))
    done = found["done_on"].notna().astype("float64")
    return record_facts(found, "suggestion", found["due_on"], suggestions_due=1.0, suggestions_done=done)


def _surveyed(connection: Connection, asked: Asked) -> pd.DataFrame:
    c = safety_surveys.c
    query = select(c.id, c.period, c.sample, c.safe).where(*_on(c.period, asked))
    found = frame_of(connection, query)
    figures = {"asked": found["sample"].astype("float64"), "safe": found["safe"].astype("float64")}
    return record_facts(found, "survey", found["period"], **figures)


def _rated(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Hotline cases that were closed in the days and rated since, by the last rating that the caller gave."""
    zone = world.town.profile.zone
    begin, end = instants(asked, zone)
    columns = (C.id, C.comprehensive_code, C.main_unit, C.category_code, C.closed_at, journal.c.payload)
    query = (
        select(*columns)
        .join(journal, journal.c.case_id == C.id)
        .where(C.reported_at >= begin - LONGEST_LIFE, C.closed_at >= begin, C.closed_at < end)
        .where(C.intake_channel == IntakeChannel.HOTLINE, C.state == CaseState.RATED)
        .where(C.is_withdrawn.is_(False), journal.c.action == Action.RATE)
        .order_by(C.id, journal.c.sequence)
    )
    found = frame_of(connection, query).drop_duplicates("id", keep="last")
    ratings = found["payload"].map(lambda text: json.loads(text).get("rating") or 0).astype("float64")
    satisfied = (ratings >= SATISFIED_FROM).astype("float64")
    at = found["closed_at"]
    return facts_of(zone, found, at, "case", "main_unit", hotline_rated=1.0, hotline_satisfied=satisfied)


def _on(column: Column[date], asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return (column >= asked.begin, column < asked.end)


def read_present(world: World, connection: Connection, now: datetime) -> pd.DataFrame:
    """Return the suggestions that are not done yet, and those of them whose day is over."""
    today = now.astimezone(world.town.profile.zone).date()
    query = select(G.due_on, B.village_code.label("grid_code"), B.village_code.label("unit_code"))
    query = query.outerjoin(deliberations, B.code == G.deliberation_code).where(G.done_on.is_(None))
    found = frame_of(connection, query)
    overdue = found["due_on"].map(lambda day: float(day < today)).astype("float64")
    return present_rows([found.assign(suggestions_open=1.0, suggestions_overdue=overdue)], PRESENT)


def span(world: World, connection: Connection, now: datetime) -> tuple[date, date] | None:
    """Return the days from the first record to the last day on which a suggestion falls due, and those of the cases."""
    columns = (legal_services.c.given_on, B.held_on, G.due_on, safety_surveys.c.period)
    of_records = span_of_columns(connection, columns, world.town.profile.zone)
    of_cases = span_of_cases(world, connection, now)
    if of_records is None or of_cases is None:
        return of_records or of_cases
    today = now.astimezone(world.town.profile.zone).date()
    last_case = min(of_cases[1], today + timedelta(days=1))
    return min(of_records[0], of_cases[0]), max(of_records[1], last_case)


def describe(
    world: World, connection: Connection, kind: str, ids: Sequence[int]
) -> dict[int, dict[str, object]]:
    """Return what to say of services, deliberations, suggestions, surveys and cases."""
    if kind == "case":
        return describe_cases(world, connection, ids)
    table, say = SAID[kind]
    return describe_records(connection, table, ids, say)


def _say_service(row: Row[Any]) -> dict[str, object]:
    title = f"{ServiceKind(row.kind).label} · {row.place}"
    return {"number": row.number, "title": title, "state": f"{row.persons} 人次"}


def _say_deliberation(row: Row[Any]) -> dict[str, object]:
    return {"number": row.code, "title": row.title, "state": f"{row.attended} 人参加"}


def _say_suggestion(row: Row[Any]) -> dict[str, object]:
    return {"number": row.code, "title": row.words, "state": "已办结" if row.done_on else "未办结"}


def _say_survey(row: Row[Any]) -> dict[str, object]:
    title = f"{row.period:%Y-%m} {row.source}"
    return {"number": title, "title": f"样本 {row.sample}", "state": f"{row.safe} 人感到安全"}


SAID: Mapping[str, tuple[Table, Say]] = {
    "service": (legal_services, _say_service),
    "deliberation": (deliberations, _say_deliberation),
    "suggestion": (suggestions, _say_suggestion),
    "survey": (safety_surveys, _say_survey),
}


def names(_world: World, _connection: Connection, facet: str) -> Mapping[str, str]:
    """Return what the kinds of legal service are called."""
    return {str(kind): kind.label for kind in ServiceKind} if facet == "category" else {}


TOPICS = ("loads", "cases", "demo")
SOURCE = FactSource("civic", MEASURES, (), read, describe, span, TOPICS, PRESENT, read_present, names)
