"""The thirty seconds after a press: undone, sent now, recalled; what becomes of the notices."""

import json

import pytest
from sqlalchemy import update

from data.domain.errors import CloudError, Conflict, Forbidden
from data.domain.people import Actor
from data.domain.vocabulary import Action, Role
from data.services.acting import act
from data.services.actions import CaseAction
from data.store.tables import cases, journal, orders, outbox
from tests.data.services.presses import (
    DISPATCHER,
    SECOND,
    press,
    recall_dispatch,
    report,
    rows,
    send_dispatch_now,
    undo_dispatch,
)
from tests.worlds import NOW


def test_undo_within_thirty_seconds_withdraws_what_waits(world, case_id, member):
    press(world, case_id)
    undo_dispatch(world, case_id, 2, DISPATCHER, NOW + 30 * SECOND)
    [case], notices = rows(world, cases), rows(world, outbox)
    assert case["state"] == "filed"
    assert {o["state"] for o in rows(world, orders)} == {"recalled"}
    assert {n["cancelled_at"] for n in notices} == {NOW + 30 * SECOND}
    assert len(notices) == 2
    again = press(world, case_id, version=3, now=NOW + 60 * SECOND)
    assert again.orders[0].endswith("-2")
    assert sum(n["cancelled_at"] is None for n in rows(world, outbox)) == 2


def test_undo_of_a_notice_that_went_out_sends_a_cancellation(world):
    case_id = report(world, "0203")
    press(world, case_id, responders=())
    with world.store.write() as transaction:
        web = outbox.c.channel == "web"
        transaction.connection.execute(update(outbox).where(web).values(sent_at=NOW))
    undo_dispatch(world, case_id, 2, DISPATCHER, NOW + 5 * SECOND)
    by_key = {n["key"].split("-")[-1]: n for n in rows(world, outbox)}
    assert set(by_key) == {"1:web:sent", "1:wecom:sent", "1:sms:sent", "1:web:withdrawn"}
    assert by_key["1:web:withdrawn"]["send_after"] == NOW + 5 * SECOND
    assert by_key["1:web:withdrawn"]["cancelled_at"] is None
    assert by_key["1:web:sent"]["cancelled_at"] == NOW + 5 * SECOND


def test_no_undo_after_thirty_seconds_or_after_signing_but_a_recall(world):
    late, signed = report(world), report(world)
    press(world, late)
    press(world, signed)
    with pytest.raises(CloudError):
        undo_dispatch(world, late, 2, DISPATCHER, NOW + 31 * SECOND)
    act(world, CaseAction(signed, Action.SIGN, 2), DISPATCHER, NOW + SECOND)
    with pytest.raises(CloudError):
        undo_dispatch(world, signed, 3, DISPATCHER, NOW + 2 * SECOND)
    recall_dispatch(world, signed, 3, "派错单位", DISPATCHER, NOW + 60 * SECOND)
    order = rows(world, orders)[1]
    assert (order["state"], order["recalled_at"]) == ("recalled", NOW + 60 * SECOND)
    with pytest.raises(CloudError):
        recall_dispatch(world, late, 2, " ", DISPATCHER, NOW + 60 * SECOND)


def test_what_waits_is_sent_now_and_the_undo_ends(world, case_id, member):
    press(world, case_id)
    now = NOW + 10 * SECOND
    receipt = send_dispatch_now(world, case_id, 2, DISPATCHER, now, "k")
    assert (receipt.state, receipt.version) == ("dispatched", 3)
    assert {n["send_after"] for n in rows(world, outbox)} == {now}
    entry = rows(world, journal)[-1]
    assert (entry["action"], entry["actor"], json.loads(entry["payload"])) == (
        "send_now", "zhang", {"notices": 2},
    )  # fmt: skip
    again = send_dispatch_now(world, case_id, 2, DISPATCHER, now + SECOND, "k")
    assert (again.is_repeated, again.version) == (True, 3)
    with pytest.raises(Conflict) as refusal:
        undo_dispatch(world, case_id, 3, DISPATCHER, now + SECOND)
    assert refusal.value.code == "within_undo"
    recall_dispatch(world, case_id, 3, "派错单位", DISPATCHER, now + SECOND)
    assert press(world, case_id, version=4, now=NOW + 60 * SECOND).state == "dispatched"
    undo_dispatch(world, case_id, 5, DISPATCHER, NOW + 61 * SECOND)


@pytest.mark.parametrize(("category", "change"), [("0203", {}), ("0103", {"send_now": True})])
def test_nothing_is_sent_now_that_went_out_already(world, category, change):
    case_id = report(world, category)
    press(world, case_id, **change)
    with pytest.raises(Conflict) as refusal:
        send_dispatch_now(world, case_id, 2, DISPATCHER, NOW + SECOND)
    assert refusal.value.code == "notices_wait"
    assert len(rows(world, journal)) == 4


def test_a_press_that_sends_now_gives_the_undo_up_and_an_urgent_one_keeps_it(world):
    """紧急 notices go at once whatever is asked: their undo sends a cancellation."""
    plain, urgent = report(world), report(world, "0203")
    assert press(world, plain, send_now=True).undo_until == NOW.isoformat()
    with pytest.raises(Conflict):
        undo_dispatch(world, plain, 2, DISPATCHER, NOW + SECOND)
    assert press(world, urgent, send_now=True).undo_until == (NOW + 30 * SECOND).isoformat()
    assert undo_dispatch(world, urgent, 2, DISPATCHER, NOW + SECOND).state == "filed"


@pytest.mark.parametrize("role", [Role.INTAKE, Role.VERIFIER, Role.LEADER, Role.UNIT_HANDLER])
def test_who_may_not_send_now(world, case_id, role):
    press(world, case_id)
    with pytest.raises(Forbidden):
        send_dispatch_now(world, case_id, 2, Actor("x", role), NOW + SECOND)


def test_an_undo_leaves_the_notices_of_an_earlier_dispatch_alone(world):
    """Its order was handled, its case closed and reopened: nobody is to be told that it is withdrawn."""
    case_id = report(world)
    press(world, case_id, responders=())
    done = (Action.SIGN, Action.ARRIVE, Action.HANDLE, Action.UNIT_CONFIRM, Action.VERIFY, Action.CLOSE)
    for action in (*done, Action.REOPEN):
        act(world, CaseAction(case_id, action, reason="复发"), DISPATCHER, NOW + 40 * SECOND)
    with world.store.write() as transaction:
        transaction.connection.execute(update(outbox).values(sent_at=NOW + 31 * SECOND))
    press(world, case_id, version=None, responders=(), now=NOW + 60 * SECOND)
    undo_dispatch(world, case_id, None, DISPATCHER, NOW + 61 * SECOND)
    notices = rows(world, outbox)
    assert not [n["key"] for n in notices if n["key"].endswith(":withdrawn")]
    cancelled = {n["key"].split(":")[0][-2:]: n["cancelled_at"] for n in notices}
    assert cancelled == {"-1": None, "-2": NOW + 61 * SECOND}


@pytest.mark.parametrize("action", [Action.RECALL, Action.RETURN])
@pytest.mark.parametrize("went_out", [False, True])
def test_an_assisting_order_that_ends_takes_its_own_notices_along(world, action, went_out):
    case_id = report(world)
    press(world, case_id, responders=("unit:enforcement", "unit:market"), main_unit="enforcement")
    if went_out:
        with world.store.write() as transaction:
            transaction.connection.execute(update(outbox).values(sent_at=NOW))
    assisting = rows(world, orders)[1]
    asked = CaseAction(case_id, action, 2, "不需要", "wrong_unit", details={"order_id": assisting["id"]})
    act(world, asked, DISPATCHER, NOW + 5 * SECOND)
    sent = {n["key"]: n["cancelled_at"] for n in rows(world, outbox) if n["key"].endswith(":sent")}
    mine = {key for key in sent if key.startswith(f"{assisting['number']}:")}
    assert mine
    assert {key for key, cancelled_at in sent.items() if cancelled_at is not None} == mine
    withdrawn = {n["key"] for n in rows(world, outbox) if n["key"].endswith(":withdrawn")}
    assert withdrawn == ({key.replace(":sent", ":withdrawn") for key in mine} if went_out else set())
