"""The words of the journal: every action has a line, and what its payload says is said in Chinese."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.domain.journal import Entry
from data.domain.vocabulary import Action, CaseState, Role
from data.services.action_payloads import PAYLOADS
from data.views.desk_journal import TOLD, Names, journal_lines

A, S = Action, CaseState
AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NAMES = Names(
    people={"zhang": "张三"},
    units={"enforcement": "综合执法局", "320582105204": "恬庄村"},
    cases={7: "2026-7"},
    zone=ZoneInfo("Asia/Shanghai"),
)


def line(action, payload=None, actor="zhang", reason=None, before=S.REPORTED, after=S.REPORTED, late=0):
    happened = AT - timedelta(minutes=late)
    entry = Entry(1, 3, AT, happened, actor, Role.DISPATCHER, action, before, after, reason, payload or {})
    [found] = journal_lines([entry], NAMES)
    return found


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_line_even_where_its_payload_says_nothing(action):
    found = line(action)
    assert (found.action, found.actor) == (action.label, "张三")
    assert "None" not in found.words
    assert found.words == "" or action in (A.RATE, A.MERGE, A.DECIDE_APPEAL)


def test_every_payload_that_says_something_has_words():
    assert set(PAYLOADS) <= set(TOLD)


@pytest.mark.parametrize(
    ("action", "payload", "words"),
    [
        (A.DISPATCH, {"unit": "enforcement", "orders": ["a", "b"]}, "主办 综合执法局，共 2 个对象"),
        (A.DISPATCH, {"unit": "gone"}, "主办 gone"),
        (A.SEND_NOW, {"notices": 3}, "3 条通知"),
        (A.SIGN, {"on_behalf_of": "enforcement"}, "代综合执法局记录"),
        (
            A.ARRIVE,
            {"assisting": "2026-1-1A1", "on_behalf_of": "enforcement"},
            "协办 2026-1-1A1，代综合执法局记录",
        ),
        (A.RETURN, {"code": "wrong_unit"}, "非本单位职责"),
        (A.RETURN, {"code": "of old"}, ""),
        (A.MERGE, {"into": 7}, "并入 2026-7"),
        (A.MERGE, {"into": 8}, "并入 另一件案卷"),
        (A.ADJUDICATE, {"unit": "320582105204", "responsibility": True}, "承办 恬庄村，已更正权责清单"),
        (A.ADJUDICATE, {"unit": "enforcement", "responsibility": False}, "承办 综合执法局"),
        (
            A.SUSPEND,
            {"until": "2026-12-01T01:00:00.000000Z", "approver": "zhang"},
            "至 12-01 09:00，批准 张三",
        ),
        (A.SUSPEND, {"until": "2026-12-01"}, "至 12-01 00:00"),
        (A.RATE, {"rating": 4, "revisited": True}, "4 分，已回访"),
        (A.RATE, {"rating": 2, "revisited": False}, "2 分，未回访"),
        (A.APPROVE_EXTENSION, {"number": 2}, "第 2 次"),
        (A.DECIDE_APPEAL, {"exempt": True}, "统计上免责"),
        (A.DECIDE_APPEAL, {"exempt": False}, "不予免责"),
        (
            A.SUPERVISE,
            {"number": "督办-2026-1-1", "reply_by": "2026-11-24T01:00:00.000000Z"},
            "督办-2026-1-1，11-24 09:00 前回复",
        ),
        (A.ANSWER_SUPERVISION, {"number": "督办-2026-1-1"}, "督办-2026-1-1"),
    ],
)
def test_what_a_payload_says_is_said_in_words(action, payload, words):
    assert line(action, payload).words == words


def test_a_turn_and_its_reason_stand_after_the_words():
    found = line(A.RETURN, {"code": "other"}, reason="修不了", before=S.DISPATCHED, after=S.ADJUDICATING)
    assert found.words == "其他原因，转入裁定，修不了"
    assert line(A.UNIT_CONFIRM, before=S.ON_SCENE, after=S.HANDLED).words == "处置结束，待核查"


@pytest.mark.parametrize(
    ("actor", "name"),
    [("zhang", "张三"), ("system", "系统"), ("simulation", "模拟"), ("cli", "命令行"), ("gone", "gone")],
)
def test_whoever_acted_is_named(actor, name):
    assert line(A.ACCEPT, actor=actor).actor == name


def test_what_was_written_much_later_is_flagged():
    assert not line(A.SIGN, late=10).is_time_flagged
    assert line(A.SIGN, late=11).is_time_flagged
    assert (line(A.SIGN, late=11).recorded_at, line(A.SIGN, late=11).sequence) == (AT, 3)
