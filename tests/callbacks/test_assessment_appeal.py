"""The forms of an appeal: who is offered what, and that only what was checked is written, once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from callbacks import assessment_appeal
from callbacks.assessment_appeal import appeal_shown, offers_shown, verdict_shown
from data.domain.people import VISITOR
from data.views.assessments import read_appeals
from data.views.modules.party import VIEW
from data.views.modules.view import Asked
from tests.data.services.assessed import CODE, OTHER, THEN, live_cases, write_assessments
from tests.data.services.life import DISPATCHER, LEAD, LEADER, UNIT
from tests.worlds import make_world


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    opened = make_world(f"sqlite:///{tmp_path_factory.mktemp('forms')}/cloud.db")
    versions = tuple(one.model_copy(update={"minimum_orders": 1}) for one in opened.town.score_versions)
    write_assessments(opened)
    yield replace(opened, town=replace(opened.town, score_versions=versions)), live_cases(opened)
    opened.close()


@pytest.fixture(autouse=True)
def _then(monkeypatch):
    monkeypatch.setattr(assessment_appeal, "utc_now", lambda: THEN)


def words(told):
    return json.dumps(
        [part.to_plotly_json() for part in told["told"]],
        ensure_ascii=False,
        default=lambda c: c.to_plotly_json(),
    )


def test_each_form_is_offered_to_whoever_may_use_it(town):
    world, _cases = town
    for actor, is_hidden in (
        (UNIT, False),
        (LEAD, False),
        (DISPATCHER, True),
        (LEADER, True),
        (VISITOR, True),
    ):
        assert offers_shown(world, f"assessed:{CODE}", actor)["appeal_hidden"] is is_hidden, actor
    assert offers_shown(world, f"assessed:{OTHER}", UNIT)["appeal_hidden"] is True
    assert offers_shown(world, "unit:enforcement", LEAD)["appeal_hidden"] is True


def test_an_appeal_from_the_form_to_the_verdict(town):
    """The late cases are offered to tick; a check tells and keeps, two presses write once; the board shows it."""
    world, cases = town
    offered = offers_shown(world, f"assessed:{CODE}", UNIT)
    assert offered["appeal_about"] == "综合执法局 2026-11 事业人员，办法 2026-1，88.0 分"
    assert {one["value"]: one["label"].split()[1] for one in offered["appeal_options"]} == dict.fromkeys(
        cases[:2], "超期"
    )
    typed = {
        "picked": f"assessed:{CODE}",
        "cases": [cases[0]],
        "more": f"{cases[1]}、{cases[0]}",
        "reason": "停电",
    }
    assert "理由应为" in words(appeal_shown(world, {**typed, "reason": ""}, UNIT, is_final=False))
    checked = appeal_shown(world, typed, UNIT, is_final=False)
    assert "申请免计 2 件" in words(checked)
    assert "准予后：处置结果 86.67→100（权重 60）" in words(checked)
    for _ in range(2):
        assert "已提出申诉 KHSS-20261203-0001" in words(
            appeal_shown(world, checked["checked"], UNIT, is_final=True)
        )

    [appeal] = _appeals(world)
    pick = f"appeal:{appeal.number}"
    assert offers_shown(world, pick, UNIT)["verdict_hidden"] is True
    offered = offers_shown(world, pick, LEADER)
    assert [one["value"] for one in offered["verdict_options"]] == sorted(cases[:2])
    typed = {"picked": pick, "cases": [cases[0]], "reason": "停电属实"}
    assert "没有“裁定考核申诉”的权限" in words(verdict_shown(world, typed, LEAD, is_final=False))
    checked = verdict_shown(world, typed, LEADER, is_final=False)
    assert "部分准予，免计 1 件" in words(checked)
    assert "部分准予，免计 1 件" in words(verdict_shown(world, checked["checked"], LEADER, is_final=True))
    assert offers_shown(world, pick, LEADER)["verdict_hidden"] is True

    told = dict(VIEW.board(world, Asked(UNIT, THEN, f"assessed:{CODE}")).card[0].facts)
    assert told["得分"].startswith("原 88.0 · 免计 1 件 · 处置结果 86.67→90（权重 60）")
    assert told["申诉截至"] == "2027-01-04（暂定）"
    listed = next(
        part for part in VIEW.board(world, Asked(LEADER, THEN)).parts if part.title == "考核申诉 待裁 0 件"
    )
    assert [(row[0].pick, row[1], row[2]) for row in listed.rows] == [(pick, "部分准予", "1/2")]
    rows = VIEW.board(world, Asked(LEADER, THEN, pick)).card[2].rows
    assert {(row[0].words, row[1]) for row in rows} == {(cases[0], "免计"), (cases[1], "照计")}
    assert all(row[0].href for row in rows)


def _appeals(world):
    with world.store.read() as connection:
        return read_appeals(connection)


def test_a_press_without_a_check_is_refused(town):
    told = appeal_shown(town[0], {}, UNIT, is_final=True)
    assert told["checked"] is None
    assert "请求标识应为" in words(told)


def test_cards_open_to_the_centre_and_to_the_own_unit(town):
    world, _cases = town
    for actor, code, is_open in (
        (UNIT, CODE, True), (UNIT, OTHER, False), (DISPATCHER, OTHER, True), (VISITOR, CODE, False),
    ):  # fmt: skip
        assert bool(VIEW.board(world, Asked(actor, THEN, f"assessed:{code}")).card) is is_open
    [months] = [
        part
        for part in VIEW.board(world, Asked(UNIT, THEN, "unit:enforcement")).card
        if part.title == "历次考核"
    ]
    assert [(row[0].pick, row[2]) for row in months.rows] == [(f"assessed:{CODE}", "88.0")]
    assert VIEW.board(world, Asked(UNIT, THEN, "unit:safety")).card == ()
