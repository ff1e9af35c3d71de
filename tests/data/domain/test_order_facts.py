"""What a journal says of orders: when handling ended, extensions, reworks, appeals; order by order."""

from datetime import UTC, datetime, timedelta

import pytest

from data.domain.journal import Entry
from data.domain.order_facts import SentOrder, facts_of_orders
from data.domain.vocabulary import Action, CaseState, OrderState, Role

A, R = Action, Role
START = datetime(2026, 11, 23, 1, tzinfo=UTC)
MAIN = SentOrder("a-1", "enforcement", True, OrderState.CONFIRMED, START)
ASSISTING = SentOrder("a-1A1", "market", False, OrderState.CONFIRMED, START)
AGAIN = SentOrder("a-2", "municipal", True, OrderState.SENT, START)


def minute(number):
    return START + timedelta(minutes=number)


def journal(*steps):
    """Entries a minute apart: an action (of the unit), (action, role), or (action, role, payload)."""
    entries = []
    for number, step in enumerate(steps):
        action, role, payload = (*(step if isinstance(step, tuple) else (step, R.UNIT_HANDLER)), {})[:3]
        at = minute(number)
        entries.append(
            Entry(1, number + 1, at, at, "x", role, action, None, CaseState.SIGNED, payload=payload)
        )
    return entries


def facts(orders, *steps, **known):
    return facts_of_orders(orders, journal(*steps), **known)


@pytest.mark.parametrize(
    ("steps", "done"),
    [
        ([A.SIGN], None),
        ([(A.HANDLE, R.UNIT_HANDLER)], 1),
        ([(A.HANDLE, R.SYSTEM)], 1),
        ([(A.HANDLE, R.GRID_MEMBER)], None),
        ([(A.HANDLE, R.GRID_MEMBER), A.UNIT_CONFIRM], 2),
        ([(A.HANDLE, R.DISPATCHER), (A.UNIT_CONFIRM, R.DISPATCHER), (A.VERIFY, R.VERIFIER)], 2),
        ([A.HANDLE, A.HANDLE, A.UNIT_CONFIRM, A.VERIFY], 1),
        ([A.HANDLE, A.REWORK], None),
        ([A.HANDLE, A.REWORK, A.HANDLE], 3),
    ],
)
def test_handling_ends_when_the_unit_says_so_and_a_rework_takes_it_back(steps, done):
    [one] = facts([MAIN], A.DISPATCH, *steps)
    assert one.done_at == (None if done is None else minute(done))
    assert one.is_reworked is (A.REWORK in steps)


def test_an_assisting_order_ends_by_its_own_report_or_with_verifying():
    own = {"assisting": "a-1A1"}
    named = (A.UNIT_CONFIRM, R.UNIT_HANDLER, own)
    main, assisting = facts([MAIN, ASSISTING], A.DISPATCH, named, A.HANDLE)
    assert (main.done_at, assisting.done_at) == (minute(2), minute(1))
    _, joint = facts([MAIN, ASSISTING], A.DISPATCH, (A.HANDLE, R.UNIT_HANDLER, {"joint": True}))
    assert joint.done_at == minute(1)
    _, verified = facts([MAIN, ASSISTING], A.DISPATCH, A.HANDLE, (A.VERIFY, R.VERIFIER))
    assert verified.done_at == minute(2)


def test_extensions_and_reworks_are_of_the_main_order_and_of_its_own_dispatch():
    steps = [A.DISPATCH, A.APPROVE_EXTENSION, A.HANDLE, A.REWORK, A.RETURN, A.DISPATCH, A.HANDLE]
    first, helper, second = facts([MAIN, ASSISTING, AGAIN], *steps)
    assert (first.is_extended, first.is_reworked) == (True, True)
    assert (helper.is_extended, helper.is_reworked) == (False, False)
    assert (second.is_extended, second.is_reworked, second.done_at) == (False, False, minute(6))


def test_an_appeal_is_about_the_order_of_its_time():
    decided = (A.DECIDE_APPEAL, R.SHIFT_LEAD, {"exempt": True})
    found = facts([MAIN, ASSISTING, AGAIN], A.DISPATCH, A.APPEAL, A.RETURN, A.DISPATCH, decided)
    assert [one.is_exempt for one in found] == [True, False, False]
    refused = (A.DECIDE_APPEAL, R.SHIFT_LEAD, {"exempt": False})
    assert not any(one.is_exempt for one in facts([MAIN], A.DISPATCH, A.APPEAL, refused))


def test_only_the_newest_dispatch_is_suspended():
    found = facts([MAIN, ASSISTING, AGAIN], A.DISPATCH, A.RETURN, A.DISPATCH, A.SUSPEND, is_suspended=True)
    assert [one.is_suspended for one in found] == [False, False, True]


def test_a_journal_without_a_dispatch_says_nothing():
    [one] = facts([MAIN], A.IMPORT)
    assert one.done_at is None
