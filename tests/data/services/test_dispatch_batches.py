"""A batch: assigned together, pressed one by one, each case with its own answer; repeated, raced, broken off."""

import threading
from collections import Counter

import pytest
from sqlalchemy import func, insert, select

from data.domain.errors import Forbidden, InvalidInput, KeyReused
from data.domain.people import Actor
from data.domain.vocabulary import Action, Role
from data.services import dispatch_batches
from data.services.acting import act
from data.services.actions import CaseAction
from data.services.dispatch_batches import dispatch_batch, propose_batch
from data.services.dispatch_choice import DispatchCase
from data.store.tables import journal, orders, outbox, request_keys, shifts, staff
from tests.data.services.conftest import GRID
from tests.data.services.presses import DISPATCHER, LEAD, SECOND, press, report, rows
from tests.worlds import NOW


def count(world, table, *where):
    with world.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def people_of(world):
    """How many orders each person has."""
    return Counter(order["staff_id"] for order in rows(world, orders) if order["staff_id"] is not None)


@pytest.fixture
def neighbour(world, member):
    """A second person on shift in the same grid."""
    with world.store.write() as transaction:
        row = {"staff_no": "S2", "unit_code": "320582105204", "staff_kind": "contract", "role": "grid_member"}
        transaction.connection.execute(insert(staff).values(id=2, **row))
        times = {"starts_at": NOW - 3600 * SECOND, "ends_at": NOW + 3600 * SECOND}
        transaction.connection.execute(insert(shifts).values(staff_id=2, grid_code=GRID, **times))
    return "staff:2"


@pytest.fixture
def waiting(world):
    return [DispatchCase(report(world), 1) for _ in range(10)]


def test_a_proposal_writes_nothing_and_says_who_is_refused(world, waiting, neighbour):
    press(world, waiting[0].case_id)
    commands = [*waiting[:3], DispatchCase(4711, 1)]
    found = propose_batch(world, commands, DISPATCHER, NOW + SECOND)
    assert [item.case_id for item in found.plan.items] == [c.case_id for c in waiting[1:3]]
    assert [(r.case_id, r.code, r.receipt) for r in found.refused] == [
        (waiting[0].case_id, "stale_version", None),
        (4711, "not_found", None),
    ]
    assert "zhang" in found.refused[0].message
    assert len(rows(world, journal)) == 10 + 3
    assert count(world, request_keys) == 0


def test_a_state_that_cannot_be_dispatched_is_refused_in_the_proposal(world, case_id):
    act(world, CaseAction(case_id, Action.DECLINE, 1, "不属本镇"), DISPATCHER, NOW)
    found = propose_batch(world, [DispatchCase(case_id, 2)], DISPATCHER, NOW)
    assert found.plan is None
    assert "不予受理" in found.refused[0].message


def test_what_is_proposed_is_pressed_within_everybodys_limit(world, waiting, neighbour):
    """Two people of four orders each for ten cases: eight get a person, two stay with their unit alone."""
    proposed = propose_batch(world, waiting, DISPATCHER, NOW).plan
    results = dispatch_batch(world, waiting, DISPATCHER, NOW)
    assert all(result.receipt.state == "dispatched" for result in results)
    assert people_of(world) == {1: 4, 2: 4}
    of_case = {order["case_id"]: order["staff_id"] for order in rows(world, orders) if order["staff_id"]}
    assert of_case == {item.case_id: item.person.staff_id for item in proposed.items if item.person}


def test_named_responders_and_the_operators_unit_count(world, waiting, member):
    [named, assigned] = waiting[:2]
    commands = [DispatchCase(named.case_id, 1, (), "market"), assigned]
    dispatch_batch(world, commands, DISPATCHER, NOW)
    sent = [(o["case_id"], o["unit_code"]) for o in rows(world, orders)]
    assert sent == [
        (named.case_id, "market"),
        (assigned.case_id, "enforcement"),
        (assigned.case_id, "320582105204"),
    ]


def test_a_lost_race_leaves_the_others(world, waiting):
    good, stale = waiting[:2]
    press(world, stale.case_id, actor=LEAD)
    commands = [good, stale, DispatchCase(4711, 1)]
    results = dispatch_batch(world, commands, DISPATCHER, NOW + SECOND, "b")
    assert [(r.case_id, r.code) for r in results] == [
        (good.case_id, None), (stale.case_id, "stale_version"), (4711, "not_found"),
    ]  # fmt: skip
    assert "li" in results[1].message
    assert results[0].receipt.state == "dispatched"


def test_the_same_key_gives_the_first_results(world, waiting, member):
    """Even where a second assignment would be another one, and a refusal stays what it was."""
    commands = [*waiting[:2], DispatchCase(4711, 1)]
    first = dispatch_batch(world, commands, DISPATCHER, NOW, "b")
    with world.store.write() as transaction:
        transaction.connection.execute(shifts.delete())
    again = dispatch_batch(world, commands, DISPATCHER, NOW + SECOND, "b")
    assert [r.receipt and r.receipt.orders for r in again] == [r.receipt and r.receipt.orders for r in first]
    assert [r.receipt.is_repeated for r in again[:2]] == [True, True]
    assert again[2] == first[2]
    assert count(world, journal, journal.c.action == "dispatch") == 2
    with pytest.raises(KeyReused):
        dispatch_batch(world, commands[:1], DISPATCHER, NOW, "b")


def test_a_batch_that_broke_off_is_carried_on_by_the_same_key(world, waiting, member, monkeypatch):
    """The server dies after the first press; the assignment stands, although the person has gone home since."""
    commands, pressed = waiting[:3], []

    def dying(world, command, *rest):
        if pressed:
            raise SystemExit
        pressed.append(command)
        return press_one(world, command, *rest)

    press_one = dispatch_batches.dispatch_case
    monkeypatch.setattr(dispatch_batches, "dispatch_case", dying)
    with pytest.raises(SystemExit):
        dispatch_batch(world, commands, DISPATCHER, NOW, "b")
    monkeypatch.undo()
    results = dispatch_batch(world, commands, DISPATCHER, NOW + SECOND, "b")
    assert [r.receipt.is_repeated for r in results] == [True, False, False]
    assert people_of(world) == {1: 3}
    assert count(world, journal, journal.c.action == "dispatch") == 3


def test_batches_at_once_dispatch_no_case_twice_and_pass_nobodys_limit(world, waiting, neighbour):
    """A case may stay waiting where each batch found its own person taken by the others; none goes out twice."""
    answers, start = [], threading.Barrier(4)

    def one(number):
        start.wait()
        answers.append(dispatch_batch(world, waiting, Actor(f"a{number}", Role.DISPATCHER), NOW, "b"))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    sent = [result.case_id for batch in answers for result in batch if result.receipt]
    refusals = [result.code for batch in answers for result in batch if not result.receipt]
    assert len(sent) == len(set(sent)) == count(world, journal, journal.c.action == "dispatch") > 0
    assert len(sent) + len(refusals) == 40
    assert set(refusals) <= {"stale_version", "plan_changed"}
    assert max(people_of(world).values()) <= 4
    assert len(rows(world, orders)) == len(rows(world, outbox))


def test_one_key_at_once_gives_one_set_of_results(world, waiting, member):
    answers, start = [], threading.Barrier(3)

    def one():
        start.wait()
        answers.append(dispatch_batch(world, waiting[:4], DISPATCHER, NOW, "b"))

    threads = [threading.Thread(target=one) for _ in range(3)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len({tuple(r.receipt.orders for r in batch) for batch in answers}) == 1
    assert count(world, journal, journal.c.action == "dispatch") == 4


@pytest.mark.parametrize("role", [Role.INTAKE, Role.VERIFIER, Role.LEADER, Role.GRID_MEMBER, Role.WALL])
@pytest.mark.parametrize("entry", [propose_batch, dispatch_batch])
def test_who_may_not_dispatch_batches(world, waiting, entry, role):
    with pytest.raises(Forbidden):
        entry(world, waiting, Actor("x", role), NOW)


@pytest.mark.parametrize("entry", [propose_batch, dispatch_batch])
def test_a_batch_wants_cases_each_once(world, waiting, entry):
    for wanted in ([], [waiting[0]] * 2, [DispatchCase(number, 1) for number in range(1, 202)]):
        with pytest.raises(InvalidInput):
            entry(world, wanted, DISPATCHER, NOW)
