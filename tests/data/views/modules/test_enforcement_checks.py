"""Checks of 首违不罚 on the board and on a case's card: decisions apart, the older ones listed, the ledger beside them."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from data.domain.board import Cell, Facts, Listing, Numbers
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import Role
from data.services.exemption import ExemptionCheck, record_check
from data.store.modules.enforcement import enforcement_cases
from data.views.exemption import Wanted, look_up
from data.views.modules import VIEWS
from data.views.modules.view import Asked
from tests.data.exemption_rows import DAY, FIRM_ASKED, HANDLER, LEAD, MET, PERSON, case, opened_world
from tests.data.views.facts.records import write
from tests.worlds import NOW

LATER = NOW + DAY
FINDING = Wanted(case_number="C1")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A case checked twice and then decided otherwise by the ledger; one finding without a case; one case unchecked."""
    opened = next(opened_world(f"sqlite:///{tmp_path_factory.mktemp('checks')}/cloud.db"))
    write(opened, enforcement_cases, [case("C1", PERSON, 5), case("C2", PERSON, 3)])
    keep(opened, FINDING, "open", "k1")
    keep(opened, FINDING, "light", "k2")
    keep(opened, FIRM_ASKED, "first_exempt", "k3")
    decided = {"decided_at": NOW, "decision": "fined"}
    with opened.store.write() as transaction:
        transaction.connection.execute(
            update(enforcement_cases).where(enforcement_cases.c.number == "C1").values(decided)
        )
    yield opened
    opened.close()


def keep(world, wanted, decision, key):
    seen = look_up(world, wanted, HANDLER, NOW).numbers()
    record_check(world, ExemptionCheck(wanted, seen, MET, decision, "当场改正"), HANDLER, NOW, key)


def board(world, actor=LEAD, pick=""):
    return VIEWS["enforcement"].board(world, Asked(actor, LATER, pick))


def part(parts, kind, title):
    return next((one for one in parts if isinstance(one, kind) and title in one.title), None)


def words(row):
    return [cell.words if isinstance(cell, Cell) else cell for cell in row]


def test_decisions_are_counted_apart_and_the_superseded_one_is_listed_only(world):
    parts = board(world).parts
    figures = {one.name: one.value for one in part(parts, Numbers, "核对").items}
    assert figures == {"首违不罚": "1", "免罚": "0", "轻罚": "1", "处罚": "0", "暂不决定": "0"}
    assert [words(row)[0] for row in part(parts, Listing, "核对记录").rows] == ["3", "2", "1（已被取代）"]


def test_what_the_ledger_says_stands_beside_and_a_difference_is_named(world):
    rows = [words(row) for row in part(board(world).parts, Listing, "核对记录").rows]
    assert [(row[3], row[6], row[7]) for row in rows] == [
        ("—", "首违不罚", "—"),
        ("C1", "轻罚", "处罚（与核对不同）"),
        ("C1", "暂不决定", "处罚"),
    ]
    card = part(board(world, pick="case:C1").card, Listing, "首违不罚核对")
    assert "以台账为准" in card.note
    assert [words(row)[1] for row in card.rows] == ["轻罚", "暂不决定"]


def test_only_an_undecided_case_of_whoever_may_offers_the_check(world):
    def offered(actor, number):
        found = part(board(world, actor, f"case:{number}").card, Listing, "首违不罚核对")
        picks = [cell for row in found.rows for cell in row if isinstance(cell, Cell)] if found else []
        return [(cell.pick, cell.pane) for cell in picks if cell.pick.startswith("check:")]

    assert offered(LEAD, "C2") == [("check:C2", "board")]
    assert offered(LEAD, "C1") == []
    assert offered(Actor("x", Role.DISPATCHER), "C2") == []


def test_no_subject_stands_anywhere(world):
    for pick in ("", "case:C1", "exemption:1", "exemption:3"):
        shown = str(board(world, pick=pick))
        assert "person:" not in shown
        assert "enterprise:" not in shown
        assert "演示小吃店" not in shown


def test_the_words_of_a_check_are_for_whoever_may_check(world):
    own = dict(part(board(world, HANDLER, "exemption:2").card, Facts, "核对").facts)
    assert (own["理由"], own["决定"]) == ("当场改正", "轻罚")
    assert (
        words(part(board(world, HANDLER, "exemption:2").card, Listing, "条件").rows[0])[2] == "现场笔录 1 号"
    )
    other = board(world, Actor("x", Role.LEADER), "exemption:2").card
    assert "当场改正" not in str(other)
    assert "现场笔录" not in str(other)
    assert part(other, Facts, "核对")


def test_others_see_no_check(world):
    for actor in (VISITOR, Actor("x", Role.GRID_MEMBER), Actor("x", Role.UNIT_HANDLER, unit_code="safety")):
        found = board(world, actor, "exemption:2")
        assert part(found.parts, Listing, "核对记录") is None
        assert not found.card
    assert part(board(world, HANDLER).parts, Listing, "核对记录")


@pytest.mark.parametrize(
    "pick", ["exemption:", "exemption:x", "exemption:9" * 30, "exemption:99999999999999999999"]
)
def test_a_pick_that_names_no_check_opens_nothing(world, pick):
    assert not board(world, pick=pick).card
