"""A press at the desk: what every form's texts become, what is refused in which words, and what a repeat answers."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from callbacks.desk import press
from callbacks.desk.press import MOST_AT_ONCE, intents_in, outcome_of, outcomes_of, typed
from data.domain.errors import Forbidden
from data.domain.offers import SAID, Kind
from data.domain.people import Actor
from data.domain.vocabulary import Action, ReturnCode, Role
from data.services.report import ReportCase, report_case
from data.store.tables import cases, orders
from data.store.work_tables import responsibility_changes
from data.world import utc_now
from tests.callbacks.desk.conftest import LI, WANG, ZHANG
from tests.data.services.test_report import COMMAND

A = Action
LATER = f"{utc_now() + timedelta(days=3):%Y-%m-%d} 09:30"
FILLED = {
    "reason": "理由",
    "reason_code": "wrong_unit",
    "unit": "enforcement",
    "corrects": "no",
    "citation": "镇府〔2026〕9号",
    "text": "已办结",
    "rating": "5",
    "revisited": "yes",
    "until": LATER,
    "exempt": "yes",
    "reply_by": LATER,
    "supervision": "督办-1-1",
}


def count(world, table):
    with world.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def row(world, case_id):
    with world.store.read() as connection:
        return connection.execute(select(cases).where(cases.c.id == case_id)).one()


# --- What is typed -----------------------------------------------------------------------------------


@pytest.mark.parametrize("action", SAID, ids=str)
def test_a_filled_form_becomes_what_rest_takes(world, case_id, action):
    """Every field arrives under the name that the step knows, with the kind that it wants."""
    fields = {f.name: FILLED.get(f.name) or row(world, case_id).number for f in SAID[action]}
    said = typed(world, {"action": action, "version": 1, "case_id": case_id, "fields": fields})
    given = said.model_dump(exclude={"action", "version"}, exclude_none=True)
    kinds = {Kind.MOMENT: "tzinfo", Kind.NUMBER: "bit_length", Kind.TEXT: "strip"}
    for field in SAID[action]:
        if field.name in ("corrects", "citation", "into_number"):
            continue
        assert field.kind is Kind.CHOICE or hasattr(given[field.name], kinds[field.kind]), field.name
    assert said.action is action


def test_choices_flags_numbers_and_moments_are_read(world, case_id):
    def said(action, **fields):
        return typed(world, {"action": action, "version": 1, "case_id": case_id, "fields": fields})

    assert said("return", reason_code="too_little", reason="x").reason_code is ReturnCode.TOO_LITTLE
    rated = said("rate", rating=" 4 ", revisited="no")
    assert (rated.rating, rated.revisited) == (4, False)
    assert said("decide_appeal", exempt="yes", reason="x").exempt is True
    until = said("suspend", until="2026-12-01 09:30", reason="x").until
    assert until.isoformat() == "2026-12-01T09:30:00+08:00"
    assert said("sign", order_id=7).order_id == 7
    assert said("accept", reason="").reason is None


def test_a_decision_that_corrects_the_list_does_so_for_the_village_of_the_case(world, case_id):
    fields = {"unit": "enforcement", "reason": "x", "citation": "镇府〔2026〕9号"}
    intent = {"action": "adjudicate", "version": 1, "case_id": case_id}
    said = typed(world, intent | {"fields": fields | {"corrects": "yes"}})
    assert said.responsibility.village == "320582105204"
    assert said.responsibility.citation == "镇府〔2026〕9号"
    assert typed(world, intent | {"fields": fields | {"corrects": "no"}}).responsibility is None


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("rate", {"rating": "很好", "revisited": "yes"}, "满意度（1 至 5 分）：“很好”不是整数"),
        ("rate", {"rating": "--5", "revisited": "yes"}, "不是整数"),
        ("rate", {"rating": "²", "revisited": "yes"}, "不是整数"),
        ("rate", {"rating": "9", "revisited": "yes"}, "满意度（1 至 5 分）不能是“9”"),
        ("rate", {"rating": "5", "revisited": "也许"}, "已回访：“也许”不是“是”或“否”"),
        ("suspend", {"until": "明天", "reason": "x"}, "恢复时间：“明天”不是时间"),
        ("suspend", {"until": "2026-13-41 09:30", "reason": "x"}, "不是时间"),
        ("return", {"reason_code": "lazy", "reason": "x"}, "原因不能是“lazy”"),
        ("decline", {"reason": "长" * 501}, "理由超过了 500 字"),
        ("merge", {"into_number": "没有"}, "没有案卷号为“没有”的案卷"),
        ("decline", {}, "需要填写理由"),
        ("accept", {"role": "leader"}, "role不能是“leader”"),
        ("fly", {}, "动作不能是“fly”"),
        ("sign", {"order_id": "9" * 30}, "没有编号为"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_chinese(desk, world, action, fields, words):
    outcome = desk(action, 1, **fields)
    assert (outcome["ok"], outcome["is_final"]) == (False, True)
    assert words in outcome["message"]
    assert "Input should" not in outcome["message"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": ""}, "没有编号"),
        ({"key": "k" * 129}, "没有编号"),
        ({"case_id": 4711}, "没有编号为 4711 的案卷"),
        ({"case_id": 2**70}, "没有编号为"),
        ({"case_id": "x"}, "案卷：“x”不是整数"),
        ({"case_id": None}, "不是整数"),
        ({"version": None}, "案卷版本没有填写"),
        ({"version": 0}, "案卷版本不能是“0”"),
        ({"action": None}, "动作没有填写"),
        ({"fields": ["x"]}, "无法读取"),
        ({"action": "report"}, "不能从这里执行"),
    ],
)
def test_a_broken_intention_gets_a_final_answer(world, case_id, change, words):
    intent = {"key": "k", "action": "accept", "case_id": case_id, "version": 1, "fields": {}}
    outcome = outcome_of(world, intent | change, ZHANG)
    assert (outcome["ok"], outcome["is_final"]) == (False, True)
    assert words in outcome["message"]
    assert row(world, case_id).version == 1


# --- One press, once ---------------------------------------------------------------------------------


def test_the_same_key_answers_the_same_receipt(desk, world):
    first = desk("dispatch", 1, key="once")
    again = desk("dispatch", 1, key="once")
    assert first["words"] == f"已派遣 {len(first['receipt']['orders'])} 个对象"
    assert again["receipt"] == {**first["receipt"], "is_repeated": True}
    assert count(world, orders) == len(first["receipt"]["orders"])


def test_the_same_key_with_other_words_is_refused(desk):
    desk("decline", 1, key="once", reason="甲")
    assert "已用于内容不同" in desk("decline", 1, key="once", reason="乙")["message"]


def test_a_lost_race_says_who_was_quicker(desk):
    assert desk("dispatch", 1, LI)["ok"]
    lost = desk("dispatch", 1)
    assert (lost["ok"], lost["is_final"]) == (False, True)
    assert lost["message"].startswith("已由 li 于 ")
    assert "派遣" in lost["message"]


def test_a_failure_of_the_server_s_own_is_not_final_and_the_next_try_counts(desk, world, monkeypatch):
    def broken(*_arguments):
        raise OSError("disk")

    monkeypatch.setattr(press, "carry_out", broken)
    failed = desk("accept", 1, key="again")
    assert (failed["ok"], failed["is_final"], failed["message"]) == (False, False, "服务器暂时无法处理")
    monkeypatch.undo()
    assert desk("accept", 1, key="again")["receipt"]["state"] == "accepted"


def test_one_refusal_stops_none_of_the_others(world, case_id):
    second = report_case(world, COMMAND, WANG, utc_now()).id
    intents = [
        {"key": "a", "action": "close", "case_id": case_id, "version": 1},
        {"key": "b", "action": "accept", "case_id": second, "version": 1},
    ]
    assert [o["ok"] for o in outcomes_of(world, intents, ZHANG)] == [False, True]


def test_too_many_intentions_wait_for_their_next_turn(world, case_id):
    intents = [
        {"key": f"k{n}", "action": "close", "case_id": case_id, "version": 1} for n in range(MOST_AT_ONCE + 5)
    ]
    outcomes = outcomes_of(world, intents, ZHANG)
    assert [o["key"] for o in outcomes] == [f"k{n}" for n in range(MOST_AT_ONCE)]


@pytest.mark.parametrize("asked", [7, {"intents": [7]}, {"intents": 7}, {"intents": "7"}])
def test_what_is_no_intention_is_refused_for_good(world, asked):
    [outcome] = outcomes_of(world, intents_in(asked), ZHANG)
    assert (outcome["ok"], outcome["is_final"]) == (False, True)
    assert "“7”不是一次操作" in outcome["message"]


@pytest.mark.parametrize("asked", [None, {}, {"intents": None}, {"intents": []}])
def test_nothing_pressed_is_answered_by_nothing(asked):
    assert intents_in(asked) == []


def test_an_action_that_is_no_word_is_refused_for_good(desk):
    outcome = desk(["accept"], 1)
    assert (outcome["ok"], outcome["is_final"]) == (False, True)
    assert "动作不能是" in outcome["message"]


# --- Who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.INTAKE, Role.VERIFIER, Role.LEADER])
def test_who_may_not_dispatch_is_told_who_may(desk, world, role):
    outcome = desk("dispatch", 1, Actor("x", role))
    assert not outcome["ok"]
    assert "派遣员、值班长" in outcome["message"]
    assert count(world, orders) == 0


def test_the_leader_supervises_and_does_nothing_else(desk):
    leader = Actor("zhou", Role.LEADER, "周六")
    assert "不能对" in desk("accept", 1, leader)["message"]
    done = desk("supervise", 1, leader, reply_by=LATER, reason="请尽快处理")
    assert done["receipt"]["state"] == "reported"


def test_what_one_account_pressed_is_not_done_by_the_next(world, case_id):
    intent = {"key": "k", "action": "accept", "case_id": case_id, "version": 1, "account": "zhang"}
    refused = outcome_of(world, intent, LI)
    assert (refused["ok"], refused["is_final"]) == (False, True)
    assert "“zhang”按下的" in refused["message"]
    assert "“li”" in refused["message"]
    assert row(world, case_id).version == 1
    assert outcome_of(world, intent, ZHANG)["ok"]


@pytest.mark.parametrize("role", [Role.UNIT_HANDLER, Role.GRID_MEMBER, Role.WALL])
def test_a_seat_without_a_desk_presses_nothing(world, case_id, role):
    intents = [{"key": "k", "action": "accept", "case_id": case_id, "version": 1}]
    with pytest.raises(Forbidden):
        outcomes_of(world, intents, Actor("x", role, unit_code="enforcement"))
    assert row(world, case_id).version == 1


# --- A whole life ------------------------------------------------------------------------------------


def test_a_case_is_returned_twice_adjudicated_and_the_list_corrected_from_the_desk(desk, world, case_id):
    version = desk("dispatch", 1)["receipt"]["version"]
    back = {"reason_code": "wrong_unit", "reason": "不归我管"}
    version = desk("return", version, **back)["receipt"]["version"]
    version = desk("dispatch", version)["receipt"]["version"]
    second = desk("return", version, **back)["receipt"]
    assert second["state"] == "adjudicating"
    decided = {"unit": "construction", "reason": "职责在建设局", "corrects": "yes", "citation": "会议纪要 7"}
    assert "可由值班长执行" in desk("adjudicate", second["version"], **decided)["message"]
    assert desk("adjudicate", second["version"], LI, **decided)["receipt"]["state"] == "filed"
    with world.store.read() as connection:
        [change] = connection.execute(select(responsibility_changes)).all()
    assert (change.main_unit, change.village_code, change.citation) == (
        "construction",
        "320582105204",
        "会议纪要 7",
    )


def test_a_hotline_case_is_replied_to_and_revisited_before_it_is_rated(desk):
    version = desk("dispatch", 1, responders=[])["receipt"]["version"]
    for action in ("sign", "arrive", "handle", "unit_confirm"):
        version = desk(action, version)["receipt"]["version"]
    version = desk("verify", version)["receipt"]["version"]
    version = desk("close", version)["receipt"]["version"]
    rated = {"rating": "5", "revisited": "yes"}
    assert "须先回复来单方" in desk("rate", version, **rated)["message"]
    version = desk("reply", version, text="已清理")["receipt"]["version"]
    assert "须先回访" in desk("rate", version, rating="5", revisited="no")["message"]
    assert desk("rate", version, **rated)["receipt"]["state"] == "rated"


def test_a_case_is_merged_into_the_one_whose_number_is_typed(desk, world, case_id):
    other = report_case(world, ReportCase("占道", "0103", "patrol", 120.63, 31.77), WANG, utc_now())
    assert desk("merge", 1, into_number=f" {other.number} ")["receipt"]["state"] == "merged"


def test_the_answer_says_what_was_done(desk):
    assert desk("accept", 1)["words"] == "已办理"
    assert desk("file", 2, words="立案")["words"] == "已立案"


@pytest.mark.parametrize("name", ["action", "version"])
def test_a_form_does_not_say_what_is_pressed_nor_on_which_version(desk, world, case_id, name):
    answer = desk_fields(world, case_id, {name: "close"})
    assert (answer["ok"], answer["is_final"]) == (False, True)
    assert "不能写在填写的内容里" in answer["message"]


def desk_fields(world, case_id, fields):
    intent = {"key": "k", "action": "accept", "case_id": case_id, "version": 1, "fields": fields}
    return outcome_of(world, intent, ZHANG)
