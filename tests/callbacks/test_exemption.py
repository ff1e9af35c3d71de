"""The form of 首违不罚: who gets it, that nothing in it is chosen beforehand, and what is told of a press."""

import json
import logging

import pytest
from dash import dcc, no_update

from callbacks.audit import hearing_uses
from callbacks.exemption import answer_shown, form_shown, record_shown
from data.domain.people import VISITOR, Actor, person_hash
from data.domain.vocabulary import Role
from data.services.audit import Outcome
from data.settings import Settings
from data.store.modules.enforcement import enforcement_cases, inspections, matters
from data.world import open_world
from layouts.parts.exemption import exemption_form
from tests.data.exemption_rows import FIRM, KEY, NUMBER, case, look
from tests.data.views.facts.records import write

LEAD = Actor("li", Role.SHIFT_LEAD, "李四")
HANDLER = Actor("wang", Role.UNIT_HANDLER, "王五", unit_code="enforcement")
PERSON_ASKED = {"kind": "person", "subject": NUMBER, "matter": "M1"}
FILLED = {
    "answers": ["met"],
    "evidence": ["笔录"],
    "decision": "first_exempt",
    "reason": "首次",
    "against": "",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The home town without its grids; one matter, a decided case of a person and an undecided one of a shop."""
    url = f"sqlite:///{tmp_path_factory.mktemp('exemption')}/cloud.db"
    opened = open_world(Settings(database_url=url, simulate=0, hash_key=KEY))
    law = {"citation": "本镇试行 第一条", "window_months": 12, "conditions": "危害轻微"}
    write(opened, matters, [{"code": "M1", "name": "占道", **law}])
    person = f"person:{person_hash(KEY.encode(), NUMBER, None)}"
    write(opened, enforcement_cases, [case("C1", person, 400, "fined"), case("C2", "place:1", 3)])
    write(opened, enforcement_cases, [case("C3", "place:2", 1)])
    write(opened, inspections, [look("I1", "place:2", 800), look("I2", "place:2", 1)])
    yield opened
    opened.close()


def said(components):
    return json.dumps(
        [part.to_plotly_json() for part in components],
        ensure_ascii=False,
        default=lambda c: c.to_plotly_json(),
    )


def parts_of(component, kind):
    """Return every component of a kind in a tree."""
    found = [component] if isinstance(component, kind) else []
    children = getattr(component, "children", None)
    for child in children if isinstance(children, list) else [children] if children is not None else []:
        found += parts_of(child, kind)
    return found


@pytest.mark.parametrize(
    "actor",
    [
        VISITOR,
        *(Actor("x", role) for role in Role if role not in (Role.SHIFT_LEAD, Role.UNIT_HANDLER, Role.SYSTEM)),
        Actor("x", Role.UNIT_HANDLER, unit_code="safety"),
    ],
)
def test_others_get_no_form(world, actor):
    assert form_shown(world, {"pick": "check:C2"}, None, actor) == {"form": [], "start": None}


def test_a_form_that_stands_is_left_alone_until_the_check_of_a_case_is_pressed(world):
    first = form_shown(world, {"pick": ""}, None, LEAD)
    assert "占道" in said(first["form"])
    assert first["start"] == ""
    assert form_shown(world, {"pick": "case:C2"}, "", LEAD)["form"] is no_update
    begun = form_shown(world, {"pick": "check:C2"}, "", LEAD)
    assert (begun["start"], begun["form"][0].open) == ("C2", True)
    assert "危害轻微" in said(begun["form"])
    assert form_shown(world, {"pick": "case:C2"}, "C2", LEAD)["form"] is no_update
    assert "没有这个案件编号" in said(form_shown(world, {"pick": "check:C9"}, "C2", LEAD)["form"])


def test_nothing_is_chosen_beforehand_and_no_choice_looks_better(world):
    for form in (form_shown(world, {"pick": "check:C2"}, None, HANDLER)["form"], exemption_form((), ())):
        choices = [choice for part in form for choice in parts_of(part, dcc.RadioItems)]
        assert choices
        assert {getattr(choice, "value", None) for choice in choices} == {None}
        assert {choice.className for choice in choices} == {"change-kinds"}
        assert all({*option} == {"label", "value"} for choice in choices for option in choice.options)
    words = said(form_shown(world, {"pick": "check:C2"}, None, HANDLER)["form"])
    assert not [
        tone for tone in ("good", "bad", "soon", "建议处罚", "建议不罚", "罚款 ") if f'"{tone}' in words
    ]


def test_a_check_is_told_and_written_down_without_the_identity(world, caplog):
    caplog.set_level(logging.DEBUG)
    with hearing_uses() as uses:
        answer = answer_shown(world, PERSON_ASKED, LEAD)
        assert NUMBER not in said(answer["answer"])
        assert "没有在前记录" in said(answer["answer"])
        assert "回溯期以前的记录：1 条" in said(answer["answer"])
        done = record_shown(world, answer["checked"], FILLED, LEAD)
        again = record_shown(world, answer["checked"], FILLED, LEAD)
    assert "已记录" in said(done["told"])
    assert (done["is_hidden"], done["subject"]) == (True, "")
    assert "没有重复记录" in said(again["told"])
    assert [(use.right, use.outcome) for use in uses] == [("check_exemption", Outcome.DONE)] * 3
    assert NUMBER not in f"{uses} {caplog.text} {said(done['told'])}"
    assert "person:" not in f"{uses} {caplog.text} {said(answer['answer'])} {answer['checked']}"


def test_what_is_refused_says_why_and_keeps_what_is_typed(world):
    answer = answer_shown(world, {"kind": "firm", "subject": FIRM, "matter": "占道"}, HANDLER)
    assert "登记库中没有这个主体" in said(answer["answer"])
    with hearing_uses() as uses:
        refused = record_shown(world, answer["checked"], FILLED | {"evidence": [""]}, HANDLER)
        nothing = record_shown(world, {}, {}, HANDLER)
        other = record_shown(world, answer["checked"], FILLED, Actor("x", Role.LEADER))
    assert "没有写证据" in said(refused["told"])
    assert (refused["is_hidden"], refused["subject"]) == (False, no_update)
    assert not nothing["is_hidden"]
    assert "没有“核对首违不罚”的权限" in said(other["told"])
    assert [use.outcome for use in uses] == [Outcome.FAILED, Outcome.FAILED, Outcome.REFUSED]


@pytest.mark.parametrize(
    "junk",
    [
        {"answers": "met", "evidence": 5},
        {"answers": [[]], "evidence": [{}], "decision": "open", "reason": "x"},
        {"reason": 7},
    ],
)
def test_junk_from_a_browser_is_refused_in_words(world, junk):
    answer = answer_shown(world, {"case_number": "C2"}, LEAD)
    told = record_shown(world, answer["checked"], junk, LEAD)
    assert not told["is_hidden"]
    assert not answer_shown(world, {"kind": [], "matter": {"a": 1}}, LEAD)["checked"]
