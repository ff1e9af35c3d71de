"""What plans are made from, as read: people on duty in some grids, open orders, dated corrections of duties."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, case, func, select

from data.domain.vocabulary import Action, OrderState
from data.store.tables import cases, journal, orders, persons, positions, shifts, staff
from data.store.work_tables import responsibility_changes

IN_HAND = (OrderState.SENT, OrderState.SIGNED, OrderState.ON_SCENE)
ROLES = ("grid_member", "site")
"""Staff roles that a plan may name; officers are never read."""


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A person on shift; position in degrees (EPSG:4490), None without a fix."""

    id: int
    name: str
    unit_code: str
    role: str
    grids: frozenset[str]
    skills: frozenset[str]
    lon: float | None
    lat: float | None
    fixed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Loads:
    """Orders in hand: per unit with how many of them are overdue, and per person."""

    units: Counter[str]
    overdue: Counter[str]
    people: Counter[int]

    def of_unit(self, code: str) -> tuple[int, int]:
        """Open and overdue orders of a unit."""
        return self.units[code], self.overdue[code]

    def of_person(self, staff_id: int) -> int:
        """Open orders of a person."""
        return self.people[staff_id]


def read_staff(connection: Connection, grid_codes: Collection[str], now: datetime) -> list[StaffRow]:
    """Read who is on shift at `now` in any of some grids, with newest fix and name."""
    if not grid_codes:
        return []
    columns = (
        staff.c.id,
        staff.c.staff_no,
        staff.c.unit_code,
        staff.c.role,
        staff.c.skills,
        shifts.c.grid_code,
    )
    query = (
        select(*columns, persons.c.name, positions.c.lon, positions.c.lat, positions.c.fixed_at)
        .join(shifts, shifts.c.staff_id == staff.c.id)
        .outerjoin(positions, positions.c.staff_id == staff.c.id)
        .outerjoin(persons, persons.c.person_hash == staff.c.person_hash)
        .where(shifts.c.ends_at > now, shifts.c.starts_at <= now, staff.c.role.in_(ROLES))
        .where(shifts.c.grid_code.in_(sorted(grid_codes)))
        .order_by(staff.c.id)
    )
    rows = connection.execute(query).all()
    grids: dict[int, set[str]] = {}
    for row in rows:
        grids.setdefault(row.id, set()).add(row.grid_code)
    return [_staff(row, frozenset(grids[row.id])) for row in {row.id: row for row in rows}.values()]


def _staff(row: Any, grids: frozenset[str]) -> StaffRow:
    skills = frozenset(
        part.strip() for part in (row.skills or "").replace("；", ";").split(";") if part.strip()
    )
    return StaffRow(
        row.id,
        row.name or row.staff_no,
        row.unit_code,
        row.role,
        grids,
        skills,
        row.lon,
        row.lat,
        row.fixed_at,
    )


def read_loads(connection: Connection, now: datetime) -> Loads:
    """Count the orders in hand of open cases, per unit and person."""
    is_late = case((orders.c.due_at <= now, 1), else_=0)
    query = (
        select(orders.c.unit_code, orders.c.staff_id, func.count(), func.sum(is_late))
        .join(cases, cases.c.id == orders.c.case_id)
        .where(cases.c.is_open.is_(True), cases.c.is_withdrawn.is_(False))
        .where(orders.c.state.in_([str(state) for state in IN_HAND]))
        .group_by(orders.c.unit_code, orders.c.staff_id)
    )
    units: Counter[str] = Counter()
    overdue: Counter[str] = Counter()
    people: Counter[int] = Counter()
    for unit, person, count, late in connection.execute(query):
        units[unit] += count
        overdue[unit] += int(late or 0)
        if person is not None:
            people[person] += count
    return Loads(units, overdue, people)


def read_adjudications(connection: Connection, case_ids: Collection[int]) -> dict[int, tuple[str, datetime]]:
    """Return by case which unit its newest adjudication named, and when; it binds that case, whatever the list says."""
    c = journal.c
    query = (
        select(c.case_id, c.payload, c.happened_at)
        .where(c.case_id.in_(sorted(case_ids)), c.action == str(Action.ADJUDICATE))
        .order_by(c.case_id, c.sequence)
    )
    return {
        row.case_id: (json.loads(row.payload)["unit"], row.happened_at) for row in connection.execute(query)
    }


def read_changes(connection: Connection, category_codes: Collection[str], today: date) -> list[RowMapping]:
    """Read the corrections of the responsibility list in force for some categories, the newest first."""
    c = responsibility_changes.c
    query = (
        select(responsibility_changes)
        .where(c.category_code.in_(sorted(category_codes)), c.valid_from <= today)
        .order_by(c.valid_from.desc(), c.id.desc())
    )
    return list(connection.execute(query).mappings())
