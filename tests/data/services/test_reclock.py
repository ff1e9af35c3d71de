"""Deadlines reckoned anew after the calendar or a limit changed: previewed, written once, and told in the journal."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from data.domain.errors import Forbidden
from data.domain.people import COMMAND_LINE
from data.domain.stages import StageLimits
from data.domain.vocabulary import Action
from data.services.reclock import reclock
from data.views.verification import verify_journal
from tests.data.domain.clock_oracle import local
from tests.data.services.life import DISPATCHER, LEAD, Life

A = Action
SENT, AFTER = "2026-12-31 17:30", local("2026-12-31 18:00")
GUESSED, KNOWN = local("2027-01-01 09:30"), local("2027-01-04 09:30")
"""Half an hour runs on Thursday 31 December; Friday 1 January is known to be off once its calendar is there."""


@pytest.fixture
def life(world):
    """A case whose deadline lies past the days that the calendar covers."""
    return Life.begin(world, SENT).sent(SENT)


@pytest.fixture
def informed(world):
    """The same town with the calendar of 2027."""
    known = world.calendar.holidays | {date(2027, 1, 1)}
    return replace(world, calendar=replace(world.calendar, holidays=known, covers_until=date(2027, 12, 31)))


def run(world, *, is_preview=False):
    return reclock(world, COMMAND_LINE, AFTER, is_preview=is_preview)


def test_a_preview_tells_what_would_move_and_writes_nothing(life, informed):
    assert (life.due, life.row["is_due_provisional"]) == (GUESSED, True)
    before = (life.row, life.orders, life.entries)
    report = run(informed, is_preview=True)
    [move] = report.moves
    assert (report.seen, report.refused) == (1, [])
    assert (move.number, move.before, move.after, move.is_provisional, move.is_order) == (
        life.row["number"], GUESSED, KNOWN, False, False,
    )  # fmt: skip
    assert (life.row, life.orders, life.entries) == before


def test_a_moved_case_has_an_entry_and_whoever_changed_it_last_still_did(world, life, informed):
    [move] = run(informed).moves
    assert move.after == life.due == life.orders[0]["due_at"] == KNOWN
    assert (life.row["is_due_provisional"], life.row["changed_by"]) == (False, "zhang")
    last = life.entries[-1]
    assert (last.action, last.actor, last.from_state is last.to_state) == (A.RECLOCK, "cli", True)
    assert last.payload == {"before": "2027-01-01T01:30:00.000000Z", "after": "2027-01-04T01:30:00.000000Z"}
    assert verify_journal(world.store).listed == []


def test_a_second_run_moves_nothing(life, informed):
    run(informed)
    count = len(life.entries)
    assert (run(informed).moves, len(life.entries)) == ([], count)


def test_the_town_as_it_was_moves_nothing(world, life):
    assert run(world).moves == []
    assert len(life.entries) == 4


def test_an_order_alone_can_move(world, life):
    with world.store.write() as transaction:
        transaction.connection.execute(text("UPDATE orders SET due_at = sent_at"))
    [move] = run(world).moves
    assert move.is_order
    assert life.orders[0]["due_at"] == life.due == GUESSED


def test_another_limit_of_a_stage_moves_the_cases_that_wait(world):
    waiting = Life.begin(world, "11-23 08:50")
    town = replace(world.town, stages=StageLimits(accept=timedelta(minutes=20)))
    assert len(run(replace(world, town=town)).moves) == 1
    assert waiting.due == local("11-23 09:10")


def test_the_limit_that_a_dispatch_wrote_down_outlives_the_table(world, life):
    street = world.town.known_category("0103").model_copy(update={"limit_amount": 8.0})
    known = {**world.town.categories_by_code, "0103": street}
    assert run(replace(world, town=replace(world.town, categories_by_code=known))).moves == []


def test_what_is_over_stays_as_it_was_judged(informed, life):
    life.walk(SENT, A.SIGN, A.ARRIVE, A.HANDLE, A.UNIT_CONFIRM, A.VERIFY, A.CLOSE)
    report = run(informed)
    assert (report.seen, report.moves, life.due) == (0, [], GUESSED)


def test_a_case_that_cannot_be_judged_is_named_and_the_others_go_on(world, informed, life):
    lost = Life.begin(world, SENT)
    with world.store.write() as transaction:
        change = text("UPDATE cases SET category_code = '9999' WHERE id = :id")
        transaction.connection.execute(change, {"id": lost.case_id})
    report = run(informed)
    [(number, why)] = report.refused
    assert (number, "9999" in why) == (lost.row["number"], True)
    assert life.due == KNOWN


def test_a_case_that_ended_meanwhile_is_left_alone(informed, life, monkeypatch):
    found = reclock.__globals__["_compared"](informed, AFTER)
    life.walk(SENT, A.SIGN, A.ARRIVE, A.HANDLE, A.UNIT_CONFIRM, A.VERIFY, A.CLOSE)
    monkeypatch.setitem(reclock.__globals__, "_compared", lambda *_: found)
    assert (run(informed).moves, life.entries[-1].action) == ([], A.CLOSE)


@pytest.mark.parametrize("actor", [LEAD, DISPATCHER])
def test_only_the_command_line_may(world, actor):
    with pytest.raises(Forbidden):
        reclock(world, actor, AFTER, is_preview=True)
