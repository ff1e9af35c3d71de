"""The life of a case and of an order, each one table; a step that is not in it is refused with its reason.

Case: (state, action, role) → state, with guards judged in `data.domain.guards`. Where rows differ only in
their guards, the first whose guards hold counts. `SAME` keeps the state; `BEFORE` is the state that a
suspension interrupted. Order: (state, action) → state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from data.domain.guards import Guard
from data.domain.vocabulary import Action, CaseState, OrderState, Role


class Stay(StrEnum):
    """Targets that are not a state by name."""

    SAME = "same"
    BEFORE = "before"


Target = CaseState | Stay
A, S, R, G = Action, CaseState, Role, Guard

ANSWERERS = (R.INTAKE, R.DISPATCHER, R.SHIFT_LEAD, R.SYSTEM)
DISPATCHERS = (R.DISPATCHER, R.SHIFT_LEAD, R.SYSTEM)
DESK = (R.DISPATCHER, R.SHIFT_LEAD)
FIELD = (R.GRID_MEMBER, R.UNIT_HANDLER, R.DISPATCHER, R.SHIFT_LEAD, R.SYSTEM)
"""Responders themselves; the desk records what a responder reports."""
WORKERS = (R.GRID_MEMBER, R.DISPATCHER, R.SHIFT_LEAD)
UNITS = (R.UNIT_HANDLER, R.DISPATCHER, R.SHIFT_LEAD)
CHECKERS = (R.VERIFIER, R.DISPATCHER, R.SHIFT_LEAD, R.SYSTEM)
DECIDERS = (R.SHIFT_LEAD, R.LEADER)
AT_WORK = (S.DISPATCHED, S.SIGNED, S.ON_SCENE)
UNSETTLED = (*AT_WORK, S.REWORK)
ASSISTED = (*UNSETTLED, S.HANDLED)
"""States in which an assisting order may still be on its way."""
OPEN = tuple(state for state in S if state.is_open)
APPEALABLE = (*UNSETTLED, S.HANDLED, S.VERIFIED, S.CLOSED, S.RATED)


@dataclass(frozen=True, slots=True)
class Step:
    """One row: in `state`, `role` may do `action`, which leads to `to` where every guard holds."""

    state: CaseState | None
    action: Action
    role: Role
    to: Target
    guards: tuple[Guard, ...] = ()


def _rows(
    states: Iterable[CaseState | None], action: Action, roles: Iterable[Role], to: Target, *guards: Guard
) -> Iterator[Step]:
    roles = tuple(roles)
    return (Step(state, action, role, to, guards) for state in states for role in roles)


CASE_STEPS: tuple[Step, ...] = (
    *_rows((None,), A.REPORT, (R.GRID_MEMBER, R.UNIT_HANDLER, *ANSWERERS), S.REPORTED),
    *_rows((S.REPORTED,), A.ACCEPT, ANSWERERS, S.ACCEPTED),
    *_rows((S.REPORTED, S.ACCEPTED), A.DECLINE, ANSWERERS, S.DECLINED, G.REASON),
    *_rows((S.ACCEPTED,), A.CONFIRM, (R.GRID_MEMBER, R.VERIFIER, *ANSWERERS), Stay.SAME),
    *_rows((S.ACCEPTED,), A.FILE, ANSWERERS, S.FILED),
    *_rows((S.REPORTED, S.ACCEPTED, S.FILED), A.MERGE, DISPATCHERS, S.MERGED, G.OTHER_OPEN_CASE),
    *_rows((S.FILED, S.RETURNED), A.DISPATCH, DISPATCHERS, S.DISPATCHED),
    # The notices wait for the undo; who sends them now gives it up.
    *_rows((S.DISPATCHED,), A.SEND_NOW, DESK, Stay.SAME, G.NOTICES_WAIT),
    *_rows((S.DISPATCHED,), A.UNDO, DESK, S.FILED, G.WITHIN_UNDO),
    # An assisting order goes its own way and leaves the case where it is: the case follows the main order.
    *_rows(ASSISTED, A.SIGN, FIELD, Stay.SAME, G.ASSISTING),
    *_rows(ASSISTED, A.ARRIVE, FIELD, Stay.SAME, G.ASSISTING),
    *_rows(ASSISTED, A.HANDLE, FIELD, Stay.SAME, G.ASSISTING),
    *_rows(ASSISTED, A.UNIT_CONFIRM, UNITS, Stay.SAME, G.ASSISTING),
    *_rows(ASSISTED, A.RETURN, FIELD, Stay.SAME, G.ASSISTING, G.REASON, G.RETURN_CODE),
    *_rows(ASSISTED, A.RECALL, DESK, Stay.SAME, G.ASSISTING, G.REASON),
    *_rows(UNSETTLED, A.RECALL, DESK, S.FILED, G.REASON),
    *_rows((S.DISPATCHED,), A.SIGN, FIELD, S.SIGNED),
    *_rows((S.SIGNED,), A.ARRIVE, FIELD, S.ON_SCENE),
    # The worker says done; the unit confirms, and only that ends the handling.
    *_rows((S.ON_SCENE, S.REWORK), A.HANDLE, WORKERS, Stay.SAME),
    *_rows((S.ON_SCENE, S.REWORK), A.HANDLE, (R.UNIT_HANDLER, R.SYSTEM), S.HANDLED),
    *_rows((S.ON_SCENE, S.REWORK), A.UNIT_CONFIRM, UNITS, S.HANDLED, G.WORK_DONE),
    *_rows(AT_WORK, A.RETURN, FIELD, S.RETURNED, G.REASON, G.RETURN_CODE, G.FIRST_RETURN),
    *_rows(AT_WORK, A.RETURN, FIELD, S.ADJUDICATING, G.REASON, G.RETURN_CODE, G.RETURNED_BEFORE),
    *_rows((S.ADJUDICATING,), A.ADJUDICATE, (R.SHIFT_LEAD,), S.FILED, G.REASON, G.UNIT_NAMED),
    *_rows((S.HANDLED,), A.VERIFY, CHECKERS, S.VERIFIED, G.ASSISTS_DONE),
    *_rows((S.HANDLED,), A.REWORK, CHECKERS, S.REWORK, G.REASON),
    *_rows((S.VERIFIED,), A.CLOSE, CHECKERS, S.CLOSED),
    *_rows((S.CLOSED, S.RATED), A.REOPEN, DISPATCHERS, S.FILED, G.REASON),
    # 12345 wants an answer to a case that was declined or merged, too.
    *_rows(
        (S.HANDLED, S.VERIFIED, S.CLOSED, S.DECLINED, S.MERGED), A.REPLY, (R.UNIT_HANDLER, *ANSWERERS),
        Stay.SAME, G.REPLY_TEXT,
    ),
    *_rows((S.CLOSED,), A.RATE, (R.VERIFIER, *ANSWERERS), S.RATED, G.REPLIED, G.REVISITED, G.RATING),
    *_rows(
        UNSETTLED, A.REQUEST_EXTENSION, (R.GRID_MEMBER, *UNITS), Stay.SAME,
        G.REASON, G.NO_EXTENSION_PENDING, G.EXTENSION_LEFT, G.NOT_OVERDUE,
    ),
    *_rows(UNSETTLED, A.APPROVE_EXTENSION, (R.SHIFT_LEAD,), Stay.SAME, G.EXTENSION_PENDING),
    *_rows(UNSETTLED, A.REFUSE_EXTENSION, (R.SHIFT_LEAD,), Stay.SAME, G.EXTENSION_PENDING, G.REASON),
    *_rows(
        (S.ACCEPTED, S.FILED, *UNSETTLED), A.SUSPEND, (R.SHIFT_LEAD,), S.SUSPENDED,
        G.REASON, G.NOT_SUSPENDED_BEFORE, G.UNTIL_WITHIN_YEAR,
    ),
    *_rows((S.SUSPENDED,), A.RESUME, DISPATCHERS, Stay.BEFORE),
    *_rows(APPEALABLE, A.APPEAL, UNITS, Stay.SAME, G.REASON, G.WAS_OVERDUE, G.NO_APPEAL_PENDING),
    # Wherever the case has gone meanwhile, an appeal once made can be decided.
    *_rows(
        (*APPEALABLE, S.FILED, S.RETURNED, S.ADJUDICATING, S.SUSPENDED), A.DECIDE_APPEAL, DECIDERS,
        Stay.SAME, G.APPEAL_PENDING, G.REASON, G.EXEMPTION,
    ),
    *_rows(OPEN, A.SUPERVISE, DECIDERS, Stay.SAME, G.REASON, G.REPLY_DATE),
    *_rows(
        S, A.ANSWER_SUPERVISION, UNITS, Stay.SAME, G.SUPERVISION_PENDING, G.SUPERVISION_NAMED, G.REASON
    ),
    *_rows(OPEN, A.RECLOCK, (R.SYSTEM,), Stay.SAME),
)  # fmt: skip

BY_LOADS = frozenset({A.IMPORT, A.WITHDRAW})
"""Not steps: a load sets the state that its file says, a rollback the one of before."""

T = OrderState

ORDER_STEPS: dict[tuple[OrderState | None, Action], OrderState] = {
    (None, A.DISPATCH): T.SENT,
    (T.SENT, A.SIGN): T.SIGNED,
    (T.SIGNED, A.ARRIVE): T.ON_SCENE,
    (T.ON_SCENE, A.HANDLE): T.HANDLED,
    (T.HANDLED, A.HANDLE): T.HANDLED,
    (T.HANDLED, A.UNIT_CONFIRM): T.CONFIRMED,
    (T.HANDLED, A.VERIFY): T.CONFIRMED,
    (T.CONFIRMED, A.VERIFY): T.CONFIRMED,
    (T.HANDLED, A.REWORK): T.ON_SCENE,
    (T.CONFIRMED, A.REWORK): T.ON_SCENE,
    (T.SENT, A.RETURN): T.RETURNED,
    (T.SIGNED, A.RETURN): T.RETURNED,
    (T.ON_SCENE, A.RETURN): T.RETURNED,
    (T.HANDLED, A.RETURN): T.RETURNED,
    (T.SENT, A.UNDO): T.RECALLED,
    (T.SENT, A.RECALL): T.RECALLED,
    (T.SIGNED, A.RECALL): T.RECALLED,
    (T.ON_SCENE, A.RECALL): T.RECALLED,
    (T.HANDLED, A.RECALL): T.RECALLED,
}
ORDER_DONE = frozenset({T.HANDLED, T.CONFIRMED, T.RETURNED, T.RECALLED})
"""Orders that no longer keep a case from 核查."""
ORDER_OVER = frozenset({T.CONFIRMED, T.RETURNED, T.RECALLED})
"""Orders that nobody moves on; a rework takes the main one up again."""

ASSISTS_FOLLOW: dict[Action, Action] = {
    A.UNDO: A.UNDO,
    A.RECALL: A.RECALL,
    A.RETURN: A.RECALL,
    A.VERIFY: A.VERIFY,
}
"""What a step of the main order does to the assisting ones: with a return they are withdrawn, as the case
is dispatched anew; 核查 confirms those that are handled. Any other step leaves them on their own way."""
