"""What the board of 审批服务 reads: the approvals of today and of the last thirty days, never the whole history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd
from sqlalchemy import Connection, func, select

from data.store.modules.approval import approvals, departments, service_items, windows
from data.views.facts.reading import frame_of
from data.views.modules.view import today_of
from data.world import World

RECENT_DAYS = 30
A, I = approvals.c, service_items.c  # noqa: E741 — as short as the other


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """The registers, and approvals received within the last thirty days, as frames; `hour` is local."""

    windows: list[tuple[str, str]]
    departments: dict[str, str]
    items: pd.DataFrame
    recent: pd.DataFrame
    today: date
    open: int
    overdue: int
    in_a_year: int


def read_book(world: World, connection: Connection, now: datetime) -> Book:
    """Read what the board tells."""
    zone, today = world.town.profile.zone, today_of(world, now)
    begin = datetime.combine(today - timedelta(days=RECENT_DAYS - 1), time(), zone)
    columns = (A.item_code, A.window_code, A.is_online, A.received_at, A.due_at, A.decided_at, A.outcome)
    query = select(*columns, I.department_code, I.item_class).outerjoin(service_items, I.code == A.item_code)
    recent = frame_of(connection, query.where(A.received_at >= begin, A.received_at <= now))
    local = pd.to_datetime(recent["received_at"], utc=True).dt.tz_convert(zone)
    waiting = (func.count(), func.count().filter(A.due_at < now))
    is_open, late = connection.execute(select(*waiting).where(A.decided_at.is_(None))).one()
    year = select(func.count()).select_from(approvals).where(A.received_at > now - timedelta(days=365))
    return Book(
        windows=[
            (row.code, row.name) for row in connection.execute(select(windows).order_by(windows.c.code))
        ],
        departments={row.code: row.name for row in connection.execute(select(departments))},
        items=frame_of(connection, select(I.code, I.name, I.department_code, I.item_class)),
        recent=told(recent, now).assign(day=local.dt.date, hour=local.dt.hour),
        today=today,
        open=int(is_open),
        overdue=int(late),
        in_a_year=int(connection.execute(year).scalar_one()),
    )


def told(found: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Return approvals with the hours that they took, whether they are owed by now, and whether they were kept."""
    received, due, decided = (
        pd.to_datetime(found[name], utc=True) for name in ("received_at", "due_at", "decided_at")
    )
    is_owed = (due < pd.Timestamp(now)) & (found["outcome"] != "withdrawn")
    return found.assign(
        hours=(decided - received).dt.total_seconds() / 3600, owed=is_owed, kept=is_owed & (decided <= due)
    )


def sums_by(recent: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return by a column: how many came, the median hours, the share kept of those owed, and how many are owed."""
    found = recent.groupby(column).agg(
        count=("hours", "size"), hours=("hours", "median"), owed=("owed", "sum"), kept=("kept", "sum")
    )
    owed = found["owed"].astype("float64")
    return found.assign(share=(100 * found["kept"].astype("float64") / owed).where(owed > 0))
