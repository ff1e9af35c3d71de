"""Facts of 指挥调度: what came, what was sent and given back, what was due and kept, and how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pandas as pd
from sqlalchemy import Connection, and_, func, or_, select

from data.domain.vocabulary import CaseState, ReturnCode
from data.store.tables import orders, visible_cases
from data.store.work_tables import appeals
from data.views.facts.cases import describe_cases, span_of_cases
from data.views.facts.orders import describe_orders, due_orders
from data.views.facts.reading import facts_of, frame_of, instants, minutes_between
from data.views.facts.source import Asked, FactSource, joined
from data.world import World

MEASURES = (
    "reported",
    "dispatched",
    "dispatches",
    "dispatches_right",
    "returned",
    "should_handle",
    "handled",
    "should_keep",
    "handled_on_time",
    "overdue_unhandled",
    "extended",
    "should_close",
    "closed",
    "should_close_in_time",
    "closed_on_time",
    "reworked",
    "orders_to_close",
    "orders_reworked",
    "external_due",
    "external_kept",
)
DURATIONS = ("report_to_dispatch", "dispatch_to_sign", "dispatch_to_arrive", "report_to_close")
PRESENT = ("open", "overdue", "due_within_hour", "unplaced")
LONGEST_LIFE = timedelta(days=400)
"""How long before its day a case or an order may have begun: a pause of a year, and some weeks."""

C = visible_cases.c
CASE = (C.id, C.comprehensive_code, C.main_unit, C.category_code)
NO_DUTY = (str(CaseState.DECLINED), str(CaseState.MERGED))
"""States in which nobody owes the closing any more."""


def read(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return the facts of cases and orders that count on the days asked for."""
    parts = [
        _reported(world, connection, asked),
        _dispatched(world, connection, asked),
        _finished(world, connection, asked),
        _closing(world, connection, asked),
        _external(world, connection, asked),
        _sent(world, connection, asked),
        _answered(world, connection, asked, "signed_at", "dispatch_to_sign"),
        _answered(world, connection, asked, "arrived_at", "dispatch_to_arrive"),
        _returned(world, connection, asked),
        due_orders(world, connection, asked),
    ]
    return joined(SOURCE.columns, DURATIONS, parts)


def _reported(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    found = _cases(world, connection, asked, "reported_at")
    return _case_facts(world, found, found["reported_at"], reported=1.0)


def _dispatched(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    found = _cases(world, connection, asked, "dispatched_at")
    waited = minutes_between(found["reported_at"], found["dispatched_at"])
    return _case_facts(world, found, found["dispatched_at"], dispatched=1.0, report_to_dispatch=waited)


def _finished(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    found = _cases(world, connection, asked, "closed_at")
    found = found[~found["state"].isin(NO_DUTY)]
    took = minutes_between(found["reported_at"], found["closed_at"])
    return _case_facts(world, found, found["closed_at"], report_to_close=took)


def _closing(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Cases whose closing limit (handling and verifying, or the stricter external one) lies in the days and has passed."""
    begin, end = instants(asked, world.town.profile.zone)
    found = _near_closing(world, connection, begin, end)
    limits = pd.DataFrame(
        {
            "own": pd.to_datetime(found["category_due_at"], utc=True) + world.town.stages.verify,
            "external": pd.to_datetime(found["external_due_at"], utc=True),
        }
    )
    limit = limits.min(axis=1)
    is_due = (limit >= begin) & (limit < min(end, asked.now))
    found, limit = found[is_due], limit[is_due]
    closed_at = pd.to_datetime(found["closed_at"], utc=True)
    is_late = ~(closed_at <= limit)
    is_suspended = found["state"] == CaseState.SUSPENDED
    is_exempt = found["is_exempt"].astype(bool) & is_late
    owed = (~is_suspended).astype(float)
    facts = _case_facts(
        world,
        found,
        limit,
        should_close=owed,
        closed=closed_at.notna() * owed,
        should_close_in_time=(~is_exempt) * owed,
        closed_on_time=(closed_at <= limit) * (~is_exempt) * owed,
        reworked=(found["reworks"] > 0) * owed,
    )
    return facts.assign(flag=_flags(is_suspended, is_exempt))


def _external(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Cases that came with a deadline of their own (来单时限) which lies in the days and has passed."""
    begin, end = instants(asked, world.town.profile.zone)
    query = select(*CASE, C.external_due_at, C.closed_at).where(
        C.external_due_at >= begin,
        C.external_due_at < min(end, asked.now),
        C.is_withdrawn.is_(False),
        C.state.not_in(NO_DUTY),
    )
    found = frame_of(connection, query)
    limit, closed_at = (pd.to_datetime(found[name], utc=True) for name in ("external_due_at", "closed_at"))
    return _case_facts(
        world, found, limit, external_due=1.0, external_kept=(closed_at <= limit).astype(float)
    )


def _near_closing(world: World, connection: Connection, begin: datetime, end: datetime) -> pd.DataFrame:
    verify = world.town.stages.verify
    near = or_(
        and_(C.category_due_at >= begin - verify, C.category_due_at < end),
        and_(C.external_due_at >= begin, C.external_due_at < end),
    )
    exempt = select(appeals.c.case_id).where(appeals.c.is_exempt.is_(True))
    columns = (*CASE, C.state, C.category_due_at, C.external_due_at, C.closed_at, C.reworks)
    wanted = (C.reported_at >= begin - LONGEST_LIFE, C.is_withdrawn.is_(False), C.state.not_in(NO_DUTY))
    return frame_of(connection, select(*columns, C.id.in_(exempt).label("is_exempt")).where(*wanted, near))


def _flags(is_suspended: pd.Series, is_exempt: pd.Series) -> pd.Series:
    flags = pd.Series("", index=is_suspended.index, dtype="object")
    flags[is_exempt] = "exempt"
    flags[is_suspended] = "suspended"
    return flags


def _cases(world: World, connection: Connection, asked: Asked, instant: str) -> pd.DataFrame:
    """Read the cases with an instant in the days; none is older than the longest life of a case."""
    begin, end = instants(asked, world.town.profile.zone)
    moments = (C.reported_at, C.dispatched_at, C.closed_at, C.state)
    wanted = (C.reported_at >= begin - LONGEST_LIFE, C.is_withdrawn.is_(False))
    query = select(*CASE, *moments).where(*wanted, C[instant] >= begin, C[instant] < end)
    return frame_of(connection, query)


def _case_facts(world: World, found: pd.DataFrame, at: pd.Series, **measures: object) -> pd.DataFrame:
    return facts_of(world.town.profile.zone, found, at, "case", "main_unit", **measures)


O = orders.c  # noqa: E741 — the usual name of the columns of a table here


def _sent(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Main orders that were sent and neither undone nor recalled; right is one that was never returned as another unit's."""
    wrong = ReturnCode.WRONG_UNIT
    found = _orders(world, connection, asked, "sent_at", O.is_main.is_(True), O.recalled_at.is_(None))
    right = (found["return_code"].fillna("") != wrong).astype(float)
    return _order_facts(world, found, found["sent_at"], dispatches=1.0, dispatches_right=right)


def _answered(
    world: World, connection: Connection, asked: Asked, instant: str, duration: str
) -> pd.DataFrame:
    found = _orders(world, connection, asked, instant)
    took = minutes_between(found["sent_at"], found[instant])
    return _order_facts(world, found, found[instant], **{duration: took})


def _returned(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    found = _orders(world, connection, asked, "returned_at")
    return _order_facts(world, found, found["returned_at"], returned=1.0)


def _orders(
    world: World, connection: Connection, asked: Asked, instant: str, *wanted: object
) -> pd.DataFrame:
    begin, end = instants(asked, world.town.profile.zone)
    moments = (O.sent_at, O.signed_at, O.arrived_at, O.returned_at, O.return_code)
    query = (
        select(O.id, O.unit_code, C.comprehensive_code, C.category_code, *moments)
        .join(visible_cases, C.id == O.case_id)
        .where(O.sent_at >= begin - LONGEST_LIFE, O[instant] >= begin, O[instant] < end)
        .where(C.is_withdrawn.is_(False), *wanted)  # type: ignore[arg-type]
    )
    return frame_of(connection, query)


def _order_facts(world: World, found: pd.DataFrame, at: pd.Series, **measures: object) -> pd.DataFrame:
    return facts_of(world.town.profile.zone, found, at, "order", "unit_code", **measures)


def read_present(world: World, connection: Connection, now: datetime) -> pd.DataFrame:
    """Return per grid, unit and category how many cases are open, overdue, due within the hour, without a place."""
    hour = now + timedelta(hours=1)
    counts = (
        func.count().label("open"),
        func.count().filter(C.due_at < now).label("overdue"),
        func.count().filter(C.due_at >= now, C.due_at < hour).label("due_within_hour"),
        func.count().filter(C.lon.is_(None)).label("unplaced"),
    )
    keys = (
        C.comprehensive_code.label("grid_code"),
        C.main_unit.label("unit_code"),
        C.category_code.label("category"),
    )
    query = select(*keys, *counts).where(C.is_open.is_(True), C.is_withdrawn.is_(False)).group_by(*keys)
    found = frame_of(connection, query)
    texts = ["grid_code", "unit_code"]
    found[texts] = found[texts].astype("object").where(found[texts].notna(), "")
    return found.astype(dict.fromkeys(PRESENT, "float64"))


def describe(
    world: World, connection: Connection, kind: str, ids: Sequence[int]
) -> dict[int, dict[str, object]]:
    """Return what to say of cases and orders behind a figure."""
    return (describe_cases if kind == "case" else describe_orders)(world, connection, ids)


SOURCE = FactSource(
    "dispatch", MEASURES, DURATIONS, read, describe, span_of_cases, ("cases", "demo"), PRESENT, read_present
)
