"""Facts of 网格管理: grids walked per day, cases handled and handled jointly; people and cases of this instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pandas as pd
from sqlalchemy import Connection, func, or_, select

from data.domain.vocabulary import GridKind
from data.store.tables import grids, patrols, visible_cases
from data.views.duty import is_seen, scheduled_people, watched_grids
from data.views.facts.cases import describe_cases, span_of_cases
from data.views.facts.reading import facts_of, frame_of, instants
from data.views.facts.source import Asked, FactSource, joined
from data.world import World

MEASURES = ("walkable", "walked", "handled", "handled_jointly")
PRESENT = ("open", "scheduled", "on_duty", "grids", "grids_without_duty")


def read(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return which comprehensive grids were walked on each day since the first patrol, and which cases were handled."""
    return joined(SOURCE.columns, (), [_walked(world, connection, asked), _handled(world, connection, asked)])


def _walked(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    days = _patrolled_days(world, connection, asked)
    if not len(days):
        return pd.DataFrame()
    query = (
        select(grids.c.id, grids.c.code, grids.c.valid_from, grids.c.valid_to)
        .where(grids.c.kind == GridKind.COMPREHENSIVE, grids.c.valid_from < asked.end)
        .where(or_(grids.c.valid_to.is_(None), grids.c.valid_to > asked.begin))
    )
    seen = _seen(world, connection, asked)
    rows = [
        (day, row.code, "grid", row.id, 1.0, float((row.code, day) in seen))
        for row in connection.execute(query)
        for day in days
        if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
    ]
    return pd.DataFrame(rows, columns=["day", "grid_code", "row_kind", "row_id", "walkable", "walked"])


def _patrolled_days(world: World, connection: Connection, asked: Asked) -> Sequence[date]:
    """Return the days from the first patrol ever up to today; before it nobody knows who walked."""
    first = connection.execute(select(func.min(patrols.c.ended_at))).scalar_one_or_none()
    if first is None:
        return ()
    zone = world.town.profile.zone
    begin = max(asked.begin, first.astimezone(zone).date())
    end = min(asked.end, asked.now.astimezone(zone).date() + timedelta(days=1))
    return tuple(begin + timedelta(days=n) for n in range((end - begin).days))


def _seen(world: World, connection: Connection, asked: Asked) -> set[tuple[str, date]]:
    zone = world.town.profile.zone
    begin, end = instants(asked, zone)
    query = select(patrols.c.grid_code, patrols.c.ended_at)
    ended = (patrols.c.ended_at >= begin, patrols.c.ended_at < end)
    return {
        (row.grid_code, row.ended_at.astimezone(zone).date())
        for row in connection.execute(query.where(*ended))
    }


def _handled(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    zone, c = world.town.profile.zone, visible_cases.c
    begin, end = instants(asked, zone)
    columns = (c.id, c.comprehensive_code, c.main_unit, c.category_code, c.handled_at, c.is_joint)
    query = select(*columns).where(c.handled_at >= begin, c.handled_at < end, c.is_withdrawn.is_(False))
    found = frame_of(connection, query)
    jointly = found["is_joint"].astype("float64")
    at = found["handled_at"]
    return facts_of(zone, found, at, "case", "main_unit", handled=1.0, handled_jointly=jointly)


def read_present(world: World, connection: Connection, now: datetime) -> pd.DataFrame:
    """Return per grid how many cases are open, who should be on duty and who is, and which of the watched grids have nobody."""
    today = now.astimezone(world.town.profile.zone).date()
    watched = watched_grids(world.grids.current(today))
    shifts = scheduled_people(connection, now)
    people = {row.id: row for row in shifts}.values()
    present = {row.grid_code for row in shifts if is_seen(row, now)}  # one person may stand for several grids
    rows: list[dict[str, object]] = [
        {"grid_code": code, "grids": 1.0, "grids_without_duty": float(code not in present)}
        for code in watched
    ]
    rows += [
        {"grid_code": row.grid_code, "scheduled": 1.0, "on_duty": float(is_seen(row, now))} for row in people
    ]
    rows += _open(connection)
    columns = ["grid_code", "unit_code", "category", *PRESENT]
    told = pd.DataFrame(rows).reindex(columns=columns)
    texts = ["grid_code", "unit_code", "category"]
    told[texts] = told[texts].astype("object").where(told[texts].notna(), "")
    return told.fillna(0.0)


def _open(connection: Connection) -> list[dict[str, object]]:
    c = visible_cases.c
    query = (
        select(c.comprehensive_code, c.main_unit, c.category_code, func.count())
        .where(c.is_open.is_(True), c.is_withdrawn.is_(False))
        .group_by(c.comprehensive_code, c.main_unit, c.category_code)
    )
    return [
        {"grid_code": grid or "", "unit_code": unit or "", "category": category, "open": float(count)}
        for grid, unit, category, count in connection.execute(query)
    ]


def describe(
    world: World, connection: Connection, kind: str, ids: Sequence[int]
) -> dict[int, dict[str, object]]:
    """Return what to say of cases and grids behind a figure."""
    if kind == "case":
        return describe_cases(world, connection, ids)
    query = select(grids.c.id, grids.c.code, grids.c.name, grids.c.load_id, grids.c.source_line)
    rows = connection.execute(query.where(grids.c.id.in_(list(ids))))
    return {
        row.id: {"number": row.code, "title": row.name, "load_id": row.load_id, "line": row.source_line}
        for row in rows
    }


TOPICS = ("cases", "staff", "grids", "demo")
SOURCE = FactSource("grid", MEASURES, (), read, describe, span_of_cases, TOPICS, PRESENT, read_present)
