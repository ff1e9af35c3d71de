"""A plan from the database: people on shift in the case's grids, orders in hand, corrected duties."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from data.domain.errors import NotFound
from data.domain.people import SYSTEM
from data.domain.vocabulary import IntakeChannel, LocationGrade, ResponderKind, ShortfallReason
from data.services.report import ReportCase, report_case
from data.store.tables import cases, orders, persons, positions, shifts, staff
from data.store.work_tables import responsibility_changes
from data.views.plan import plan_for
from tests.worlds import NOW

HOUR = timedelta(hours=1)
POINT = (120.63, 31.77)
GRID = "320582105204003"


def report(world, category="0103", place=POINT):
    lon, lat = place or (None, None)
    command = ReportCase("占道", category, IntakeChannel.PATROL, lon, lat, address=None if place else "某处")
    return report_case(world, command, SYSTEM, NOW).id


def add_person(world, number, grid, *, role="grid_member", fix=POINT, age=timedelta(minutes=2), shift=HOUR):
    """Write a person with name, shift (from an hour ago until `shift` from now) and newest fix."""
    with world.store.write() as transaction:
        write = transaction.connection.execute
        write(insert(persons).values(person_hash=f"h{number}", name=f"网格员{number}"))
        row = {"staff_no": f"S{number}", "unit_code": "v", "staff_kind": "contract", "skills": "巡查;调解"}
        write(insert(staff).values(id=number, person_hash=f"h{number}", role=role, grid_code=grid, **row))
        write(
            insert(shifts).values(staff_id=number, grid_code=grid, starts_at=NOW - HOUR, ends_at=NOW + shift)
        )
        if fix:
            write(insert(positions).values(staff_id=number, lon=fix[0], lat=fix[1], fixed_at=NOW - age))


def add_order(world, case_id, number, **values):
    row = {"case_id": case_id, "number": f"o{number}", "is_main": True, "unit_code": "enforcement"}
    row |= {"state": "sent", "sent_at": NOW, "due_at": NOW + HOUR}
    with world.store.write() as transaction:
        transaction.connection.execute(insert(orders).values(row | values))


def test_the_member_on_shift_is_found_with_name_and_distance(world):
    case_id = report(world)
    add_person(world, 1, GRID, fix=(120.631, 31.77))
    plan = plan_for(world, case_id, NOW)
    assert [r.key for r in plan.proposed] == ["unit:enforcement", "staff:1"]
    assert plan.responders[-1].name == "网格员1"
    assert plan.responders[-1].distance_m == pytest.approx(94.7, abs=1)  # 0.001° of longitude at 31.77° N
    assert plan.main_unit_name == "综合执法局"


def test_who_is_off_shift_or_an_officer_is_not_read(world):
    case_id = report(world, "0701")
    add_person(world, 1, GRID, shift=-HOUR / 2)
    add_person(world, 2, GRID, role="police")
    add_person(world, 3, GRID, role="auxiliary")
    plan = plan_for(world, case_id, NOW)
    assert [r for r in plan.responders if r.staff_id is not None] == []
    assert [r.key for r in plan.proposed if r.kind is ResponderKind.POLICE_LINK] == ["unit:police"]
    assert ShortfallReason.NOBODY_ON_DUTY in [gap.reason for gap in plan.shortfalls]


def test_a_neighbour_of_the_same_village_covers_an_empty_grid(world):
    case_id = report(world)
    add_person(world, 1, "320582105204001")
    add_person(world, 2, "320582105205001")  # another village
    plan = plan_for(world, case_id, NOW)
    assert [r.key for r in plan.responders if r.staff_id] == ["staff:1"]


def test_orders_in_hand_count_for_unit_and_person(world):
    case_id = report(world)
    add_person(world, 1, GRID)
    add_order(world, case_id, 1, staff_id=1, due_at=NOW - HOUR)
    add_order(world, case_id, 2, staff_id=1, state="on_scene")
    add_order(world, case_id, 3, staff_id=1, state="handled")
    plan = plan_for(world, case_id, NOW)
    assert tuple(plan.queue_after["enforcement"]) == (2, 3, 1, False)
    assert plan.responders[-1].load == 2


def test_orders_of_closed_cases_do_not_count(world):
    case_id, closed = report(world), report(world)
    add_order(world, closed, 1)
    with world.store.write() as transaction:
        transaction.connection.execute(update(cases).where(cases.c.id == closed).values(is_open=False))
    assert plan_for(world, case_id, NOW).queue_after["enforcement"].now == 0


def correct(world, unit, village="*", day=date(2026, 11, 1), category="0103"):
    values = {"category_code": category, "village_code": village, "main_unit": unit, "valid_from": day}
    values |= {
        "assisting_units": "market;safety",
        "citation": "裁定",
        "decided_by": "lead",
        "decided_at": NOW,
    }
    with world.store.write() as transaction:
        transaction.connection.execute(insert(responsibility_changes).values(values))


def test_a_dated_correction_goes_before_the_towns_list(world):
    case_id = report(world)
    correct(world, "safety")
    correct(world, "rural", day=date(2026, 11, 20))
    correct(world, "social", day=date(2026, 12, 1))  # not yet
    correct(world, "police", category="0102")  # another category
    plan = plan_for(world, case_id, NOW)
    assert plan.main_unit == "rural"
    assert [r.unit_code for r in plan.responders if r.staff_id is None] == ["rural", "market", "safety"]
    correct(world, "governance", village="320582105204", day=date(2026, 10, 1))
    assert plan_for(world, case_id, NOW).main_unit == "governance"


def test_a_case_without_a_place_has_a_unit(world):
    plan = plan_for(world, report(world, place=None), NOW)
    assert plan.main_unit == "enforcement"
    assert plan.location_grade is LocationGrade.NONE
    assert [gap.reason for gap in plan.shortfalls] == [ShortfallReason.NO_PLACE]


def test_an_edge_case_names_its_neighbour(world):
    """A corner of a grid is no metres from the next one."""
    frame = world.grids.current(NOW.date()).frame
    x, y = frame[frame["code"] == GRID].geometry.iloc[0].exterior.coords[0]
    plan = plan_for(world, report(world, place=(x, y)), NOW)
    assert plan.is_edge
    assert "请核对归属" in plan.edge_note
    assert " 0 米" in plan.edge_note


def test_the_deadline_of_a_case_dispatched_before_stays(world):
    case_id = report(world)
    fresh = plan_for(world, case_id, NOW).limit
    with world.store.write() as transaction:
        values = {"dispatched_at": NOW - HOUR, "category_due_at": NOW + HOUR}
        transaction.connection.execute(update(cases).where(cases.c.id == case_id).values(values))
    again = plan_for(world, case_id, NOW).limit
    assert again.case_due_at == NOW + HOUR
    assert again.order_due_at == fresh.order_due_at == fresh.case_due_at


def test_an_unknown_case(world):
    with pytest.raises(NotFound, match="4711"):
        plan_for(world, 4711, NOW)
