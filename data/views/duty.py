"""Who is on duty: people on shift, those whose position is fresh, and the last patrol of each grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from data.domain.vocabulary import GridKind
from data.store.grids import GridSet
from data.store.tables import patrols, positions, shifts, staff
from data.views.lens import Lens, moment

FIX_IS_OLD_AFTER = timedelta(minutes=30)
FIX_MAY_LEAD = timedelta(minutes=5)
"""How far the clock of a device may be ahead before its fix counts for nothing."""

NEVER_SHOWN_SINGLY = frozenset({"police", "auxiliary"})


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on duty: scheduled people, those with a fresh fix, counts per grid and the staff layer."""

    scheduled: int
    present: int
    per_grid: Counter[str]
    layer: Mapping[str, dict[str, Any]]
    newest_fix: datetime | None
    is_known: bool


def duty(connection: Connection, lens: Lens, now: datetime) -> Duty:
    """Read who is scheduled now and who of them has a fix of the last 30 minutes.

    On duty means scheduled **and** seen; the layer leaves police officers out (they are never shown singly).
    A town without any shift does not know who is on duty: no figure, rather than a zero.
    """
    rows = scheduled_people(connection, now)
    present = [row for row in rows if is_seen(row, now)]
    return Duty(
        scheduled=len({r.id for r in rows}),
        present=len({r.id for r in present}),
        per_grid=Counter(r.grid_code for r in present if r.grid_code),
        layer=_staff_layer(lens, [r for r in present if r.role not in NEVER_SHOWN_SINGLY]),
        newest_fix=max((r.fixed_at for r in present), default=None),
        is_known=bool(rows) or connection.execute(select(shifts.c.id).limit(1)).first() is not None,
    )


def past_duty(connection: Connection, at: datetime) -> Duty:
    """Read who was scheduled at a past instant; who was there is not known any more, as only newest fixes are kept."""
    shift = (shifts.c.starts_at <= at, shifts.c.ends_at > at)
    scheduled = select(func.count(shifts.c.staff_id.distinct())).where(*shift)
    return Duty(int(connection.execute(scheduled).scalar_one()), 0, Counter(), {}, None, is_known=False)


def is_seen(row: Any, now: datetime) -> bool:
    """Whether a person on shift has a fix of the last 30 minutes."""
    return row.fixed_at is not None and -FIX_MAY_LEAD <= now - row.fixed_at <= FIX_IS_OLD_AFTER


def scheduled_people(connection: Connection, now: datetime) -> Sequence[Any]:
    """Read the people whose shift runs at `now`, each with the newest fix."""
    fix = (positions.c.lon, positions.c.lat, positions.c.fixed_at)
    query = (
        select(staff.c.id, staff.c.role, shifts.c.grid_code, *fix)
        .join(shifts, shifts.c.staff_id == staff.c.id)
        .outerjoin(positions, positions.c.staff_id == staff.c.id)
        .where(shifts.c.starts_at <= now, shifts.c.ends_at > now)
        .order_by(staff.c.id)
    )
    return connection.execute(query).all()


def _staff_layer(lens: Lens, people: Sequence[Any]) -> dict[str, dict[str, Any]]:
    places = lens.relative([r.lon for r in people], [r.lat for r in people])
    return {
        str(r.id): {"x": x, "y": y, "at": moment(r.fixed_at), "role": r.role, "grid": r.grid_code}
        for r, (x, y) in zip(people, places, strict=True)
    }


def last_patrols(connection: Connection, at: datetime | None = None) -> dict[str, datetime]:
    """Read the end of the newest patrol of each grid; with `at`, of those that had ended by then."""
    query = select(patrols.c.grid_code, func.max(patrols.c.ended_at)).group_by(patrols.c.grid_code)
    if at is not None:
        query = query.where(patrols.c.ended_at <= at)
    return {code: ended for code, ended in connection.execute(query)}


def watched_grids(grids: GridSet) -> list[str]:
    """The grids that need somebody on duty: the comprehensive ones, or the police ones where a town has no others."""
    frame = grids.frame
    for kind in (GridKind.COMPREHENSIVE, GridKind.POLICE):
        codes = frame.loc[frame["kind"] == str(kind), "code"]
        if len(codes):
            return list(codes)
    return []
