"""What a seat may do with a case next: one step that is due, and the others with what must be said for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from data.domain.guards import FIELDS, Attempt, Guard, holds
from data.domain.lifecycle import CASE_STEPS, Step
from data.domain.vocabulary import Action, CaseState, OrderState, ReturnCode, Role

A, S, R = Action, CaseState, Role


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    MOMENT = "moment"
    CHOICE = "choice"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that must be said, or may be; `options` are (value, words) of a choice."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    is_required: bool = True
    options: tuple[tuple[str, str], ...] = ()
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that can be pressed: its words, what has to be said, and what the press carries besides."""

    action: Action
    words: str
    fields: tuple[Field, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


UNITS = "units"
"""Stands for the units of the town among a field's options."""

YES_NO = (("yes", "是"), ("no", "否"))
REASON = Field("reason", "理由")
UNIT = Field("unit", "承办单位", Kind.CHOICE, options=((UNITS, ""),))

WORDS: Mapping[Action, str] = {
    A.SIGN: "记录签收",
    A.ARRIVE: "记录到场",
    A.HANDLE: "记录处置完成",
    A.UNIT_CONFIRM: "记录单位确认",
    A.RETURN: "记录退单",
    A.VERIFY: "核查通过",
    A.REWORK: "核查不通过，返工",
    A.RECALL: "撤回派遣",
    A.DISPATCH: "一键派遣",
    A.DECIDE_APPEAL: "裁定申诉",
    A.RESUME: "恢复办理",
    A.REPLY: "回复来单方",
    A.RATE: "回访评价",
}
"""What a button says where the action's own word would not tell enough."""

MEANS: Mapping[Action, str] = {
    A.CONFIRM: "核实在立案之前：情况属实，记下即可，状态不变",
    A.VERIFY: "核查在处置之后：结果合格，才能结案",
    A.REWORK: "核查在处置之后：结果不合格，由原单位重办",
}
"""Words that sound alike and mean different things: said wherever they can be pressed."""

SAID: Mapping[Action, tuple[Field, ...]] = {
    A.DECLINE: (REASON,),
    A.MERGE: (Field("into_number", "并入的案卷号"),),
    A.RECALL: (REASON,),
    A.RETURN: (
        Field("reason_code", "原因", Kind.CHOICE, options=tuple((c.value, c.label) for c in ReturnCode)),
        REASON,
    ),
    A.ADJUDICATE: (
        UNIT,
        REASON,
        Field("corrects", "同时更正权责清单", Kind.CHOICE, options=YES_NO),
        Field("citation", "依据", is_required=False),
    ),
    A.REWORK: (REASON,),
    A.REOPEN: (REASON,),
    A.REPLY: (Field("text", "回复内容"),),
    A.RATE: (
        Field("rating", "满意度（1 至 5 分）", Kind.NUMBER, least=1, most=5),
        Field("revisited", "已回访", Kind.CHOICE, options=YES_NO),
    ),
    A.REQUEST_EXTENSION: (REASON,),
    A.REFUSE_EXTENSION: (REASON,),
    A.SUSPEND: (Field("until", "恢复时间", Kind.MOMENT), REASON),
    A.APPEAL: (REASON,),
    A.DECIDE_APPEAL: (Field("exempt", "统计上免责", Kind.CHOICE, options=YES_NO), REASON),
    A.SUPERVISE: (Field("reply_by", "回复期限", Kind.MOMENT), Field("reason", "督办内容")),
    A.ANSWER_SUPERVISION: (
        Field("supervision", "督办编号（只有一份待回复时可不填）", is_required=False),
        Field("reason", "回复内容"),
    ),
}
"""What has to be said for an action; the lifecycle's guards judge it."""

NEXT: Mapping[CaseState, Action] = {
    S.REPORTED: A.DISPATCH,
    S.ACCEPTED: A.DISPATCH,
    S.FILED: A.DISPATCH,
    S.RETURNED: A.DISPATCH,
    S.DISPATCHED: A.SIGN,
    S.SIGNED: A.ARRIVE,
    S.ON_SCENE: A.HANDLE,
    S.REWORK: A.HANDLE,
    S.ADJUDICATING: A.ADJUDICATE,
    S.HANDLED: A.VERIFY,
    S.VERIFIED: A.CLOSE,
    S.SUSPENDED: A.RESUME,
}
"""The step that is due in each state."""

SECOND: Mapping[CaseState, Action] = {S.REPORTED: A.ACCEPT, S.ACCEPTED: A.FILE}
"""The step that is due for those who may not take the first one."""

BY_PRESS = frozenset({S.REPORTED, S.ACCEPTED})
"""One press accepts and files what nobody has accepted yet."""

OWN_PLACE = frozenset({A.UNDO, A.SEND_NOW, A.RECLOCK})
"""The thirty seconds have a strip of their own; the program alone reckons a clock anew."""

ORDER_NEXT: Mapping[OrderState, tuple[Action, ...]] = {
    OrderState.SENT: (A.SIGN, A.RETURN, A.RECALL),
    OrderState.SIGNED: (A.ARRIVE, A.RETURN, A.RECALL),
    OrderState.ON_SCENE: (A.HANDLE, A.RETURN, A.RECALL),
    OrderState.HANDLED: (A.UNIT_CONFIRM, A.RECALL),
}
"""What the desk takes down for an assisting order, which goes its own way."""


def allowed(state: CaseState, role: Role) -> frozenset[Action]:
    """Return what the lifecycle lets a role do in a state, guards aside."""
    return _with_press(state, role, {step.action for step in _rows(state, role)})


def possible(state: CaseState, role: Role, attempt: Attempt) -> frozenset[Action]:
    """Return what a role can do in a state as things stand; what has to be typed is not asked yet."""
    rows = [step for step in _rows(state, role) if _fits(step, attempt)]
    return _with_press(state, role, {step.action for step in rows})


def order_actions(state: CaseState, order: OrderState, role: Role) -> tuple[Action, ...]:
    """Return what a role may take down for an assisting order of a case in a state."""
    found = {step.action for step in _rows(state, role, is_assisting=True)}
    return tuple(action for action in ORDER_NEXT.get(order, ()) if action in found)


def _rows(state: CaseState, role: Role, *, is_assisting: bool = False) -> list[Step]:
    own = (step for step in CASE_STEPS if step.state is state and step.role is role)
    return [step for step in own if (Guard.ASSISTING in step.guards) is is_assisting]


def _fits(step: Step, attempt: Attempt) -> bool:
    return all(guard in FIELDS or holds(guard, attempt) for guard in step.guards)


def _with_press(state: CaseState, role: Role, found: set[Action]) -> frozenset[Action]:
    if state in BY_PRESS and role in (R.DISPATCHER, R.SHIFT_LEAD):
        found.add(A.DISPATCH)
    return frozenset(found - OWN_PLACE)


def due_step(state: CaseState, found: frozenset[Action], is_work_done: bool = False) -> Action | None:
    """Return which of the actions `found` is due, None where somebody else is to move."""
    first = A.UNIT_CONFIRM if is_work_done and NEXT.get(state) is A.HANDLE else NEXT.get(state)
    return next((action for action in (first, SECOND.get(state)) if action in found), None)


def waiting_states(role: Role) -> tuple[CaseState, ...]:
    """Return the states in which a case waits for the centre's role itself, not for a responder."""
    own = {S.REPORTED, S.ACCEPTED, S.FILED, S.RETURNED, S.ADJUDICATING, S.HANDLED, S.VERIFIED}
    return tuple(s for s in S if s in own and due_step(s, allowed(s, role)) is not None)


def dispatched_states(role: Role) -> tuple[CaseState, ...]:
    """Return the states from which one press of a role dispatches a case."""
    return tuple(s for s in S if NEXT.get(s) is A.DISPATCH and due_step(s, allowed(s, role)) is A.DISPATCH)


def waits_for(state: CaseState) -> tuple[str, ...]:
    """Return the roles, in words, that can take the step that is due in a state."""
    roles = (role for role in Role if role not in (R.SYSTEM, R.WALL))
    return tuple(role.label for role in roles if due_step(state, allowed(state, role)) is NEXT.get(state, ()))


def offer(action: Action, details: Mapping[str, Any] | None = None) -> Offer:
    """Return the button of an action."""
    return Offer(action, WORDS.get(action, action.label), SAID.get(action, ()), details or {})
