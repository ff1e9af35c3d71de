"""Checks of 首违不罚: kept once, never changed, refused to others, and nothing of an identity anywhere."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text

from data.domain.errors import Conflict, Forbidden, InvalidInput, KeyReused, NotFound
from data.domain.exemption import Answer, CheckDecision
from data.domain.people import COMMAND_LINE, VISITOR, Actor
from data.domain.vocabulary import Role
from data.services.exemption import ExemptionCheck, erase_words, record_check
from data.store.exemption_tables import exemption_checks, exemption_words
from data.store.modules.enforcement import enforcement_cases, inspections
from data.views.exemption import Wanted, look_up
from tests.data.exemption_rows import (
    DAY,
    FIRM,
    FIRM_ASKED,
    HANDLER,
    LEAD,
    MET,
    NUMBER,
    PERSON,
    case,
    look,
    opened_world,
)
from tests.data.views.facts.records import write
from tests.worlds import NOW


@pytest.fixture
def world(sqlite_url):
    """The home town without its grids, which nobody asks for here."""
    yield from opened_world(sqlite_url)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """The same for all that is refused: nothing of it is written."""
    yield from opened_world(f"sqlite:///{tmp_path_factory.mktemp('quiet')}/cloud.db")


def check(world, wanted=FIRM_ASKED, **more):
    seen = look_up(world, wanted, LEAD, NOW).numbers()
    given = {"answers": MET, "decision": "first_exempt", "reason": "首次，已当场改正"} | more
    return ExemptionCheck(wanted, seen, **given)


def kept(world):
    with world.store.read() as connection:
        return connection.execute(select(exemption_checks).order_by(exemption_checks.c.id)).all()


def everything(world):
    """Return every value of every table as one text."""
    with world.store.read() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        return str([connection.execute(text(f'SELECT * FROM "{table}"')).all() for table in tables])


def test_nothing_of_an_identity_is_kept(world):
    wanted = Wanted(kind="person", subject=f" {NUMBER} ", matter="M1")
    record_check(world, check(world, wanted), HANDLER, NOW, "k1")
    (row,) = kept(world)
    assert row.subject_key == PERSON
    assert NUMBER not in everything(world)
    assert NUMBER[:14] not in everything(world)


def test_a_check_is_kept_with_what_was_found_and_its_words_apart(world):
    write(
        world, enforcement_cases, [case("C1", f"enterprise:{FIRM}", 5), case("C2", f"enterprise:{FIRM}", 500)]
    )
    receipt = record_check(world, check(world, Wanted(case_number="C1")), HANDLER, NOW, "k1")
    (row,) = kept(world)
    assert (row.id, row.made_by, row.made_as, row.unit_code) == (
        receipt.id,
        "wang",
        "unit_handler",
        "enforcement",
    )
    assert (row.case_number, row.matter_code, row.found_on) == ("C1", "M1", date(2026, 11, 18))
    assert json.loads(row.findings) | {"data_begin": "", "data_end": ""} == {
        "window_months": 12,
        "since": "2025-11-18",
        "within": 0,
        "beside": 0,
        "outside": 1,
        "other_matters": 0,
        "data_begin": "",
        "data_end": "",
    }
    assert json.loads(row.matter)["conditions"] == ["危害轻微", "及时改正"]
    assert (json.loads(row.answers), row.decision, row.goes_against) == (
        ["met", "met"],
        "first_exempt",
        False,
    )
    assert "现场笔录" not in str(row)
    with world.store.read() as connection:
        words = connection.execute(select(exemption_words)).one()
    assert json.loads(words.evidence) == ["现场笔录 1 号", "整改照片 2 张"]


def test_pressed_twice_it_is_kept_once_and_another_body_is_refused(world):
    asked = check(world)
    first = record_check(world, asked, LEAD, NOW, "k1")
    write(
        world, enforcement_cases, [case("C1", f"enterprise:{FIRM}", 5)]
    )  # what changed since does not matter
    again = record_check(world, asked, LEAD, NOW + DAY, "k1")
    assert (again.id, again.is_repeated, first.is_repeated) == (first.id, True, False)
    with pytest.raises(KeyReused):
        record_check(world, replace(asked, decision="exempt"), LEAD, NOW, "k1")
    assert len(kept(world)) == 1


def test_pressed_by_two_at_once_it_is_kept_once(postgres_url):
    """On a server: the second press waits for the first one and gets its receipt."""
    world = next(opened := opened_world(postgres_url))
    asked = check(world)
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda _n: record_check(world, asked, LEAD, NOW, "k1"), range(4)))
    assert len({receipt.id for receipt in receipts}) == 1
    assert sorted(receipt.is_repeated for receipt in receipts) == [False, True, True, True]
    assert len(kept(world)) == 1
    next(opened, None)


def test_a_second_check_of_a_finding_stands_beside_the_first(world):
    record_check(world, check(world, decision="open"), LEAD, NOW, "k1")
    record_check(world, check(world, decision="light"), LEAD, NOW, "k2")
    assert [row.decision for row in kept(world)] == ["open", "light"]


def test_findings_that_came_since_are_looked_at_first(world):
    asked = check(world)
    write(world, enforcement_cases, [case("C1", f"enterprise:{FIRM}", 5)])
    with pytest.raises(Conflict, match="有变化"):
        record_check(world, asked, LEAD, NOW, "k1")
    assert not kept(world)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"answers": ({"answer": "met", "evidence": " "}, MET[1])}, "没有写证据"),
        ({"answers": ({"answer": None}, MET[1])}, "还没有核对"),
        ({"answers": (MET[0],)}, "2 项条件，收到 1 项"),
        ({"decision": ""}, "没有选择决定"),
        ({"decision": "fine_500"}, "没有选择决定"),
        ({"reason": "  "}, "没有写决定的理由"),
        ({"reason": "长" * 1001}, "超过 1000 字"),
        ({"reason": "坏\x00字"}, "无法保存的字符"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_kept(quiet, more, words):
    with pytest.raises(InvalidInput, match=words):
        record_check(quiet, check(quiet, **more), LEAD, NOW, "k1")
    assert not kept(quiet)


def test_a_refused_press_has_not_used_its_key_up(world):
    with pytest.raises(InvalidInput):
        record_check(world, check(world, decision=""), LEAD, NOW, "k1")
    assert not record_check(world, check(world), LEAD, NOW, "k1").is_repeated


@pytest.mark.parametrize("answer", [Answer.UNMET, Answer.UNKNOWN])
def test_first_exempt_against_a_condition_needs_a_reason_of_its_own(world, answer):
    answers = ({"answer": str(answer), "evidence": ""}, MET[1])
    with pytest.raises(InvalidInput, match="另写理由"):
        record_check(world, check(world, answers=answers), LEAD, NOW, "k1")
    receipt = record_check(world, check(world, answers=answers, against="集体讨论决定"), LEAD, NOW, "k1")
    assert receipt.goes_against
    assert kept(world)[0].goes_against


def test_first_exempt_against_an_earlier_finding_needs_a_reason_of_its_own(world):
    write(world, inspections, [look("I1", f"enterprise:{FIRM}", 5)])
    with pytest.raises(InvalidInput, match="另写理由"):
        record_check(world, check(world), LEAD, NOW, "k1")
    assert record_check(world, check(world, against="检查有误，已撤销"), LEAD, NOW, "k1").goes_against


@pytest.mark.parametrize("decision", [d for d in CheckDecision if d is not CheckDecision.FIRST_EXEMPT])
def test_any_other_decision_stands_whatever_was_found(world, decision):
    write(world, inspections, [look("I1", f"enterprise:{FIRM}", 5)])
    answers = ({"answer": "unmet"}, {"answer": "unknown"})
    receipt = record_check(world, check(world, answers=answers, decision=str(decision)), LEAD, NOW, "k1")
    assert (receipt.decision, receipt.goes_against) == (str(decision), False)


@pytest.mark.parametrize(
    "actor",
    [
        VISITOR,
        *(Actor("x", role) for role in Role if role not in (Role.SHIFT_LEAD, Role.UNIT_HANDLER, Role.SYSTEM)),
        Actor("x", Role.UNIT_HANDLER, unit_code="safety"),
        Actor("x", Role.UNIT_HANDLER),
    ],
)
def test_others_are_refused(quiet, actor):
    asked = check(quiet)
    with pytest.raises(Forbidden):
        look_up(quiet, FIRM_ASKED, actor, NOW)
    with pytest.raises(Forbidden):
        record_check(quiet, asked, actor, NOW, "k1")
    assert not kept(quiet)


def test_another_units_case_is_refused_to_a_handler_and_open_to_the_lead(world):
    write(world, enforcement_cases, [case("C1", "place:P1", 5, unit="safety")])
    with pytest.raises(Forbidden):
        look_up(world, Wanted(case_number="C1"), HANDLER, NOW)
    assert look_up(world, Wanted(case_number="C1"), LEAD, NOW).case_number == "C1"


def test_erased_words_leave_the_check_and_nothing_to_guess_by(world):
    receipt = record_check(world, check(world), LEAD, NOW, "k1")
    before = kept(world)
    erase_words(world, receipt.id, COMMAND_LINE, NOW)
    assert kept(world) == before
    assert "现场笔录" not in everything(world)
    with world.store.read() as connection:
        assert tuple(connection.execute(select(exemption_words)).one()) == (receipt.id, None, None, None, "")
    with pytest.raises(NotFound):
        erase_words(world, receipt.id + 1, COMMAND_LINE, NOW)
    with pytest.raises(Forbidden):
        erase_words(world, receipt.id, LEAD, NOW)
