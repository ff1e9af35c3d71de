"""Every state × action × role of a case, every state × action of an order: allowed, or refused with its reason."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from data.domain.errors import CloudError, Conflict, Forbidden, InvalidInput
from data.domain.fold import CaseFacts
from data.domain.guards import FIELDS, JUDGES, Attempt, Guard
from data.domain.lifecycle import ASSISTS_FOLLOW, CASE_STEPS, ORDER_STEPS, Stay
from data.domain.steps import find_step, order_step, possible_actions
from data.domain.vocabulary import Action, CaseState, OrderState, Role

A, S, R, G = Action, CaseState, Role, Guard
NOW = datetime(2026, 11, 23, 9, 32, 8, tzinfo=UTC)
NEVER = {A.IMPORT, A.WITHDRAW}

FACTS = CaseFacts(
    state_before_suspension=S.SIGNED,
    dispatch_recorded_at=NOW - timedelta(seconds=20),
    is_work_done=True,
    is_replied=True,
)
FULL = Attempt(
    facts=FACTS,
    now=NOW,
    reason="理由",
    has_return_code=True,
    into_is_open=True,
    unit="cg",
    until=NOW + timedelta(days=30),
    reply_by=NOW + timedelta(days=1),
    text="已办结",
    rating=5,
    supervision="督办-1",
    exempt=True,
    is_revisited=True,
    must_reply=True,
    was_overdue=True,
    notices_wait=True,
)
"""Everything typed and everything done: only guards that exclude each other fail."""


def rows(state, action, role):
    return [s for s in CASE_STEPS if (s.state, s.action, s.role) == (state, action, role)]


def attempt_for(step):
    """Return the full attempt with the facts that a row's guards ask for."""
    changes = {}
    facts = {"state_before_suspension": S.SIGNED, "is_work_done": True, "is_replied": True}
    facts["dispatch_recorded_at"] = NOW
    facts["returns"] = int(G.RETURNED_BEFORE in step.guards)
    facts["is_extension_pending"] = G.EXTENSION_PENDING in step.guards
    facts["is_appeal_pending"] = G.APPEAL_PENDING in step.guards
    facts["open_supervisions"] = ("督办-1",)
    changes["is_assisting"] = G.ASSISTING in step.guards
    return Attempt(
        **{name: getattr(FULL, name) for name in FULL.__slots__} | changes | {"facts": CaseFacts(**facts)}
    )


@pytest.mark.parametrize("state", [None, *CaseState])
def test_a_row_leads_where_it_says(state):
    for step in (s for s in CASE_STEPS if s.state is state):
        expected = {Stay.SAME: state, Stay.BEFORE: S.SIGNED}.get(step.to, step.to)
        assert find_step(state, step.action, step.role, attempt_for(step)) is expected, step


@pytest.mark.parametrize("state", [None, *CaseState])
def test_what_is_not_in_the_table_is_refused(state):
    """Every action × role of a state that has no row: the refusal names state or role, and what helps."""
    for action, role in itertools.product(Action, Role):
        if rows(state, action, role):
            continue
        with pytest.raises(CloudError) as refusal:
            find_step(state, action, role, FULL)
        is_known = any((s.state, s.action) == (state, action) for s in CASE_STEPS)
        assert isinstance(refusal.value, Forbidden if is_known else Conflict)
        assert action.label in refusal.value.message
        assert (state.label if state else "无") in refusal.value.message
        assert refusal.value.cure


def test_a_refused_role_is_told_who_may():
    with pytest.raises(Forbidden, match="网格员") as refusal:
        find_step(S.ADJUDICATING, A.ADJUDICATE, R.GRID_MEMBER, FULL)
    assert refusal.value.cure == "可由值班长执行"


def test_a_refused_state_is_told_what_is_possible():
    with pytest.raises(Conflict) as refusal:
        find_step(S.VERIFIED, A.DISPATCH, R.VERIFIER, FULL)
    assert "结案" in refusal.value.cure


@pytest.mark.parametrize("state", CaseState)
def test_each_guard_of_a_row_can_refuse_it(state, monkeypatch):
    """With a guard's own judge saying no, its row is not taken: another row is, or a refusal names the guard."""
    for step in (s for s in CASE_STEPS if s.state is state):
        others = [s for s in rows(step.state, step.action, step.role) if s is not step]
        for guard in step.guards:
            monkeypatch.setattr(
                "data.domain.steps.holds", lambda g, a, no=guard: g is not no and JUDGES[g](a)
            )
            outcome = tried(step)
            if isinstance(outcome, CloudError):
                meant = {str(g) for s in (step, *others) for g in s.guards}
                assert outcome.code in meant | {"step_refused"}
                assert outcome.cure
            else:
                assert outcome in {state if s.to is Stay.SAME else s.to for s in others}


def tried(step):
    """Return the state that a row's attempt leads to, or the refusal."""
    try:
        return find_step(step.state, step.action, step.role, attempt_for(step))
    except CloudError as error:
        return error


@pytest.mark.parametrize(
    ("guard", "holding", "failing"),
    [
        (G.REASON, {"reason": "因"}, {"reason": "  "}),
        (G.RETURN_CODE, {"has_return_code": True}, {}),
        (G.ASSISTING, {"is_assisting": True}, {}),
        (G.FIRST_RETURN, {"facts": CaseFacts()}, {"facts": CaseFacts(returns=1)}),
        (G.RETURNED_BEFORE, {"facts": CaseFacts(returns=1)}, {"facts": CaseFacts()}),
        (
            G.WITHIN_UNDO,
            {"facts": CaseFacts(dispatch_recorded_at=NOW - timedelta(seconds=30))},
            {"facts": CaseFacts(dispatch_recorded_at=NOW - timedelta(seconds=31))},
        ),
        (
            G.WITHIN_UNDO,
            {"facts": CaseFacts(dispatch_recorded_at=NOW)},
            {"facts": CaseFacts(dispatch_recorded_at=NOW, is_sent_now=True)},
        ),
        (G.NOTICES_WAIT, {"notices_wait": True}, {}),
        (G.OTHER_OPEN_CASE, {"into_is_open": True}, {}),
        (G.UNIT_NAMED, {"unit": "cg"}, {"unit": ""}),
        (G.ASSISTS_DONE, {"assists_open": 0}, {"assists_open": 1}),
        (G.WORK_DONE, {"facts": CaseFacts(is_work_done=True)}, {"facts": CaseFacts()}),
        (G.NOT_OVERDUE, {"is_overdue": False}, {"is_overdue": True}),
        (G.EXTENSION_LEFT, {"facts": CaseFacts(extensions=1)}, {"facts": CaseFacts(extensions=2)}),
        (G.EXTENSION_PENDING, {"facts": CaseFacts(is_extension_pending=True)}, {"facts": CaseFacts()}),
        (G.NO_EXTENSION_PENDING, {"facts": CaseFacts()}, {"facts": CaseFacts(is_extension_pending=True)}),
        (G.NOT_SUSPENDED_BEFORE, {"facts": CaseFacts()}, {"facts": CaseFacts(suspensions=1)}),
        (G.UNTIL_WITHIN_YEAR, {"until": NOW + timedelta(days=366)}, {"until": NOW + timedelta(days=367)}),
        (G.UNTIL_WITHIN_YEAR, {"until": NOW + timedelta(days=1)}, {"until": NOW}),
        (G.REPLY_TEXT, {"text": "好"}, {"text": None}),
        (G.REPLIED, {"must_reply": False}, {"must_reply": True}),
        (G.REPLIED, {"must_reply": True, "facts": CaseFacts(is_replied=True)}, {"must_reply": True}),
        (G.REVISITED, {"must_reply": True, "is_revisited": True}, {"must_reply": True}),
        (G.RATING, {"rating": 1}, {"rating": 6}),
        (G.WAS_OVERDUE, {"was_overdue": True}, {}),
        (G.APPEAL_PENDING, {"facts": CaseFacts(is_appeal_pending=True)}, {"facts": CaseFacts()}),
        (G.NO_APPEAL_PENDING, {"facts": CaseFacts()}, {"facts": CaseFacts(is_appeal_pending=True)}),
        (G.EXEMPTION, {"exempt": False}, {}),
        (G.REPLY_DATE, {"reply_by": NOW + timedelta(hours=1)}, {"reply_by": NOW}),
        (G.SUPERVISION_PENDING, {"facts": CaseFacts(open_supervisions=("a",))}, {}),
        (
            G.SUPERVISION_NAMED,
            {"facts": CaseFacts(open_supervisions=("a",)), "supervision": "a"},
            {"facts": CaseFacts(open_supervisions=("a",)), "supervision": "b"},
        ),
    ],
)
def test_a_guard_holds_and_fails(guard, holding, failing):
    assert JUDGES[guard](Attempt(now=NOW, **holding))
    assert not JUDGES[guard](Attempt(now=NOW, **failing))


def test_every_guard_is_judged_and_used():
    assert set(JUDGES) == set(Guard) == {guard for step in CASE_STEPS for guard in step.guards}
    assert set(FIELDS) <= set(Guard)


def test_every_action_but_imports_stands_in_the_table():
    assert {step.action for step in CASE_STEPS} == set(Action) - NEVER


def test_a_wall_does_nothing():
    assert not any(possible_actions(state, R.WALL) for state in [None, *CaseState])


def test_missing_input_names_its_field():
    with pytest.raises(InvalidInput) as refusal:
        find_step(S.SIGNED, A.RETURN, R.UNIT_HANDLER, Attempt(reason="不属本单位"))
    assert refusal.value.field == "reason_code"


def test_the_main_path_ends_closed():
    state = None
    for action in ("report", "accept", "file", "dispatch", "sign", "arrive", "handle", "verify", "close"):
        state = find_step(state, Action(action), R.SYSTEM, FULL)
    assert state is S.CLOSED
    assert not state.is_open


def test_open_states():
    finished = {state for state in CaseState if not state.is_open}
    assert finished == {S.CLOSED, S.RATED, S.DECLINED, S.MERGED}


# --- Orders ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [None, *OrderState])
def test_an_order_moves_as_its_table_says(state):
    for action in Action:
        if (state, action) in ORDER_STEPS:
            assert order_step(state, action) is ORDER_STEPS[state, action]
            continue
        with pytest.raises(Conflict) as refusal:
            order_step(state, action)
        assert action.label in refusal.value.message
        assert (state.label if state else "无") in refusal.value.message


def test_a_main_order_can_follow_its_case_wherever_that_goes():
    """Walk every reachable pair of case state and main order state: no step of the case leaves the order behind."""
    seen, todo = set(), [(S.REPORTED, None, S.REPORTED)]
    moves = {action for _, action in ORDER_STEPS} - {A.DISPATCH}
    while todo:
        state, order, before = pair = todo.pop()
        if pair in seen:
            continue
        seen.add(pair)
        for step in (s for s in CASE_STEPS if s.state is state and G.ASSISTING not in s.guards):
            if step.action is A.UNIT_CONFIRM and order is not OrderState.HANDLED:
                continue  # its guard: the worker has reported the work done
            after = {Stay.SAME: state, Stay.BEFORE: before}.get(step.to, step.to)
            if step.action is A.DISPATCH:
                moved = OrderState.SENT
            elif step.action in moves:
                moved = order_step(order, step.action)
            else:
                moved = order
            todo.append((after, moved, state if after is S.SUSPENDED else before))
    assert {state for state, _, _ in seen} == set(CaseState)


def test_assisting_orders_follow_only_where_they_can():
    assert set(ASSISTS_FOLLOW.values()) <= {action for _, action in ORDER_STEPS}
