"""Lives drawn at random: after every step the stored deadlines are those that the clocks read from the journal."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from data.domain.errors import CloudError
from data.domain.people import COMMAND_LINE
from data.domain.steps import possible_actions
from data.domain.vocabulary import Action
from data.services.reclock import reclock
from data.services.timed_resume import cases_to_resume, resume_case
from data.views.verification import verify_journal
from tests.data.domain.clock_oracle import SHANGHAI, local
from tests.data.services.life import DISPATCHER, INTAKE, LEAD, LEADER, UNIT, VERIFIER, Life
from tests.worlds import make_world

A = Action
ACTORS = (INTAKE, DISPATCHER, LEAD, UNIT, VERIFIER, LEADER)
ENDINGS = frozenset({A.MERGE, A.DECLINE})
"""Turns that end a life at once are left out."""
SELDOM = frozenset({A.SUPERVISE, A.RECALL, A.RETURN, A.UNDO, A.CONFIRM, A.REPLY, A.RATE})
"""Steps that would crowd the others out."""
WAITS = (1, 1, 2, 3, 5, 10, 20, 90, 1_500)
STEPS = 25


@pytest.fixture
def world(sqlite_url: str) -> Any:
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("seed", range(16))
def test_after_every_step_of_a_random_life_rows_and_clocks_agree(world: Any, seed: int) -> None:
    rng = random.Random(seed)
    at = local("12-28 08:00") if seed % 2 else local("11-23 08:50")
    life = Life.begin(world, _text(at))
    taken: list[Action] = []
    while len(taken) < STEPS:
        at += timedelta(minutes=rng.choice(WAITS))
        for case_id in cases_to_resume(world, at):
            assert resume_case(world, case_id, at)
        action = _one_step(life, rng, at)
        if action is not None:
            taken.append(action)
            assert life.agrees(_text(at)), (seed, taken)
    assert reclock(world, COMMAND_LINE, at, is_preview=True).moves == []
    assert verify_journal(world.store).listed == []


def _one_step(life: Life, rng: random.Random, at: datetime) -> Action | None:
    """Try what somebody may do, in random order, and return what was done; None where nothing could be."""
    tries = [(actor, action) for actor in ACTORS for action in possible_actions(life.state, actor.role)]
    tries.sort(key=lambda one: rng.random() + 0.5 * (one[1] in SELDOM))
    for actor, action in tries:
        if action in ENDINGS:
            continue
        try:
            life.do(action, actor, _text(at), code="wrong_unit", **_details(action, rng, at))
        except CloudError:
            continue
        return action
    return None


def _details(action: Action, rng: random.Random, at: datetime) -> dict[str, Any]:
    details: dict[Action, dict[str, Any]] = {
        A.ADJUDICATE: {"unit": "enforcement"},
        A.SUSPEND: {"until": at + timedelta(hours=rng.randrange(1, 200))},
        A.SUPERVISE: {"reply_by": at + timedelta(days=1)},
        A.DECIDE_APPEAL: {"exempt": rng.random() < 0.5},
        A.REPLY: {"text": "已办"},
        A.RATE: {"rating": 4},
    }
    return details.get(action, {})


def _text(at: datetime) -> str:
    return f"{at.astimezone(UTC).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
