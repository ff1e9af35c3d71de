"""Every state × action: what the table allows, and that everything else is refused with its reason."""

import itertools

import pytest

from data.domain.errors import Conflict
from data.domain.lifecycle import TRANSITIONS, next_state
from data.domain.vocabulary import Action, CaseState

PAIRS = list(itertools.product([None, *CaseState], Action))


@pytest.mark.parametrize(("state", "action"), [pair for pair in PAIRS if pair in TRANSITIONS])
def test_allowed(state, action):
    assert next_state(state, action) is TRANSITIONS[(state, action)]


@pytest.mark.parametrize(("state", "action"), [pair for pair in PAIRS if pair not in TRANSITIONS])
def test_refused(state, action):
    with pytest.raises(Conflict) as refusal:
        next_state(state, action)
    assert action.label in refusal.value.message
    assert refusal.value.cure


def test_the_main_path_ends_closed():
    state = None
    for action in ("report", "accept", "file", "dispatch", "sign", "arrive", "handle", "verify", "close"):
        state = next_state(state, Action(action))
    assert state is CaseState.CLOSED
    assert not state.is_open


def test_open_states():
    finished = {state for state in CaseState if not state.is_open}
    assert finished == {CaseState.CLOSED, CaseState.RATED, CaseState.DECLINED, CaseState.MERGED}
