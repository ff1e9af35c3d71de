"""The main path of a case as one table of (state, action) → state.

The table holds the steps that history, the simulation and imports take. A step that is not in it is
refused with its reason.
"""

from __future__ import annotations

from types import MappingProxyType

from data.domain.errors import Conflict
from data.domain.vocabulary import Action, CaseState

A, S = Action, CaseState

TRANSITIONS = MappingProxyType(
    {
        (None, A.REPORT): S.REPORTED,
        (S.REPORTED, A.ACCEPT): S.ACCEPTED,
        (S.REPORTED, A.DECLINE): S.DECLINED,
        (S.ACCEPTED, A.FILE): S.FILED,
        (S.ACCEPTED, A.MERGE): S.MERGED,
        (S.FILED, A.DISPATCH): S.DISPATCHED,
        (S.DISPATCHED, A.SIGN): S.SIGNED,
        (S.DISPATCHED, A.RETURN): S.RETURNED,
        (S.SIGNED, A.ARRIVE): S.ON_SCENE,
        (S.SIGNED, A.RETURN): S.RETURNED,
        (S.RETURNED, A.DISPATCH): S.DISPATCHED,
        (S.ON_SCENE, A.HANDLE): S.HANDLED,
        (S.HANDLED, A.VERIFY): S.VERIFIED,
        (S.HANDLED, A.REWORK): S.REWORK,
        (S.REWORK, A.HANDLE): S.HANDLED,
        (S.VERIFIED, A.CLOSE): S.CLOSED,
        (S.CLOSED, A.REOPEN): S.FILED,
        (S.CLOSED, A.RATE): S.RATED,
    }
)


def next_state(state: CaseState | None, action: Action) -> CaseState:
    """Return the state that `action` leads to; raise `Conflict` where the table has no such step."""
    try:
        return TRANSITIONS[(state, action)]
    except KeyError:
        shown = "无" if state is None else state.label
        raise Conflict(
            f"当前状态“{shown}”不能执行“{action.label}”",
            code="step_refused",
            field="action",
            value=str(action),
            cure="请刷新后查看案卷当前状态，再选择可用的操作",
        ) from None
