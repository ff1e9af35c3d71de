"""The audit log: every use of a writing right, whichever way it came, and no line that another one could take along."""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import select

from callbacks.actors import acting
from callbacks.alarms import answer as alarm_answer
from callbacks.audit import AuditBook, hearing_uses
from callbacks.desk.press import outcomes_of
from callbacks.locks import lock_callbacks
from callbacks.new_case import Clerk
from data.domain.errors import Forbidden
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.audit import Outcome
from data.services.report import report_case
from data.store.account_tables import audit_log
from tests.data.services.test_report import ACTOR, COMMAND
from tests.worlds import NOW, make_world

ZHANG = Actor("zhang", Role.DISPATCHER, "张三")
WHOLE = {"title": "异味", "category": "0101", "intake_channel": "window", "address": "街口"}


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


def lines(world):
    with world.store.read() as connection:
        columns = (audit_log.c.right, audit_log.c.object, audit_log.c.outcome)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(audit_log.c.id))]


@pytest.mark.parametrize("what", ["GET /api/v1/\x00", "GET /\ud800", "POST /" + "长" * 5000, "a\nb"])
def test_no_address_makes_the_lines_of_others_vanish(database_url, what):
    """PostgreSQL refuses a NUL, and lines are written many at a time."""
    world = make_world(database_url)
    book = AuditBook(world)
    book.note(ZHANG, "report_case", "case:1", Outcome.DONE)
    book.note(ZHANG, "see_situation", what, Outcome.REFUSED)
    book.flush()
    (first, second) = lines(world)
    world.close()
    assert first == ("report_case", "case:1", "done")
    assert (len(second[1]) <= 200, second[1].isprintable()) == (True, True)


def test_a_case_filed_at_the_desk_is_noted_and_what_is_typed_before_is_not(world):
    clerk = Clerk(world)
    with hearing_uses() as uses:
        clerk.answer({"kind": "advice", "fields": WHOLE}, ZHANG, NOW)
        clerk.answer({"kind": "submit", "fields": WHOLE | {"title": ""}}, ZHANG, NOW)
        clerk.answer({"kind": "submit", "fields": WHOLE}, ZHANG, NOW)
    assert [(use.right, use.what, use.outcome) for use in uses] == [
        ("report_case", "case", "failed"),
        ("report_case", "case:1", "done"),
    ]


def test_alarms_and_presses_are_noted_each_with_its_own_outcome(world):
    case_id = report_case(world, COMMAND, ACTOR, NOW).id
    wish = {"verb": "shelve", "id": 7, "reason": "x", "minutes": 5}
    intents = [
        {"key": "a", "case_id": case_id, "action": "accept", "version": 1},
        {"key": "b", "case_id": case_id, "action": "accept", "version": 1},
    ]
    with hearing_uses() as uses:
        alarm_answer(world, {"n": 1}, ZHANG, NOW)
        alarm_answer(world, wish, ZHANG, NOW)
        alarm_answer(world, wish, Actor("sun", Role.LEADER), NOW)
        outcomes_of(world, intents, ZHANG)
    assert [(use.right, use.what, use.outcome) for use in uses] == [
        ("handle_alarm", "alarm:7 shelve", "failed"),
        ("handle_alarm", "alarm:7 shelve", "refused"),
        ("act_on_case", f"case:{case_id} accept", "done"),
        ("act_on_case", f"case:{case_id} accept", "failed"),
    ]


async def _file(world):
    return Clerk(world).answer({"kind": "submit", "fields": WHOLE}, ZHANG, NOW)


async def _refuse(_world):
    raise Forbidden("不行")


@pytest.mark.parametrize(
    ("output", "callback", "line"),
    [
        ("new-case-answer.data", _file, ("report_case", "case:1", "done")),
        ("desk-outcomes.data", _refuse, ("act_on_case", "callback desk-outcomes.data", "refused")),
        ("forgotten.data", _file, ("shut", "callback forgotten.data", "refused")),
    ],
)
def test_the_lock_writes_what_the_callback_tells_or_how_it_ended(world, output, callback, line):
    book = AuditBook(world)
    spec = {"callback": callback}
    lock_callbacks({output: spec}, book)
    with acting(ZHANG), suppress(Forbidden):
        asyncio.run(spec["callback"](world))
    book.flush()
    assert lines(world) == [line]
