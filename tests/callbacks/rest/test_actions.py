"""A case's whole life over REST: one press, the way back, the race, and what is refused."""

import pytest
from sqlalchemy import func, select

from callbacks.rest.actions import OWN_WAYS, NewAction
from data.domain.people import Actor
from data.domain.vocabulary import Action, Role
from data.services.actions import known_fields
from data.services.report import report_case
from data.store.tables import orders, outbox
from data.world import utc_now
from tests.data.services.test_report import ACTOR, COMMAND

LEAD = Actor("li", Role.SHIFT_LEAD, "李四")
FIELD_STEPS = {
    "sign",
    "arrive",
    "handle",
    "unit_confirm",
}  # the desk records what was reported; assisting ones too
DISPATCHER = Actor("zhang", Role.DISPATCHER, "张三")


@pytest.fixture
def case_id(world):
    return report_case(world, COMMAND, ACTOR, utc_now()).id


@pytest.fixture
def send(as_actor, case_id):
    """Return a function that carries out one action in somebody's name."""

    def sent(action, version, actor=DISPATCHER, key=None, **fields):
        headers = {"Idempotency-Key": key} if key else {}
        body = {"action": action, "version": version, **fields}
        return as_actor(actor).post(f"/api/v1/cases/{case_id}/actions", json=body, headers=headers)

    return sent


def _count(world, table, case_id):
    with world.store.read() as connection:
        return connection.execute(
            select(func.count()).select_from(table).where(table.c.case_id == case_id)
        ).scalar_one()


def test_from_one_press_to_closed(send, world, case_id):
    receipt = send("dispatch", 1).json()
    assert (receipt["state"], receipt["case_id"]) == ("dispatched", case_id)
    assert len(receipt["orders"]) == _count(world, orders, case_id) >= 1
    assert _count(world, outbox, case_id) >= 1
    for action, state in (
        ("sign", "signed"),
        ("arrive", "on_scene"),
        ("handle", "on_scene"),
        ("unit_confirm", "handled"),
        ("verify", "verified"),
        ("close", "closed"),
    ):
        field = {"joint": True} if action in FIELD_STEPS else {}
        answer = send(action, receipt["version"], **field)
        receipt = answer.json()
        assert (answer.status_code, receipt.get("state")) == (200, state), receipt


def test_a_second_press_hears_who_was_quicker(send, world, case_id):
    assert send("dispatch", 1, LEAD).status_code == 200
    answer = send("dispatch", 1)
    assert answer.status_code == 409
    assert "派遣" in answer.json()["title"]
    assert answer.json()["type"] == "urn:cloud:stale_version"


def test_a_repeat_answers_the_first_result_and_another_body_is_refused(send, world, case_id):
    first = send("dispatch", 1, key="k1").json()
    again = send("dispatch", 1, key="k1").json()
    assert again == {**first, "is_repeated": True}
    assert _count(world, orders, case_id) == len(first["orders"])
    assert send("dispatch", 1, key="k1", send_now=True).status_code == 422


def test_undo_takes_the_press_back(send):
    version = send("dispatch", 1).json()["version"]
    assert send("undo", version).json()["state"] == "filed"


def test_sent_now_cannot_be_undone_any_more(send, world, case_id):
    version = send("dispatch", 1).json()["version"]
    first = send("send_now", version, key="now").json()
    assert (first["state"], first["action"], first["version"]) == ("dispatched", "send_now", version + 1)
    assert send("send_now", version, key="now").json() == {**first, "is_repeated": True}
    assert send("undo", first["version"]).status_code == 409


@pytest.mark.parametrize(
    ("action", "fields", "field"),
    [
        ("report", {}, "action"),
        ("accept", {"send_now": True}, "send_now"),
        ("dispatch", {"reason": "急"}, "reason"),
        ("decline", {"until": "2026-12-01T08:00"}, "until"),
        ("accept", {"role": "leader"}, "role"),
        ("fly", {}, "action"),
    ],
)
def test_a_refusal_names_the_field(send, action, fields, field):
    answer = send(action, 1, **fields)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_step_that_the_life_does_not_know_is_refused_with_its_reason(send):
    answer = send("close", 1)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["cure"]


@pytest.mark.parametrize("role", [Role.WALL, Role.INTAKE])
def test_who_may_not_dispatch(send, role):
    assert send("dispatch", 1, Actor("x", role)).status_code == 403


TOLD = {
    "reason": "理由", "reason_code": "wrong_unit", "responders": [], "main_unit": "market", "send_now": True,
    "order_id": 1, "joint": True, "into_case_id": 1, "unit": "market", "responsibility": {}, "text": "已清理",
    "rating": 5, "revisited": True, "until": "2026-12-01T09:30:00+08:00", "exempt": True,
    "reply_by": "2026-12-01T09:30:00+08:00", "supervision": "督办-1",
}  # fmt: skip
SPOKEN = tuple(action for action in Action if action not in OWN_WAYS)


def test_every_field_of_a_step_is_some_action_s_own():
    fields = set(NewAction.model_fields) - {"action", "version"}
    assert fields == {"happened_at", *TOLD}
    assert fields == set().union(*(known_fields(action) for action in SPOKEN))


@pytest.mark.parametrize("action", SPOKEN, ids=str)
def test_a_field_that_the_step_does_not_know_is_refused_by_its_name(send, world, case_id, action):
    for name in sorted(set(TOLD) - known_fields(action)):
        answer = send(str(action), 1, **{name: TOLD[name]})
        assert answer.status_code == 422, answer.json()
        [error] = answer.json()["errors"]
        assert error["field"] == name, answer.json()
    assert _count(world, orders, case_id) == 0
