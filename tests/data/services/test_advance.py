"""A case along its main path: states, stage clocks, order and journal agree."""

import itertools
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from data.domain.errors import Conflict, NotFound
from data.domain.people import SYSTEM
from data.domain.vocabulary import Action, CaseState, IntakeChannel
from data.services.report import ReportCase, report_case
from data.store.tables import cases, journal, orders
from tests.worlds import NOW, advance

MINUTE = timedelta(minutes=1)
ROAD = (
    Action.ACCEPT,
    Action.FILE,
    Action.DISPATCH,
    Action.SIGN,
    Action.ARRIVE,
    Action.HANDLE,
    Action.VERIFY,
    Action.CLOSE,
)


@pytest.fixture
def case_id(world):
    return report_case(
        world, ReportCase("占道经营", "0103", IntakeChannel.PATROL, 120.63, 31.77), SYSTEM, NOW
    ).id


def walk(world, case_id, *actions, start=NOW):
    for step, action in enumerate(actions, 1):
        advance(world, case_id, action, SYSTEM, start + step * MINUTE)


def row(world, table, **where):
    with world.store.read() as connection:
        return connection.execute(select(table).filter_by(**where)).mappings().all()


def test_the_whole_road(world, case_id):
    walk(world, case_id, *ROAD)
    [case] = row(world, cases)
    [order] = row(world, orders)
    entries = row(world, journal)
    assert (case["state"], case["is_open"], case["version"]) == ("closed", False, 9)
    assert [e["to_state"] for e in entries][-1] == "closed"
    assert [e["sequence"] for e in entries] == list(range(1, 10))
    assert all(b["previous_hash"] == a["hash"] for a, b in itertools.pairwise(entries))
    assert order["state"] == "confirmed"
    assert order["sent_at"] < order["signed_at"] < order["arrived_at"] < order["handled_at"]


def test_the_case_clock_starts_at_dispatch_inside_working_time(world, case_id):
    walk(world, case_id, *ROAD[:3])
    [case] = row(world, cases)
    # 占道经营: 2 working hours from Monday 17:35 local; 25 minutes today, the rest on Tuesday morning.
    local = case["category_due_at"].astimezone(ZoneInfo("Asia/Shanghai"))
    assert local.replace(microsecond=0) == datetime(2026, 11, 24, 9, 35, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert case["due_at"] == case["category_due_at"]


def test_a_second_dispatch_keeps_the_first_clock(world, case_id):
    walk(world, case_id, *ROAD[:3], Action.RETURN)
    [before] = row(world, cases)
    advance(world, case_id, Action.DISPATCH, SYSTEM, NOW + timedelta(hours=20))
    [after] = row(world, cases)
    assert (after["dispatched_at"], after["due_at"]) == (before["dispatched_at"], before["category_due_at"])
    assert after["returns"] == 1
    assert [o["state"] for o in row(world, orders)] == ["returned", "sent"]


def test_a_step_that_the_table_lacks_is_refused_and_writes_nothing(world, case_id):
    with pytest.raises(Conflict):
        advance(world, case_id, Action.CLOSE, SYSTEM, NOW)
    [case] = row(world, cases)
    assert (case["state"], case["version"]) == (CaseState.REPORTED, 1)
    assert len(row(world, journal)) == 1


def test_an_unknown_case_is_named(world):
    with pytest.raises(NotFound, match="4711"):
        advance(world, 4711, Action.ACCEPT, SYSTEM, NOW)


def test_a_second_order_has_a_clock_of_its_own(world, case_id):
    walk(world, case_id, *ROAD[:3], Action.RETURN)
    advance(world, case_id, Action.DISPATCH, SYSTEM, NOW + timedelta(days=2))
    first, second = row(world, orders)
    assert first["due_at"] < NOW + timedelta(days=2) < second["due_at"]


def test_a_case_handled_late_stays_late_until_it_is_closed(world, case_id):
    walk(world, case_id, *ROAD[:5])
    late = NOW + timedelta(days=3)
    advance(world, case_id, Action.HANDLE, SYSTEM, late)
    [case] = row(world, cases)
    assert case["due_at"] == case["category_due_at"] + timedelta(minutes=30)
    assert case["due_at"] < late
