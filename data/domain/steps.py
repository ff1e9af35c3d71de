"""Finding the step that somebody wants to take, or saying why it cannot be taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from data.domain.errors import CloudError, Conflict, Forbidden, InvalidInput
from data.domain.guards import FIELDS, Attempt, Guard, holds
from data.domain.lifecycle import CASE_STEPS, ORDER_STEPS, Stay, Step
from data.domain.vocabulary import Action, CaseState, OrderState, Role, Word

REFRESH = "请刷新后查看案卷当前状态，再选择可用的操作"


def _by_state_and_action() -> Mapping[tuple[CaseState | None, Action], tuple[Step, ...]]:
    found: dict[tuple[CaseState | None, Action], list[Step]] = defaultdict(list)
    for step in CASE_STEPS:
        found[step.state, step.action].append(step)
    return {key: tuple(steps) for key, steps in found.items()}


STEPS = _by_state_and_action()


def find_step(state: CaseState | None, action: Action, role: Role, attempt: Attempt) -> CaseState:
    """Return the state that a step leads to.

    Raises `Conflict` (409) where the state or a guard refuses it, `InvalidInput` (422) naming the field where
    something was left out, and `Forbidden` (403) where the role may not; each says what is possible instead.
    """
    rows = STEPS.get((state, action), ())
    if not rows:
        raise _not_in(state, action, role)
    own = [step for step in rows if step.role is role]
    if not own:
        raise _not_by(state, action, role, rows)
    missing = [_first_missing(step, attempt) for step in own]
    for step, guard in zip(own, missing, strict=True):
        if guard is None:
            return _target(step, attempt)
    raise _not_so(action, own, missing)


def possible_actions(state: CaseState | None, role: Role) -> tuple[Action, ...]:
    """Return what a role may try in a state, guards aside, in the order of the table."""
    assisting = Guard.ASSISTING
    rows = (s for s in CASE_STEPS if s.state is state and s.role is role and assisting not in s.guards)
    return tuple(dict.fromkeys(step.action for step in rows))


def order_step(state: OrderState | None, action: Action) -> OrderState:
    """Return the state that an action leads an order to; raise `Conflict` where the table has no such step."""
    to = ORDER_STEPS.get((state, action))
    if to is None:
        raise Conflict(
            f"派遣单当前状态“{_shown(state)}”不能执行“{action.label}”",
            code="step_refused",
            field="action",
            value=str(action),
            cure=f"此状态下可以：{_listed(a for (s, a) in ORDER_STEPS if s is state)}",
        )
    return to


def _first_missing(step: Step, attempt: Attempt) -> Guard | None:
    return next((guard for guard in step.guards if not holds(guard, attempt)), None)


def _target(step: Step, attempt: Attempt) -> CaseState:
    if isinstance(step.to, CaseState):
        return step.to
    kept = step.state if step.to is Stay.SAME else attempt.facts.state_before_suspension
    if kept is None:
        raise Conflict(
            "案卷挂起前的状态无从得知", code="step_refused", field="action", cure="请联系管理员核对流转记录"
        )
    return kept


def _not_in(state: CaseState | None, action: Action, role: Role) -> CloudError:
    possible = possible_actions(state, role)
    cure = f"{role.label}现在可以：{_listed(possible)}" if possible else REFRESH
    return Conflict(
        f"当前状态“{_shown(state)}”不能执行“{action.label}”",
        code="step_refused",
        field="action",
        value=str(action),
        cure=cure,
    )


def _not_by(state: CaseState | None, action: Action, role: Role, rows: tuple[Step, ...]) -> CloudError:
    who = _listed(step.role for step in rows if step.role is not Role.SYSTEM) or Role.SYSTEM.label
    return Forbidden(
        f"{role.label}不能对“{_shown(state)}”的案卷执行“{action.label}”",
        code="role_refused",
        field="action",
        value=str(action),
        cure=f"可由{who}执行",
    )


def _not_so(action: Action, rows: list[Step], missing: list[Guard | None]) -> CloudError:
    """Name the guard of the row that came furthest: the others were not meant."""
    ranked = [(step.guards.index(guard), guard) for step, guard in zip(rows, missing, strict=True) if guard]
    meant = [pair for pair in ranked if pair[1] is not Guard.ASSISTING]
    if not meant:
        return _not_in(rows[0].state, action, rows[0].role)
    guard = max(meant, key=lambda pair: pair[0])[1]
    message = f"不能“{action.label}”：{guard.label}"
    if guard in FIELDS:
        return InvalidInput(message, code=str(guard), field=FIELDS[guard], cure=f"请填写 {FIELDS[guard]}")
    return Conflict(message, code=str(guard), field="action", value=str(action), cure=REFRESH)


def _shown(state: CaseState | OrderState | None) -> str:
    return "无" if state is None else state.label


def _listed(words: Iterable[Word]) -> str:
    return "、".join(dict.fromkeys(word.label for word in words))
