"""Facts of 经济发展: enterprises month by month, targets, project stages; what stands at this instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, select

from data.store.modules.economy import (
    economy_targets,
    enterprise_months,
    enterprises,
    project_milestones,
    projects,
)
from data.views.facts.economy_months import LIKE, SUMS, read_months
from data.views.facts.economy_present import PRESENT, read_present
from data.views.facts.reading import frame_of
from data.views.facts.records import days_between, describe_records, record_facts, span_of_columns
from data.views.facts.source import Asked, FactSource, joined
from data.world import World

STAGES = ("sold", "land", "permit", "started", "completed")
TARGETS = {"output_yuan": "output_target", "tax_yuan": "tax_target", "investment_yuan": "investment_target"}
MEASURES = (
    "expected",
    "broken",
    *SUMS,
    *LIKE,
    *TARGETS.values(),
    *(f"{stage}_reached" for stage in STAGES),
    "reached",
    "reached_late",
)
DURATIONS = ("sold_to_land", "land_to_permit", "permit_to_started", "sold_to_started", "started_to_completed")
BETWEEN = {name: tuple(name.split("_to_")) for name in DURATIONS}

GRID = projects.c.comprehensive_code.label("grid_code")

WORDS: Mapping[str, str] = {
    "new_materials": "新材料",
    "equipment": "高端装备",
    "biomedicine": "生物医药",
    "semiconductor": "特色半导体",
    "other": "其他产业",
    "sold": "成交",
    "land": "拿地",
    "permit": "发证",
    "started": "开工",
    "completed": "竣工",
}
"""What industries and stages are called."""


def read(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return the facts of the months that end, and of the stages that were reached, on the days asked for."""
    parts = [
        read_months(world, connection, asked),
        _targets(connection, asked),
        _milestones(connection, asked),
    ]
    return joined(SOURCE.columns, DURATIONS, parts)


def _targets(connection: Connection, asked: Asked) -> pd.DataFrame:
    """Targets of the months of which any enterprise has told something, so that both sides of a rate are known."""
    t, m = economy_targets.c, enterprise_months.c
    told = t.month.in_(select(m.month))
    query = select(t.id, t.month, t.measure, t.target).where(
        t.month > asked.begin - timedelta(days=32), t.month < asked.end, t.measure.in_(TARGETS), told
    )
    found = frame_of(connection, query)
    if found.empty:
        return found
    found = found.assign(day=month_days(found["month"]))
    found = found[(found["day"] >= asked.begin) & (found["day"] < asked.end)]
    measures = {name: found["target"].where(found["measure"] == key, 0.0) for key, name in TARGETS.items()}
    return record_facts(found, "target", found["day"], **measures)


def month_days(months: pd.Series) -> pd.Series:
    """Return the last day of each month, on which it counts."""
    return (pd.to_datetime(months) + pd.offsets.MonthEnd(0)).dt.date


def _milestones(connection: Connection, asked: Asked) -> pd.DataFrame:
    """Stages reached, with the time since the stage before."""
    s, p = project_milestones.c, projects.c
    query = (
        select(s.id, s.project_code, s.stage, s.stage.label("category"), s.planned_on, s.reached_on, GRID)
        .join(projects, p.code == s.project_code)
        .where(s.reached_on >= asked.begin, s.reached_on < asked.end)
    )
    found = frame_of(connection, query)
    if found.empty:
        return found
    reached = _reached(connection, found["project_code"].unique().tolist())
    measures: dict[str, object] = {
        f"{stage}_reached": (found["stage"] == stage).astype(float) for stage in STAGES
    }
    for name, (first, last) in BETWEEN.items():
        begun = pd.Series([reached.get((code, first)) for code in found["project_code"]], index=found.index)
        took = days_between(begun, found["reached_on"])
        measures[name] = took.where(found["stage"] == last)
    is_late = pd.to_datetime(found["reached_on"]) > pd.to_datetime(found["planned_on"])
    measures |= {"reached": 1.0, "reached_late": is_late.astype(float)}
    return record_facts(found, "milestone", found["reached_on"], **measures)


def _reached(connection: Connection, codes: Sequence[str]) -> dict[tuple[str, str], date]:
    s = project_milestones.c
    query = select(s.project_code, s.stage, s.reached_on).where(
        s.project_code.in_(codes), s.reached_on.is_not(None)
    )
    return {(row.project_code, row.stage): row.reached_on for row in connection.execute(query)}


def span(world: World, connection: Connection, now: datetime) -> tuple[date, date] | None:
    """Return the days from the first month or stage to the end of the last."""
    columns = (enterprise_months.c.month, project_milestones.c.reached_on)
    found = span_of_columns(connection, columns, world.town.profile.zone)
    return None if found is None else (found[0], found[1] + timedelta(days=31))


def describe(
    _world: World, connection: Connection, kind: str, ids: Sequence[int]
) -> dict[int, dict[str, object]]:
    """Return what to say of enterprises, their months, targets and stages of projects."""
    table = TABLES[kind]
    titles = _titles(connection, kind)

    def say(row: Row[Any]) -> dict[str, object]:
        number = getattr(row, NUMBERS[kind])
        state = WORDS[row.stage] if kind == "milestone" else ""
        return {"number": number, "title": titles.get(number, ""), "state": state}

    return describe_records(connection, table, ids, say)


TABLES = {
    "enterprise": enterprises,
    "enterprise_month": enterprise_months,
    "target": economy_targets,
    "milestone": project_milestones,
}
NUMBERS = {
    "enterprise": "code",
    "enterprise_month": "enterprise_code",
    "target": "measure",
    "milestone": "project_code",
}
TARGET_WORDS = {"output_yuan": "产值目标", "tax_yuan": "税收目标", "investment_yuan": "投资目标"}


def _titles(connection: Connection, kind: str) -> dict[str, str]:
    """Return the names of what rows of a kind are about, by their number."""
    if kind == "target":
        return TARGET_WORDS
    table = projects if kind == "milestone" else enterprises
    return {row.code: row.name for row in connection.execute(select(table.c.code, table.c.name))}


def names(_world: World, _connection: Connection, facet: str) -> Mapping[str, str]:
    """Return what industries and stages are called."""
    return WORDS if facet == "category" else {}


TOPICS = ("loads", "demo", "cases")
SOURCE = FactSource(
    "economy", MEASURES, DURATIONS, read, describe, span, TOPICS, PRESENT, read_present, names
)
