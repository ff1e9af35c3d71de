"""The life of a case and of an order, each one table of (state, action, role) → state with guards.

A step that is not in the table is refused with its reason. A guard is named here and judged in
`data.domain.guards`; where two rows differ only in their guards, the first whose guards hold counts.
`SAME` keeps the state; `BEFORE` is the state that a suspension interrupted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from data.domain.vocabulary import Action, CaseState, OrderState, Role, Word


class Guard(Word):
    """What must hold besides state and role, with the sentence of its refusal."""

    REASON = "reason", "需要填写理由"
    FIRST_RETURN = "first_return", "第一次退单"
    RETURNED_BEFORE = "returned_before", "第二次退单转入裁定"
    WITHIN_UNDO = "within_undo", "只能在派遣后 30 秒内、签收之前撤销"
    OTHER_OPEN_CASE = "other_open_case", "只能并入另一件在办案卷"
    ASSISTS_DONE = "assists_done", "协办派遣单尚未办完或撤回"
    WORK_DONE = "work_done", "现场尚未报告处置完成"
    NOT_OVERDUE = "not_overdue", "已经超期，不能再申请延期"
    EXTENSION_LEFT = "extension_left", "最多延期两次"
    EXTENSION_PENDING = "extension_pending", "没有待批的延期申请"
    NO_EXTENSION_PENDING = "no_extension_pending", "已有一份延期申请待批"
    NOT_SUSPENDED_BEFORE = "not_suspended_before", "一件案卷只能挂起一次"
    UNTIL_WITHIN_YEAR = "until_within_year", "挂起须写明一年之内的恢复日期"
    REPLIED = "replied", "须先回复来单方并回访，才能评价"
    WAS_OVERDUE = "was_overdue", "没有超期的案卷无从申诉"
    APPEAL_PENDING = "appeal_pending", "没有待裁定的申诉"
    NO_APPEAL_PENDING = "no_appeal_pending", "已有一份申诉待裁定"
    REPLY_DATE = "reply_date", "督办须写明回复日期"


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
AT_WORK = (S.DISPATCHED, S.SIGNED, S.ON_SCENE)
UNSETTLED = (*AT_WORK, S.REWORK)
OPEN = tuple(state for state in S if state.is_open)


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
    *_rows((S.DISPATCHED,), A.UNDO, DESK, S.FILED, G.WITHIN_UNDO),
    *_rows(UNSETTLED, A.RECALL, DESK, S.FILED, G.REASON),
    *_rows((S.DISPATCHED,), A.SIGN, FIELD, S.SIGNED),
    *_rows((S.SIGNED,), A.ARRIVE, FIELD, S.ON_SCENE),
    # The worker says done; the unit confirms, and only that ends the handling.
    *_rows((S.ON_SCENE, S.REWORK), A.HANDLE, WORKERS, Stay.SAME),
    *_rows((S.ON_SCENE, S.REWORK), A.HANDLE, (R.UNIT_HANDLER, R.SYSTEM), S.HANDLED),
    *_rows((S.ON_SCENE, S.REWORK), A.UNIT_CONFIRM, UNITS, S.HANDLED, G.WORK_DONE),
    *_rows(AT_WORK, A.RETURN, FIELD, S.RETURNED, G.REASON, G.FIRST_RETURN),
    *_rows(AT_WORK, A.RETURN, FIELD, S.ADJUDICATING, G.REASON, G.RETURNED_BEFORE),
    *_rows((S.ADJUDICATING,), A.ADJUDICATE, (R.SHIFT_LEAD,), S.FILED, G.REASON),
    *_rows((S.HANDLED,), A.VERIFY, CHECKERS, S.VERIFIED, G.ASSISTS_DONE),
    *_rows((S.HANDLED,), A.REWORK, CHECKERS, S.REWORK, G.REASON),
    *_rows((S.VERIFIED,), A.CLOSE, CHECKERS, S.CLOSED),
    *_rows((S.CLOSED, S.RATED), A.REOPEN, DISPATCHERS, S.FILED, G.REASON),
    *_rows((S.HANDLED, S.VERIFIED, S.CLOSED), A.REPLY, (R.UNIT_HANDLER, *ANSWERERS), Stay.SAME),
    *_rows((S.CLOSED,), A.RATE, (R.VERIFIER, *ANSWERERS), S.RATED, G.REPLIED),
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
    *_rows(
        (*UNSETTLED, S.HANDLED, S.VERIFIED, S.CLOSED, S.RATED), A.APPEAL, UNITS, Stay.SAME,
        G.REASON, G.WAS_OVERDUE, G.NO_APPEAL_PENDING,
    ),
    *_rows(
        (*UNSETTLED, S.HANDLED, S.VERIFIED, S.CLOSED, S.RATED), A.DECIDE_APPEAL, (R.SHIFT_LEAD, R.LEADER),
        Stay.SAME, G.APPEAL_PENDING, G.REASON,
    ),
    *_rows(OPEN, A.SUPERVISE, (R.SHIFT_LEAD, R.LEADER), Stay.SAME, G.REASON, G.REPLY_DATE),
    *_rows(OPEN, A.RECLOCK, (R.SYSTEM,), Stay.SAME),
)  # fmt: skip
"""Imports (`Action.IMPORT`, `Action.WITHDRAW`) are not steps: a load sets the state that its file says."""

T = OrderState

ORDER_STEPS: dict[tuple[OrderState | None, Action], OrderState] = {
    (None, A.DISPATCH): T.SENT,
    (T.SENT, A.SIGN): T.SIGNED,
    (T.SIGNED, A.ARRIVE): T.ON_SCENE,
    (T.ON_SCENE, A.HANDLE): T.HANDLED,
    (T.HANDLED, A.UNIT_CONFIRM): T.CONFIRMED,
    (T.HANDLED, A.VERIFY): T.CONFIRMED,
    (T.HANDLED, A.REWORK): T.ON_SCENE,
    (T.CONFIRMED, A.REWORK): T.ON_SCENE,
    (T.SENT, A.RETURN): T.RETURNED,
    (T.SIGNED, A.RETURN): T.RETURNED,
    (T.ON_SCENE, A.RETURN): T.RETURNED,
    (T.SENT, A.UNDO): T.RECALLED,
    (T.SENT, A.RECALL): T.RECALLED,
    (T.SIGNED, A.RECALL): T.RECALLED,
    (T.ON_SCENE, A.RECALL): T.RECALLED,
    (T.HANDLED, A.RECALL): T.RECALLED,
}
ORDER_DONE = frozenset({T.HANDLED, T.CONFIRMED, T.RETURNED, T.RECALLED})
"""Orders that no longer keep a case from 核查."""
