"""What visitors say of approvals: good and bad reviews, and how the repair of a bad one stands by its case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, Select, or_, select

from data.domain.approval import (
    BAD_STARS,
    GOOD_STARS,
    REPAIR_LIMIT,
    BadReview,
    Repair,
    RepairState,
    repair_of,
)
from data.domain.clock import stricter
from data.domain.vocabulary import CaseState
from data.store.modules.approval import approvals, reviews, service_items
from data.store.tables import cases, loads
from data.store.work_tables import appeals
from data.views.facts.reading import frame_of, instants, local_days
from data.views.facts.records import record_facts
from data.views.facts.source import Asked
from data.world import World

R, I, C = reviews.c, service_items.c, cases.c  # noqa: E741 — as short as the others
PLACE = (I.department_code.label("unit_code"), I.item_class.label("category"))
"""The unit is the department that owns the item, the category the item's class."""

EVER = datetime.min.replace(tzinfo=UTC)
FLAGS = {RepairState.DECLINED: "declined", RepairState.SUSPENDED: "suspended"}
"""Bad reviews that nobody has to make good, or not now: listed on the day of the review, not counted."""

JUDGED = (RepairState.IN_TIME, RepairState.LATE, RepairState.OVERDUE)
"""How a repair can stand when its limit is over: it counts on the day of the limit."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A bad review as stored, with its case and its item, and how its repair stands."""

    row: Row[Any]
    repair: Repair

    @property
    def flag(self) -> str:
        """Why it is listed beside the rate instead of counting in it; a late one may be exempted by an appeal."""
        is_exempt = self.row.is_exempt and self.repair.state in (RepairState.LATE, RepairState.OVERDUE)
        return "exempt" if is_exempt else FLAGS.get(self.repair.state, "")


def read_repairs(
    world: World, connection: Connection, now: datetime, *wanted: ColumnElement[bool]
) -> list[Repaired]:
    """Return bad reviews, oldest first, each with its repair at `now` by the one clock of its case."""
    verify = world.town.stages.verify
    query = _bad().where(R.stars <= BAD_STARS, *wanted).order_by(R.reviewed_at, R.id)
    rows = connection.execute(query).all()
    return [Repaired(row, repair_of(_judged(row, verify), now)) for row in rows]


def _bad() -> Select[Any]:
    exempt = select(appeals.c.case_id).where(appeals.c.is_exempt.is_(True))
    told = (R.id, R.number, R.stars, R.reviewed_at, R.repaired_at, R.case_id, R.approval_number)
    of_case = (C.number.label("case_number"), C.state, C.category_due_at, C.external_due_at, C.lon, C.lat)
    return (
        select(*told, *of_case, I.name.label("item"), *PLACE, R.case_id.in_(exempt).label("is_exempt"))
        .outerjoin(approvals, approvals.c.number == R.approval_number)
        .outerjoin(service_items, I.code == approvals.c.item_code)
        .outerjoin(cases, C.id == R.case_id)
    )


def _judged(row: Row[Any], verify: timedelta) -> BadReview:
    """The closing limit is that of every case: the handling and its verifying, or the stricter external deadline."""
    own = None if row.category_due_at is None else row.category_due_at + verify
    state = None if row.state is None else CaseState(row.state)
    return BadReview(row.reviewed_at, row.repaired_at, state, stricter(own, row.external_due_at))


def review_facts(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return reviews by the day on which they were given."""
    zone = world.town.profile.zone
    begin, end = instants(asked, zone)
    query = (
        select(R.id, R.stars, R.reviewed_at, *PLACE)
        .outerjoin(approvals, approvals.c.number == R.approval_number)
        .outerjoin(service_items, I.code == approvals.c.item_code)
    )
    found = frame_of(connection, query.where(R.reviewed_at >= begin, R.reviewed_at < end))
    return record_facts(
        found,
        "review",
        local_days(found["reviewed_at"], zone),
        reviewed=1.0,
        good=(found["stars"] >= GOOD_STARS).astype("float64"),
        bad=(found["stars"] <= BAD_STARS).astype("float64"),
    )


def repair_facts(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return the repairs of bad reviews by the day of their limit, once it is over, and what is listed beside them."""
    begin, end = instants(asked, world.town.profile.zone)
    told = [
        (_counts_at(one, asked.now), one)
        for one in read_repairs(
            world, connection, asked.now, R.reviewed_at < end, _may_count_from(world, begin)
        )
    ]
    within = [(at, one) for at, one in told if at is not None and begin <= at < end]
    found = pd.DataFrame(
        [(one.row.id, one.row.unit_code, one.row.category, at, one.flag) for at, one in within],
        columns=["id", "unit_code", "category", "at", "flag"],
    )
    owed = [float(not one.flag) for _at, one in within]
    kept = [float(one.repair.state is RepairState.IN_TIME) for _at, one in within]
    day = local_days(found["at"], world.town.profile.zone)
    facts = record_facts(found, "review", day, bad_owed=owed, repaired_in_time=kept)
    return facts.assign(flag=found["flag"])


def _may_count_from(world: World, begin: datetime) -> ColumnElement[bool]:
    """Leave out what counted before: neither the review's own limit nor any deadline of its case reaches `begin`."""
    own = C.category_due_at >= begin - world.town.stages.verify
    return or_(R.reviewed_at >= begin - REPAIR_LIMIT, own, C.external_due_at >= begin)


def _counts_at(one: Repaired, now: datetime) -> datetime | None:
    """Return when a repair counts, or is listed; None while its limit is not over or not known."""
    due_at, reviewed_at = one.repair.due_at, one.row.reviewed_at
    if one.repair.state in FLAGS:
        return cast("datetime", reviewed_at)
    return due_at if one.repair.state in JUDGED and due_at is not None and due_at < now else None


def waiting_reviews(world: World, connection: Connection, now: datetime) -> pd.DataFrame:
    """Return how many bad reviews wait for their repair, and how many of them too long, by department and class."""
    waiting = [
        one
        for one in read_repairs(world, connection, now, R.repaired_at.is_(None))
        if one.repair.state.is_waiting
    ]
    late = [float(one.repair.state is RepairState.OVERDUE) for one in waiting]
    return pd.DataFrame(
        {
            "unit_code": [one.row.unit_code for one in waiting],
            "category": [one.row.category for one in waiting],
            "bad_unrepaired": [1.0] * len(waiting),
            "bad_overdue": late,
        }
    )


def describe_reviews(
    world: World, connection: Connection, ids: Sequence[int]
) -> dict[int, dict[str, object]]:
    """Return what to say of reviews, by id: what it is about, how its repair stands, its case, its file and line.

    A repair that runs is not called overdue here: a description knows no present.
    """
    repairs = {one.row.id: one for one in read_repairs(world, connection, EVER, R.id.in_(list(ids)))}
    query = select(reviews, loads.c.file_name).outerjoin(loads, loads.c.id == R.load_id)
    found = connection.execute(query.where(R.id.in_(list(ids))))
    return {row.id: _said(row, repairs.get(row.id)) for row in found}


def _said(row: Row[Any], bad: Repaired | None) -> dict[str, object]:
    case = {} if row.case_id is None else {"case_id": row.case_id}
    return {
        "number": row.number,
        "title": f"{row.stars} 星 · 办件 {row.approval_number}",
        "state": "" if bad is None else bad.repair.state.label,
        "load_id": row.load_id,
        "file": row.file_name,
        "line": row.source_line,
        **case,
    }
