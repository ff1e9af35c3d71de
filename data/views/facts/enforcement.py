"""Facts of 综合执法: inspections, cases and their decisions, yellow cards and revisits, opinions of observers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, func, select

from data.domain.enforcement import DECISIONS
from data.store.modules.enforcement import (
    enforcement_cases,
    inspections,
    matters,
    observer_opinions,
    observers,
)
from data.views.facts.reading import frame_of, instants, local_days, minutes_between
from data.views.facts.records import describe_records, present_rows, record_facts, span_of_columns
from data.views.facts.source import Asked, FactSource, joined
from data.world import World

MEASURES = (
    "inspected",
    "inspected_found",
    "offences",
    "relapsed",
    "decided",
    *DECISIONS,
    "fine",
    "yellow_cards",
    "revisits_due",
    "revisits_in_time",
    "opinions",
    "opinions_answered",
)
DURATIONS = ("deciding", "fine_size")
PRESENT = ("cases_open", "revisits_overdue", "opinions_open", "observers")

C, I, O, M = enforcement_cases.c, inspections.c, observer_opinions.c, matters.c  # noqa: E741
PLACE = (
    C.comprehensive_code.label("grid_code"),
    C.unit_code.label("unit_code"),
    C.matter_code.label("category"),
)


def read(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return the facts that count on the days asked for."""
    parts = [
        _inspected(world, connection, asked),
        _found(world, connection, asked),
        _decided(world, connection, asked),
        _carded(connection, asked),
        _revisits(world, connection, asked),
        _opinions(world, connection, asked),
    ]
    return joined(SOURCE.columns, DURATIONS, parts)


def _inspected(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    zone = world.town.profile.zone
    begin, end = instants(asked, zone)
    place = (I.comprehensive_code.label("grid_code"), I.unit_code, I.matter_code.label("category"))
    query = select(I.id, I.inspected_at, I.found, *place)
    found = frame_of(connection, query.where(I.inspected_at >= begin, I.inspected_at < end))
    day = local_days(found["inspected_at"], zone)
    return record_facts(
        found, "inspection", day, inspected=1.0, inspected_found=found["found"].astype("float64")
    )


def _cases(connection: Connection, *wanted: ColumnElement[bool]) -> pd.DataFrame:
    moments = (C.found_at, C.decided_at, C.yellow_card_on, C.revisit_due_on, C.revisited_at)
    query = select(C.id, *moments, C.decision, C.fine_yuan, C.relapsed, *PLACE)
    return frame_of(connection, query.where(*wanted))


def _found(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    zone = world.town.profile.zone
    begin, end = instants(asked, zone)
    found = _cases(connection, C.found_at >= begin, C.found_at < end)
    relapsed = found["relapsed"].astype("float64")
    return record_facts(
        found, "enforcement_case", local_days(found["found_at"], zone), offences=1.0, relapsed=relapsed
    )


def _decided(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Decisions by their kind, each kind apart; the size of a fine stands beside its sum for the median."""
    zone = world.town.profile.zone
    begin, end = instants(asked, zone)
    found = _cases(connection, C.decided_at >= begin, C.decided_at < end)
    kinds = {kind: (found["decision"] == kind).astype("float64") for kind in DECISIONS}
    fine = pd.to_numeric(found["fine_yuan"]).astype("float64")
    took = minutes_between(found["found_at"], found["decided_at"])
    measures: dict[str, object] = {**kinds, "fine": fine.fillna(0.0), "fine_size": fine, "deciding": took}
    day = local_days(found["decided_at"], zone)
    return record_facts(found, "enforcement_case", day, decided=1.0, **measures)


def _carded(connection: Connection, asked: Asked) -> pd.DataFrame:
    found = _cases(connection, C.yellow_card_on >= asked.begin, C.yellow_card_on < asked.end)
    return record_facts(found, "enforcement_case", found["yellow_card_on"], yellow_cards=1.0)


def _revisits(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Revisits by the day on which they were due, once that day is over."""
    zone = world.town.profile.zone
    today = asked.now.astimezone(zone).date()
    found = _cases(connection, C.revisit_due_on >= asked.begin, C.revisit_due_on < min(asked.end, today))
    done = pd.to_datetime(local_days(found["revisited_at"], zone))
    kept = (done <= pd.to_datetime(found["revisit_due_on"])).astype("float64")
    return record_facts(
        found, "enforcement_case", found["revisit_due_on"], revisits_due=1.0, revisits_in_time=kept
    )


def _opinions(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    zone = world.town.profile.zone
    begin, end = instants(asked, zone)
    query = (
        select(O.id, O.given_at, O.answered_at, *PLACE)
        .outerjoin(enforcement_cases, C.number == O.enforcement_number)
        .where(O.given_at >= begin, O.given_at < end)
    )
    found = frame_of(connection, query)
    answered = found["answered_at"].notna().astype("float64")
    day = local_days(found["given_at"], zone)
    return record_facts(found, "opinion", day, opinions=1.0, opinions_answered=answered)


def read_present(world: World, connection: Connection, now: datetime) -> pd.DataFrame:
    """Return what waits: cases without a decision, revisits past their day, opinions without an answer."""
    today = now.astimezone(world.town.profile.zone).date()
    late = (C.revisit_due_on < today, C.revisited_at.is_(None))
    counts = (
        func.count().filter(C.decided_at.is_(None)).label("cases_open"),
        func.count().filter(*late).label("revisits_overdue"),
    )
    waiting = (
        select(*PLACE, func.count().label("opinions_open"))
        .select_from(observer_opinions)
        .outerjoin(enforcement_cases, C.number == O.enforcement_number)
        .where(O.answered_at.is_(None))
        .group_by(*PLACE)
    )
    people = select(func.count().label("observers")).select_from(observers)
    parts = (select(*PLACE, *counts).group_by(*PLACE), waiting, people)
    return present_rows([frame_of(connection, query) for query in parts], PRESENT)


def span(world: World, connection: Connection, _now: datetime) -> tuple[date, date] | None:
    """Return the days from the first to the last of what may count."""
    columns = (I.inspected_at, C.found_at, C.decided_at, C.yellow_card_on, C.revisit_due_on, O.given_at)
    return span_of_columns(connection, columns, world.town.profile.zone)


def describe(
    _world: World, connection: Connection, kind: str, ids: Sequence[int]
) -> dict[int, dict[str, object]]:
    """Return what to say of inspections, cases and opinions: the matter; whom it concerns is not told."""
    said = {row.code: row.name for row in connection.execute(select(M.code, M.name))}

    def say(row: Row[Any]) -> dict[str, object]:
        if kind == "opinion":
            state = "已答复" if row.answered_at else "待答复"
            return {"number": row.number, "title": f"执法案件 {row.enforcement_number}", "state": state}
        state = (
            ("发现问题" if row.found else "未发现")
            if kind == "inspection"
            else DECISIONS.get(row.decision or "", "未决定")
        )
        return {"number": row.number, "title": said.get(row.matter_code, row.matter_code), "state": state}

    tables = {"inspection": inspections, "opinion": observer_opinions}
    return describe_records(connection, tables.get(kind, enforcement_cases), ids, say)


def names(_world: World, connection: Connection, facet: str) -> Mapping[str, str]:
    """Return what the matters are called."""
    if facet != "category":
        return {}
    return {row.code: row.name for row in connection.execute(select(M.code, M.name))}


TOPICS = ("loads", "demo", "enforcement")
SOURCE = FactSource(
    "enforcement", MEASURES, DURATIONS, read, describe, span, TOPICS, PRESENT, read_present, names
)
