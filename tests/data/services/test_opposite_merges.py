"""Two operators who merge two cases into each other at the same moment: one does, the other hears why not."""

import threading

import pytest

from data.domain.errors import Conflict, InvalidInput
from data.domain.vocabulary import Action, CaseState
from tests.data.services.life import DISPATCHER, LEAD, Life

ROUNDS = 4


@pytest.mark.parametrize("number", range(ROUNDS))
def test_opposite_merges_leave_one_case_open(world, number):
    """Both see both cases open; whoever comes second finds the other one merged, and nobody waits for ever."""
    one, two = Life.begin(world), Life.begin(world)
    start, done, refused, others = threading.Barrier(2), [], [], []

    def merge(mine, into, actor):
        start.wait()
        try:
            done.append(mine.do(Action.MERGE, actor, "11-23 09:00", version=1, into_case_id=into.case_id))
        except (Conflict, InvalidInput) as refusal:
            refused.append(refusal)
        except Exception as error:
            others.append(error)

    pairs = ((one, two, DISPATCHER), (two, one, LEAD))
    threads = [threading.Thread(target=merge, args=pair) for pair in pairs]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    assert not any(thread.is_alive() for thread in threads)
    assert others == []
    assert (len(done), len(refused)) == (1, 1)
    assert "并案" in refused[0].message
    states = {life.case_id: CaseState(life.row["state"]) for life in (one, two)}
    assert sorted(states.values()) == sorted([CaseState.REPORTED, CaseState.MERGED])
    assert states[done[0].case_id] is CaseState.MERGED
