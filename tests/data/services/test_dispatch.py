"""One press: everything or nothing, once however often, one of many at once."""

import json
import threading
from datetime import timedelta

import pytest

from data.domain.errors import Conflict, Forbidden, InvalidInput, KeyReused
from data.domain.people import Actor
from data.domain.vocabulary import Action, Role
from data.services.acting import act
from data.services.actions import CaseAction
from data.store.tables import cases, journal, orders, outbox
from data.store.work_tables import dispatch_plans
from tests.data.services.presses import DISPATCHER, LEAD, SECOND, press, report, rows
from tests.worlds import NOW


def test_one_press_writes_the_whole_dispatch(world, case_id, member):
    receipt = press(world, case_id)
    [case], [main, helper], entries = rows(world, cases), rows(world, orders), rows(world, journal)
    [plan], notices = rows(world, dispatch_plans), rows(world, outbox)
    assert [e["action"] for e in entries] == ["report", "accept", "file", "dispatch"]
    assert (case["state"], case["version"], case["main_unit"]) == ("dispatched", 2, "enforcement")
    assert case["due_at"] == case["category_due_at"] > NOW
    assert (main["kind"], main["unit_code"], main["is_main"], main["state"]) == (
        "unit", "enforcement", True, "sent",
    )  # fmt: skip
    assert (helper["kind"], helper["staff_id"], helper["is_main"]) == ("grid_member", 1, False)
    assert (
        receipt.orders
        == (main["number"], helper["number"])
        == (f"{receipt.number}-1", f"{receipt.number}-1A1")
    )
    payload = json.loads(entries[-1]["payload"])
    assert payload == {
        "unit": "enforcement",
        "orders": list(receipt.orders),
        "plan": plan["hash"],
        "limit": [2.0, "work_hours"],
    }
    assert [n["key"] for n in notices] == [f"{number}:web:sent" for number in receipt.orders]
    assert {n["send_after"] for n in notices} == {NOW + 30 * SECOND}
    assert receipt.undo_until == (NOW + 30 * SECOND).isoformat()


def test_why_somebody_was_sent_is_kept_without_a_name(world, case_id, member):
    press(world, case_id)
    facts = json.loads(rows(world, orders)[1]["facts"])
    assert facts["key"] == member
    assert facts["points"] == sum(points for _, points in facts["reasons"]) > 0
    content = json.loads(rows(world, dispatch_plans)[0]["content"])
    assert [r["key"] for r in content["sent"]] == ["unit:enforcement", "staff:1"]
    assert content["queues"]["enforcement"] == [0, 1, 0, False]


def test_a_notice_holds_number_category_and_link_only(world, case_id):
    press(world, case_id)
    [notice] = rows(world, outbox)
    assert set(json.loads(notice["payload"])) == {"number", "category", "link"}


@pytest.mark.parametrize(
    ("category", "change", "waits"),
    [("0103", {}, 30), ("0103", {"send_now": True}, 0), ("0203", {}, 0), ("0401", {}, 0), ("0107", {}, 30)],
)
def test_notices_wait_for_the_undo_unless_urgent_or_told_otherwise(world, category, change, waits):
    press(world, report(world, category), **change)
    notices = rows(world, outbox)
    assert {n["send_after"] for n in notices} == {NOW + waits * SECOND}
    channels = {"0103": 1, "0107": 2}.get(category, 3)
    assert len(notices) == channels * len(rows(world, orders))


def test_a_case_that_was_filed_before_is_only_dispatched(world, case_id):
    act(world, CaseAction(case_id, Action.ACCEPT, 1), DISPATCHER, NOW)
    act(world, CaseAction(case_id, Action.FILE, 2), DISPATCHER, NOW)
    press(world, case_id, version=3)
    assert [e["action"] for e in rows(world, journal)] == ["report", "accept", "file", "dispatch"]
    assert rows(world, cases)[0]["version"] == 4


def test_the_operators_changes_count(world, case_id, member):
    press(world, case_id, responders=("unit:market", "unit:police"), main_unit="sanitation")
    sent = [(o["unit_code"], o["kind"], o["is_main"]) for o in rows(world, orders)]
    assert sent == [
        ("sanitation", "unit", True),
        ("market", "unit", False),
        ("police", "police_link", False),
    ]
    [case] = rows(world, cases)
    assert (case["main_unit"], case["is_joint"]) == ("sanitation", True)


def test_the_old_main_unit_may_assist(world, case_id):
    press(world, case_id, responders=("unit:enforcement", "unit:market"), main_unit="market")
    assert [(o["unit_code"], o["is_main"]) for o in rows(world, orders)] == [
        ("market", True),
        ("enforcement", False),
    ]


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [
        ({"main_unit": "nobody"}, InvalidInput, "main_unit"),
        ({"responders": ("unit:nobody",)}, InvalidInput, "responders"),
        ({"responders": ("staff:99",)}, Conflict, "responders"),
        ({"responders": tuple(f"unit:{n}" for n in range(51))}, InvalidInput, "responders"),
    ],
)
def test_a_refused_press_writes_nothing(world, case_id, change, error, field):
    with pytest.raises(error) as refusal:
        press(world, case_id, **change)
    assert refusal.value.field == field
    assert refusal.value.cure
    assert len(rows(world, journal)) == 1
    assert [rows(world, t) for t in (orders, outbox, dispatch_plans)] == [[], [], []]


@pytest.mark.parametrize("role", [Role.INTAKE, Role.VERIFIER, Role.LEADER, Role.GRID_MEMBER, Role.WALL])
def test_who_may_not_dispatch(world, case_id, role):
    with pytest.raises(Forbidden):
        press(world, case_id, actor=Actor("x", role))
    assert rows(world, orders) == []


def test_the_same_key_gives_the_first_receipt(world, case_id):
    first = press(world, case_id, key="k")
    again = press(world, case_id, key="k", now=NOW + timedelta(hours=1))
    assert (again.is_repeated, again.orders, again.version) == (True, first.orders, first.version)
    assert len(rows(world, outbox)) == 1
    with pytest.raises(KeyReused):
        press(world, case_id, key="k", send_now=True)


def test_a_stale_version_says_who_dispatched_when(world, case_id):
    press(world, case_id)
    with pytest.raises(Conflict) as lost:
        press(world, case_id, actor=LEAD, now=NOW + SECOND)
    assert lost.value.code == "stale_version"
    assert "17:32 派遣" in lost.value.message
    assert "zhang" in lost.value.message or "张三" in lost.value.message


def test_presses_at_once_for_other_cases_do_not_pass_a_persons_limit(world, member):
    """Ten cases, all planned while the one person of the grid had nothing: he takes four, his limit."""
    waiting = [report(world) for _ in range(10)]
    refusals, others = [], []
    start = threading.Barrier(len(waiting))

    def one(case_id):
        start.wait()
        try:
            press(world, case_id, responders=(member,))
        except Conflict as refusal:
            refusals.append(refusal.code)
        except Exception as error:
            others.append(error)

    threads = [threading.Thread(target=one, args=(case_id,)) for case_id in waiting]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert others == []
    assert refusals == ["plan_changed"] * 6
    assert [order["staff_id"] for order in rows(world, orders)].count(1) == 4


def test_fifty_at_once_give_one_dispatch_and_forty_nine_clear_answers(world, case_id, member):
    """All fifty saw version 1; they start together from a barrier."""
    receipts, refusals, others = [], [], []
    start = threading.Barrier(50)

    def one(number):
        start.wait()
        try:
            receipts.append(
                press(world, case_id, actor=Actor(f"a{number}", Role.DISPATCHER), key=f"k{number}")
            )
        except Conflict as refusal:
            refusals.append(refusal)
        except Exception as error:
            others.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(50)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert others == []
    assert (len(receipts), len(refusals)) == (1, 49)
    assert all(r.code == "stale_version" and "派遣" in r.message and r.cure for r in refusals)
    assert len(rows(world, orders)) == len(rows(world, outbox)) == 2
    assert [e["action"] for e in rows(world, journal)].count("dispatch") == 1
