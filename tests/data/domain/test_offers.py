"""What a seat is offered and what the lifecycle accepts are the same, for every state and role."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.domain.errors import CloudError
from data.domain.fold import CaseFacts
from data.domain.guards import FIELDS, Attempt, Guard
from data.domain.lifecycle import CASE_STEPS
from data.domain.offers import (
    NEXT,
    ORDER_NEXT,
    SAID,
    Kind,
    allowed,
    dispatched_states,
    due_step,
    offer,
    order_actions,
    possible,
    waiting_states,
    waits_for,
)
from data.domain.steps import find_step, order_step
from data.domain.vocabulary import Action, CaseState, OrderState, ReturnCode, Role
from data.services.dispatch import actions_of_press

A, S, R = Action, CaseState, Role
NOW = datetime(2026, 11, 23, 9, 32, 8, tzinfo=UTC)
SEATS = (R.INTAKE, R.DISPATCHER, R.SHIFT_LEAD, R.VERIFIER, R.LEADER)
NUMBER = "督办-1-1"
TYPED = {
    "reason": {"reason": "理由"},
    "reason_code": {"has_return_code": True},
    "unit": {"unit": "enforcement"},
    "into_number": {"into_is_open": True},
    "until": {"until": NOW + timedelta(days=2)},
    "reply_by": {"reply_by": NOW + timedelta(days=2)},
    "text": {"text": "已办结"},
    "rating": {"rating": 5},
    "exempt": {"exempt": False},
    "revisited": {"is_revisited": True},
    "supervision": {"supervision": NUMBER},
    "corrects": {},
    "citation": {},
}
"""What a filled field says to the guards."""


def attempts():
    """Any case as things may stand, before anything is typed."""
    facts = st.builds(
        CaseFacts,
        state_before_suspension=st.just(S.SIGNED),
        dispatch_recorded_at=st.sampled_from((None, NOW, NOW - timedelta(seconds=31))),
        is_sent_now=st.booleans(),
        is_work_done=st.booleans(),
        is_replied=st.booleans(),
        is_extension_pending=st.booleans(),
        is_appeal_pending=st.booleans(),
        returns=st.integers(0, 2),
        extensions=st.integers(0, 2),
        suspensions=st.integers(0, 1),
        open_supervisions=st.sampled_from(((), (NUMBER,))),
    )
    return st.builds(
        Attempt,
        facts=facts,
        now=st.just(NOW),
        must_reply=st.booleans(),
        assists_open=st.integers(0, 1),
        is_overdue=st.booleans(),
        was_overdue=st.booleans(),
        notices_wait=st.booleans(),
    )


def filled(attempt, action):
    """The attempt once every field of the action's form is filled."""
    said = [TYPED[field.name] for field in SAID.get(action, ())]
    return replace(attempt, **{name: value for one in said for name, value in one.items()})


def is_accepted(state, action, role, attempt):
    """Whether the lifecycle takes the step, or every step of one press."""
    try:
        for step in actions_of_press(state) if action is A.DISPATCH else (action,):
            state = find_step(state, step, role, filled(attempt, action))
    except CloudError:
        return False
    return True


@pytest.mark.parametrize("role", SEATS)
@settings(max_examples=40, deadline=None)
@given(attempt=attempts())
def test_what_is_offered_is_accepted_and_nothing_possible_is_missing(role, attempt):
    """The thirty seconds of the undo have a strip of their own, and a desk never reckons a clock anew."""
    for state in S:
        taken = {action for action in A if is_accepted(state, action, role, attempt)}
        assert possible(state, role, attempt) == taken - {A.UNDO, A.SEND_NOW, A.RECLOCK}, state


@pytest.mark.parametrize("role", SEATS)
@settings(max_examples=40, deadline=None)
@given(attempt=attempts())
def test_the_due_step_is_one_of_the_possible_ones(role, attempt):
    for state in S:
        found = possible(state, role, attempt)
        due = due_step(state, found, attempt.facts.is_work_done)
        assert due is None or due in found


def test_every_field_of_a_guard_stands_in_the_form_of_its_action():
    """What a guard asks to be typed can be typed; the order of an assisting step comes with its own button."""
    names = {"into_case_id": "into_number"}
    for step in CASE_STEPS:
        wanted = {names.get(FIELDS[g], FIELDS[g]) for g in step.guards if g in FIELDS}
        assert wanted - {"order_id"} <= {field.name for field in SAID.get(step.action, ())}, step


def test_choices_have_options_and_numbers_have_bounds():
    for fields in SAID.values():
        for field in fields:
            assert (field.kind is Kind.CHOICE) == bool(field.options)
            assert (field.kind is Kind.NUMBER) == (field.least is not None and field.most is not None)
    codes = {value for value, _ in SAID[A.RETURN][0].options}
    assert codes == {str(code) for code in ReturnCode}


@pytest.mark.parametrize(
    ("role", "states"),
    [
        (R.INTAKE, (S.REPORTED, S.ACCEPTED)),
        (R.DISPATCHER, (S.REPORTED, S.ACCEPTED, S.FILED, S.HANDLED, S.VERIFIED, S.RETURNED)),
        (
            R.SHIFT_LEAD,
            (S.REPORTED, S.ACCEPTED, S.FILED, S.HANDLED, S.VERIFIED, S.RETURNED, S.ADJUDICATING),
        ),
        (R.VERIFIER, (S.HANDLED, S.VERIFIED)),
        (R.LEADER, ()),
    ],
)
def test_what_waits_for_a_role(role, states):
    assert waiting_states(role) == states


@pytest.mark.parametrize("role", R)
def test_a_role_dispatches_from_the_states_in_which_the_table_lets_it(role):
    filed = {S.FILED, S.RETURNED}
    wanted = {
        R.DISPATCHER: filed | {S.REPORTED, S.ACCEPTED},
        R.SHIFT_LEAD: filed | {S.REPORTED, S.ACCEPTED},
        R.SYSTEM: filed,
    }
    assert set(dispatched_states(role)) == wanted.get(role, set())


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (S.REPORTED, ("派遣员", "值班长")),
        (S.ADJUDICATING, ("值班长",)),
        (S.SIGNED, ("派遣员", "值班长", "承办单位", "网格员")),
        (S.HANDLED, ("派遣员", "值班长", "核查员")),
        (S.CLOSED, ()),
        (S.MERGED, ()),
    ],
)
def test_whose_turn_it_is_where_a_seat_has_nothing_to_do(state, words):
    assert waits_for(state) == words


@pytest.mark.parametrize("state", NEXT)
def test_the_shift_lead_may_take_every_due_step(state):
    assert due_step(state, allowed(state, R.SHIFT_LEAD)) is NEXT[state]


def test_the_unit_s_word_is_due_once_the_work_is_done():
    found = possible(S.ON_SCENE, R.DISPATCHER, Attempt(facts=CaseFacts(is_work_done=True), now=NOW))
    assert due_step(S.ON_SCENE, found, is_work_done=True) is A.UNIT_CONFIRM
    assert due_step(S.ON_SCENE, found, is_work_done=False) is A.HANDLE


def test_who_may_not_dispatch_accepts_and_files():
    assert [due_step(s, allowed(s, R.INTAKE)) for s in (S.REPORTED, S.ACCEPTED, S.FILED)] == [
        A.ACCEPT,
        A.FILE,
        None,
    ]


def test_without_a_plan_the_dispatcher_accepts_first():
    found = allowed(S.REPORTED, R.DISPATCHER) - {A.DISPATCH}
    assert due_step(S.REPORTED, found) is A.ACCEPT


@pytest.mark.parametrize("role", SEATS)
@pytest.mark.parametrize("order", OrderState)
def test_reports_of_an_assisting_order_are_accepted_by_case_and_order(order, role):
    """Offered exactly where the case lets the role take it down; each is a step of the order's own life."""
    told = Attempt(now=NOW, reason="理由", has_return_code=True, is_assisting=True)
    for state in S:
        found = order_actions(state, order, role)
        for action in found:
            assert find_step(state, action, role, told) is state
            order_step(order, action)
        assisting = (s for s in CASE_STEPS if Guard.ASSISTING in s.guards)
        rows = {s.action for s in assisting if (s.state, s.role) == (state, role)}
        assert set(found) == rows & set(ORDER_NEXT.get(order, ()))


def test_an_order_of_a_case_that_stands_still_takes_no_report():
    for state in (S.SUSPENDED, S.FILED, S.VERIFIED, S.CLOSED, S.ADJUDICATING):
        assert order_actions(state, OrderState.SENT, R.DISPATCHER) == ()
    assert A.SIGN in order_actions(S.HANDLED, OrderState.SENT, R.DISPATCHER)
    assert order_actions(S.HANDLED, OrderState.SENT, R.VERIFIER) == ()


def test_a_button_says_what_it_does():
    assert offer(A.DISPATCH).words == "一键派遣"
    assert offer(A.SUSPEND).words == A.SUSPEND.label
    assert offer(A.SIGN, {"order_id": 3}).details == {"order_id": 3}
