"""Facts of 审批服务: approvals received, decided and due, what visitors say of them, jobs of the agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, func, select

from data.domain.approval import CLASSES, OUTCOMES
from data.store.modules.approval import (
    approvals,
    assist_jobs,
    departments,
    reviews,
    service_items,
    windows,
)
from data.views.facts.reading import frame_of, instants, local_days, minutes_between
from data.views.facts.records import describe_records, present_rows, record_facts, span_of_columns
from data.views.facts.reviews import PLACE, describe_reviews, repair_facts, review_facts, waiting_reviews
from data.views.facts.source import Asked, FactSource, joined
from data.world import World

MEASURES = (
    "received",
    "online",
    "at_window",
    "window_days",
    "decided",
    "granted",
    "should_decide",
    "decided_on_time",
    "reviewed",
    "good",
    "bad",
    "bad_owed",
    "repaired_in_time",
    "assist_opened",
    "assist_closed",
    "assist_on_time",
)
DURATIONS = ("handling",)
PRESENT = (
    "windows",
    "departments",
    "items",
    "approvals_open",
    "approvals_overdue",
    "assist_open",
    "assist_overdue",
    "bad_unrepaired",
    "bad_overdue",
)

A, I, R, J = approvals.c, service_items.c, reviews.c, assist_jobs.c  # noqa: E741 — as short as the others


def read(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return the facts of approvals, reviews and jobs that count on the days asked for."""
    parts = [
        _received(world, connection, asked),
        _decided(world, connection, asked),
        _due(world, connection, asked),
        review_facts(world, connection, asked),
        repair_facts(world, connection, asked),
        _assisted(world, connection, asked, "opened_at"),
        _assisted(world, connection, asked, "closed_at"),
    ]
    return joined(SOURCE.columns, DURATIONS, parts)


def _approvals(
    world: World, connection: Connection, asked: Asked, instant: ColumnElement[Any]
) -> pd.DataFrame:
    begin, end = instants(asked, world.town.profile.zone)
    columns = (A.id, A.window_code, A.is_online, A.received_at, A.due_at, A.decided_at, A.outcome, *PLACE)
    query = select(*columns).outerjoin(service_items, I.code == A.item_code)
    return frame_of(connection, query.where(instant >= begin, instant < end).order_by(A.id))


def _received(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """What came in; a window's day is counted with the first approval that it took on it."""
    found = _approvals(world, connection, asked, A.received_at)
    day = local_days(found["received_at"], world.town.profile.zone)
    online = found["is_online"].astype("float64")
    is_at_window = found["window_code"].notna() & (online == 0)
    first = is_at_window & ~found.assign(day=day).loc[is_at_window].duplicated(
        ["day", "window_code"]
    ).reindex(found.index, fill_value=True)
    counts = {"at_window": is_at_window.astype("float64"), "window_days": first.astype("float64")}
    return record_facts(found, "approval", day, received=1.0, online=online, **counts)


def _decided(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    found = _approvals(world, connection, asked, A.decided_at)
    day = local_days(found["decided_at"], world.town.profile.zone)
    took = minutes_between(found["received_at"], found["decided_at"])
    granted = (found["outcome"] == "granted").astype("float64")
    return record_facts(found, "approval", day, decided=1.0, granted=granted, handling=took)


def _due(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Approvals whose limit lies in the days and has passed; one that was withdrawn is listed, not counted."""
    found = _approvals(world, connection, asked, A.due_at)
    due, decided = (pd.to_datetime(found[name], utc=True) for name in ("due_at", "decided_at"))
    is_due = due < pd.Timestamp(asked.now)
    found, due, decided = found[is_due], due[is_due], decided[is_due]
    is_withdrawn = found["outcome"] == "withdrawn"
    owed = (~is_withdrawn).astype("float64")
    day = local_days(found["due_at"], world.town.profile.zone)
    kept = (decided <= due).astype("float64") * owed
    facts = record_facts(found, "approval", day, should_decide=owed, decided_on_time=kept)
    return facts.assign(flag=is_withdrawn.map({True: "withdrawn", False: ""}))


def _assisted(world: World, connection: Connection, asked: Asked, instant: str) -> pd.DataFrame:
    zone = world.town.profile.zone
    begin, end = instants(asked, zone)
    query = (
        select(J.id, J.opened_at, J.due_at, J.closed_at, *PLACE)
        .outerjoin(service_items, I.code == J.item_code)
        .where(J[instant] >= begin, J[instant] < end)
    )
    found = frame_of(connection, query)
    day = local_days(found[instant], zone)
    if instant == "opened_at":
        return record_facts(found, "assist_job", day, assist_opened=1.0)
    closed, due = (pd.to_datetime(found[name], utc=True) for name in ("closed_at", "due_at"))
    kept = (closed <= due).astype("float64")
    return record_facts(found, "assist_job", day, assist_closed=1.0, assist_on_time=kept)


def read_present(world: World, connection: Connection, now: datetime) -> pd.DataFrame:
    """Return what there is and what waits, by department and class of item."""
    return present_rows(
        [
            _counted(connection, select(windows.c.department_code.label("unit_code")), "windows"),
            _counted(connection, select(departments.c.code.label("unit_code")), "departments"),
            _counted(connection, select(*PLACE), "items"),
            _waiting(connection, approvals, A.item_code, "approvals", A.decided_at.is_(None), A.due_at < now),
            _waiting(connection, assist_jobs, J.item_code, "assist", J.closed_at.is_(None), J.due_at < now),
            waiting_reviews(world, connection, now),
        ],
        PRESENT,
    )


def _counted(connection: Connection, query: Any, measure: str) -> pd.DataFrame:
    found = frame_of(connection, query)
    keys = list(found.columns)
    return found.fillna("").groupby(keys, as_index=False).size().rename(columns={"size": measure})


def _waiting(
    connection: Connection,
    table: Any,
    item: ColumnElement[Any],
    name: str,
    is_open: ColumnElement[bool],
    is_late: ColumnElement[bool],
) -> pd.DataFrame:
    counts = (func.count().label(f"{name}_open"), func.count().filter(is_late).label(f"{name}_overdue"))
    query = select(*PLACE, *counts).select_from(table).outerjoin(service_items, I.code == item)
    return frame_of(connection, query.where(is_open).group_by(*PLACE))


def span(world: World, connection: Connection, _now: datetime) -> tuple[date, date] | None:
    """Return the days from the first to the last instant of approvals, reviews and jobs."""
    columns = (A.received_at, A.due_at, A.decided_at, R.reviewed_at, J.opened_at, J.closed_at)
    return span_of_columns(connection, columns, world.town.profile.zone)


def describe(
    world: World, connection: Connection, kind: str, ids: Sequence[int]
) -> dict[int, dict[str, object]]:
    """Return what to say of approvals, reviews and jobs: their item; who asked is not told."""
    names = {row.code: row.name for row in connection.execute(select(I.code, I.name))}
    if kind == "review":
        return describe_reviews(world, connection, ids)

    def say(row: Row[Any]) -> dict[str, object]:
        state = OUTCOMES.get(row.outcome or "", "在办") if kind == "approval" else _state(row)
        return {"number": row.number, "title": names.get(row.item_code, row.item_code), "state": state}

    return describe_records(connection, approvals if kind == "approval" else assist_jobs, ids, say)


def _state(row: Row[Any]) -> str:
    return "在办" if row.closed_at is None else "办结"


def names(_world: World, connection: Connection, facet: str) -> Mapping[str, str]:
    """Return what classes of items and departments are called."""
    if facet == "category":
        return CLASSES
    if facet != "unit":
        return {}
    query = select(departments.c.code, departments.c.name)
    return {row.code: row.name for row in connection.execute(query)}


TOPICS = ("loads", "demo", "approval")
SOURCE = FactSource(
    "approval", MEASURES, DURATIONS, read, describe, span, TOPICS, PRESENT, read_present, names
)
