"""The dispatch plan of a case, from a few indexed queries: case, duties, people on duty there, open orders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from data.domain.case_clock import order_clock
from data.domain.errors import NotFound
from data.domain.plan import dispatch_plan
from data.domain.plan_people import SHOWN_PER_POST
from data.domain.plan_values import (
    DispatchPlan,
    Duties,
    Neighbour,
    PlanCase,
    PlanFacts,
    PlanLimit,
    PlanPerson,
    PlanUnit,
)
from data.domain.vocabulary import GridKind, LocationGrade, Severity
from data.store.grids import GridSet
from data.store.tables import visible_cases
from data.store.types import BIGGEST_ID
from data.views.plan_rows import Loads, StaffRow, read_adjudications, read_changes, read_loads, read_staff
from data.world import World
from geo.crs import Projector

TILED = (GridKind.COMPREHENSIVE, GridKind.POLICE)


def plan_for(world: World, case_id: int, now: datetime, shown: int = SHOWN_PER_POST) -> DispatchPlan:
    """Return the plan of a case as of `now`, with at most `shown` people a grid; raise `NotFound` for an unknown one."""
    [plan] = plans_for(world, [case_id], now, shown)
    return plan


def plans_for(
    world: World, case_ids: Sequence[int], now: datetime, shown: int = SHOWN_PER_POST
) -> list[DispatchPlan]:
    """Return the plans of several cases, in their order, made from the same reading of people and orders."""
    today = now.astimezone(world.town.profile.zone).date()
    grids = world.grids.current(today)  # before the reading begins: whoever holds a connection waits for none
    with world.store.read() as connection:
        return _plans(world, connection, grids, case_ids, now, shown)


def _plans(
    world: World, connection: Connection, grids: GridSet, case_ids: Sequence[int], now: datetime, shown: int
) -> list[DispatchPlan]:
    today = grids.on
    rows = _cases(connection, case_ids)
    places = [_Place(world, grids, row) for row in rows]
    people = read_staff(connection, {code for place in places for code in place.watched}, now)
    loads = read_loads(connection, now)
    changes = read_changes(connection, {row["category_code"] for row in rows}, today)
    decided = read_adjudications(connection, case_ids)
    units = _units(world, loads)
    cards = tuple(card.rule() for card in world.town.plan_cards if card.is_valid_on(today))
    return [
        dispatch_plan(
            PlanFacts(
                case=_case(world, row, place),
                duties=_decided(world, _duties(world, row, place.village, changes, today), decided, row),
                limit=_limit(world, row, now),
                external_due_at=row["external_due_at"],
                people=_people(people, place, loads, now),
                units=units,
                cards=cards,
            ),
            world.town.plan_rules,
            now,
            shown,
        )
        for row, place in zip(rows, places, strict=True)
    ]


def _cases(connection: Connection, case_ids: Sequence[int]) -> list[RowMapping]:
    known = [case_id for case_id in case_ids if 0 < case_id <= BIGGEST_ID]
    query = select(visible_cases).where(visible_cases.c.id.in_(known))
    found = {row["id"]: row for row in connection.execute(query).mappings()}
    for case_id in case_ids:
        if case_id not in found:
            raise NotFound(
                f"没有编号为 {case_id} 的案卷", field="id", value=case_id, cure="请核对编号，或从列表中选择"
            )
    return [found[case_id] for case_id in case_ids]


class _Place:
    """Where a case is: its grids with their names, its village, the grids whose people may come."""

    __slots__ = ("_names", "grids", "has_point", "lat", "lon", "row", "village", "watched", "world")

    def __init__(self, world: World, grids: GridSet, row: RowMapping) -> None:
        self.world, self.grids, self.row = world, grids, row
        self.lon, self.lat = row["lon"], row["lat"]
        self.has_point = self.lon is not None and self.lat is not None
        self._names = dict(zip(grids.frame["code"], grids.frame["name"], strict=True))
        villages = dict(zip(grids.frame["code"], grids.frame["village_code"], strict=True))
        code = row["comprehensive_code"]
        self.village = villages.get(code) if isinstance(villages.get(code), str) else None
        near = {other for other, village in villages.items() if self.village and village == self.village}
        self.watched = near | {c for c in (code, row["professional_code"]) if c}

    def name(self, code: str | None) -> str:
        """The name of a grid, its code where the grid has ended."""
        return str(self._names.get(code, code)) if code else ""

    def neighbours(self) -> tuple[Neighbour, ...]:
        """The next grids of the tiling kinds that lie within the town's edge distance."""
        if not self.has_point:
            return ()
        found = []
        for kind in TILED:
            other = self.grids.index.neighbour(self.lon, self.lat, kind, self.row[f"{kind}_code"])
            if other is not None and other[1] <= self.world.town.profile.edge_distance_m:
                found.append(Neighbour(kind, other[0], self.name(other[0]), other[1]))
        return tuple(found)


def _case(world: World, row: RowMapping, place: _Place) -> PlanCase:
    category = world.town.known_category(row["category_code"])
    return PlanCase(
        id=row["id"],
        number=row["number"],
        version=row["version"],
        severity=Severity(row["severity"]),
        category_code=category.code,
        category_name=category.name,
        has_place=bool(row["comprehensive_code"] or row["professional_code"]),
        location_grade=LocationGrade(row["location_grade"]),
        comprehensive=row["comprehensive_code"],
        comprehensive_name=place.name(row["comprehensive_code"]),
        professional=row["professional_code"],
        professional_name=place.name(row["professional_code"]),
        neighbours=place.neighbours(),
        needs_police=category.needs_police,
        skills=category.skills,
        equipment=category.equipment,
    )


def _limit(world: World, row: RowMapping, now: datetime) -> PlanLimit:
    """The limit that starts with this press; a case whose clock runs already keeps its own deadline."""
    limit = world.town.known_category(row["category_code"]).limit
    fresh = order_clock((), now, limit, world.calendar, row["external_due_at"], now)
    known = row["category_due_at"]
    is_provisional = fresh.is_provisional if known is None else bool(row["is_due_provisional"])
    case_due_at = known or fresh.category_due_at
    return PlanLimit(limit.amount, limit.kind, case_due_at, fresh.due_at, is_provisional)


def _duties(
    world: World, row: RowMapping, village: str | None, changes: Iterable[RowMapping], today: date
) -> Duties:
    """The dated corrections, then the town's list, then the category, then the village itself."""
    code = row["category_code"]
    for wanted in (village, "*"):
        for change in changes:
            if (change["category_code"], change["village_code"]) == (code, wanted):
                helpers = tuple(re.findall(r"[^\s;]+", change["assisting_units"]))
                return Duties(change["main_unit"], helpers, change["citation"])
    duties = [d for d in world.town.responsibilities if d.category_code == code and d.is_valid_on(today)]
    for wanted in (village, "*"):
        valid = [duty for duty in duties if duty.village_code == wanted]
        if valid:
            newest = max(valid, key=lambda duty: duty.valid_from)
            return Duties(newest.main_unit, newest.assisting_units, newest.citation)
    category = world.town.known_category(row["category_code"])
    return Duties(category.main_unit or village, category.assisting_units, category.citation)


def _decided(
    world: World, duties: Duties, decided: Mapping[int, tuple[str, datetime]], row: RowMapping
) -> Duties:
    """What was adjudicated for this very case stands before every list."""
    if row["id"] not in decided:
        return duties
    unit, at = decided[row["id"]]
    assisting = tuple(code for code in duties.assisting if code != unit)
    stamp = at.astimezone(world.town.profile.zone).strftime("%Y-%m-%d %H:%M")
    return replace(duties, main=unit, assisting=assisting, citation=f"本案裁定，{stamp}")


def _units(world: World, loads: Loads) -> dict[str, PlanUnit]:
    """Every unit, and every village of a town that lists no units."""
    names = {village.code: (village.name, "village") for village in world.town.villages}
    names |= {unit.code: (unit.name, str(unit.kind)) for unit in world.town.units}
    teams = world.town.dispatch.teams
    return {
        code: PlanUnit(
            code,
            name,
            kind,
            *loads.of_unit(code),
            skills=frozenset(teams[code].skills) if code in teams else None,
            equipment=frozenset(teams[code].equipment) if code in teams else None,
        )
        for code, (name, kind) in names.items()
    }


def _people(people: Sequence[StaffRow], place: _Place, loads: Loads, now: datetime) -> tuple[PlanPerson, ...]:
    """The people of the case's own grids and of its village, with their distance from it."""
    near = [person for person in people if person.grids & place.watched]
    metres = _metres(place, near)
    return tuple(
        PlanPerson(
            staff_id=person.id,
            name=person.name,
            unit_code=person.unit_code,
            role=person.role,
            grids=person.grids,
            skills=person.skills,
            load=loads.of_person(person.id),
            distance_m=distance,
            fix_age=None if person.fixed_at is None else now - person.fixed_at,
        )
        for person, distance in zip(near, metres, strict=True)
    )


def _metres(place: _Place, people: Sequence[StaffRow]) -> list[float | None]:
    """Metres in the projected system from the case to each person's newest fix, None where either is unknown."""
    if not place.has_point or not people:
        return [None] * len(people)
    projector = Projector(place.world.town.profile.projected_crs)
    nan = float("nan")
    lon = [place.lon, *(nan if p.lon is None else p.lon for p in people)]
    lat = [place.lat, *(nan if p.lat is None else p.lat for p in people)]
    x, y = projector.forward(lon, lat)
    return [
        None if p.lon is None else float(((x[n] - x[0]) ** 2 + (y[n] - y[0]) ** 2) ** 0.5)
        for n, p in enumerate(people, 1)
    ]


def plan_json(plan: DispatchPlan) -> dict[str, Any]:
    """Return a plan as REST answers it; instants are aware."""
    shown = asdict(plan)
    for row, responder in zip(shown["responders"], plan.responders, strict=True):
        row["points"] = responder.points
        row["kind_label"] = responder.kind.label
    for row, gap in zip(shown["shortfalls"], plan.shortfalls, strict=True):
        row["reason_label"] = gap.reason.label
    shown["queue_after"] = {code: change._asdict() for code, change in plan.queue_after.items()}
    shown["due_at"] = plan.due_at
    return shown
