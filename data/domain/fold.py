"""What a case's journal says of the case: its facts are the fold of its entries, in journal order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from data.domain.clock import FUTURE_TOLERANCE
from data.domain.errors import InvalidInput
from data.domain.journal import Entry
from data.domain.vocabulary import Action, CaseState

AT_WORK = frozenset({CaseState.DISPATCHED, CaseState.SIGNED, CaseState.ON_SCENE, CaseState.REWORK})
"""States in which a case is with its unit."""

SHOWN_MINUTES = "%Y-%m-%d %H:%M"


@dataclass(slots=True)
class CaseFacts:
    """A case as its journal left it; only `fold` and `grow` write it.

    Instants are what was claimed (`happened_at`), which is what clocks go by. `is_work_done` holds from
    the worker's report until the unit confirms or the work begins anew; `is_sent_now` from the moment that
    somebody sent a dispatch's notices without waiting for its undo.
    """

    state: CaseState | None = None
    sequence: int = 0
    last_happened_at: datetime | None = None
    last_recorded_at: datetime | None = None
    last_action: Action | None = None
    last_actor: str | None = None
    is_confirmed: bool = False
    dispatches: int = 0
    first_dispatched_at: datetime | None = None
    dispatched_at: datetime | None = None
    dispatch_recorded_at: datetime | None = None
    dispatched_by: str | None = None
    is_sent_now: bool = False
    unit: str | None = None
    is_work_done: bool = False
    handled_at: datetime | None = None
    closed_at: datetime | None = None
    returns: int = 0
    reworks: int = 0
    reopens: int = 0
    extensions: int = 0
    is_extension_pending: bool = False
    suspensions: int = 0
    state_before_suspension: CaseState | None = None
    suspended_until: datetime | None = None
    is_replied: bool = False
    is_appeal_pending: bool = False
    is_exempt: bool = False
    supervisions: int = 0
    open_supervisions: tuple[str, ...] = ()
    merged_into: int | None = None


def fold(entries: Iterable[Entry]) -> CaseFacts:
    """Return the facts that a case's entries amount to, oldest first."""
    facts = CaseFacts()
    for entry in entries:
        grow(facts, entry)
    return facts


def grow(facts: CaseFacts, entry: Entry) -> None:
    """Let the facts take up the next entry; only its own case's entries, in their sequence."""
    before = facts.state
    facts.state = entry.to_state
    facts.sequence = entry.sequence
    facts.last_happened_at, facts.last_recorded_at = entry.happened_at, entry.recorded_at
    facts.last_action, facts.last_actor = entry.action, entry.actor
    if is_of_assisting_order(entry):
        return
    effect = EFFECTS.get(entry.action)
    if effect is not None:
        effect(facts, entry)
    if before is not entry.to_state and entry.to_state is not CaseState.SUSPENDED:
        _settle(facts)


def is_of_assisting_order(entry: Entry) -> bool:
    """Whether an entry moved an assisting order alone: the case follows its main order."""
    return "assisting" in entry.payload


def checked_happening(claimed: datetime | None, facts: CaseFacts, now: datetime) -> datetime:
    """Return when an action happened; without a claim, now.

    A claim never lies in the future nor before the action that it follows: else `InvalidInput` with its cure.
    A clock that is ahead by minutes counts as now.
    """
    if claimed is None:
        return now
    if claimed > now + FUTURE_TOLERANCE:
        raise _unbelievable(claimed, "晚于当前时间", "请核对日期与时区，发生时间不能在未来")
    followed = facts.last_happened_at
    if followed is not None and claimed < followed:
        action = facts.last_action.label if facts.last_action else "上一步"
        cure = (
            f"上一步“{action}”发生在 {followed.astimezone(claimed.tzinfo):{SHOWN_MINUTES}}，请填写其后的时间"
        )
        raise _unbelievable(claimed, "早于上一步", cure)
    return min(claimed, now)


def _unbelievable(claimed: datetime, why: str, cure: str) -> InvalidInput:
    shown = claimed.isoformat(timespec="minutes")
    return InvalidInput(f"发生时间 {shown} {why}", field="happened_at", value=claimed.isoformat(), cure=cure)


def _settle(facts: CaseFacts) -> None:
    """A case that goes on is not suspended any more; one that has left its unit waits for no extension."""
    facts.state_before_suspension = facts.suspended_until = None
    if facts.state not in AT_WORK:
        facts.is_extension_pending = False


def _confirm(facts: CaseFacts, entry: Entry) -> None:
    facts.is_confirmed = True


def _dispatch(facts: CaseFacts, entry: Entry) -> None:
    facts.dispatches += 1
    facts.first_dispatched_at = facts.first_dispatched_at or entry.happened_at
    facts.dispatched_at, facts.dispatch_recorded_at = entry.happened_at, entry.recorded_at
    facts.dispatched_by = entry.actor
    facts.is_work_done = False
    facts.is_sent_now = entry.payload.get("send_now") is True
    facts.unit = _text(entry.payload, "unit") or facts.unit


def _send_now(facts: CaseFacts, entry: Entry) -> None:
    facts.is_sent_now = True


def _handle(facts: CaseFacts, entry: Entry) -> None:
    facts.is_work_done = True
    if entry.to_state is CaseState.HANDLED:
        facts.handled_at = entry.happened_at


def _return(facts: CaseFacts, entry: Entry) -> None:
    facts.returns += 1


def _adjudicate(facts: CaseFacts, entry: Entry) -> None:
    facts.unit = _text(entry.payload, "unit") or facts.unit


def _rework(facts: CaseFacts, entry: Entry) -> None:
    facts.reworks += 1
    facts.is_work_done = False


def _close(facts: CaseFacts, entry: Entry) -> None:
    facts.closed_at = entry.happened_at


def _reopen(facts: CaseFacts, entry: Entry) -> None:
    """A case that comes back is replied to anew; its first dispatch and its pauses stay."""
    facts.reopens += 1
    facts.closed_at = None
    facts.is_replied = False


def _request_extension(facts: CaseFacts, entry: Entry) -> None:
    facts.is_extension_pending = True


def _approve_extension(facts: CaseFacts, entry: Entry) -> None:
    facts.is_extension_pending = False
    facts.extensions += 1


def _refuse_extension(facts: CaseFacts, entry: Entry) -> None:
    facts.is_extension_pending = False


def _suspend(facts: CaseFacts, entry: Entry) -> None:
    facts.suspensions += 1
    facts.state_before_suspension = entry.from_state
    until = _text(entry.payload, "until")
    facts.suspended_until = datetime.fromisoformat(until) if until else None


def _reply(facts: CaseFacts, entry: Entry) -> None:
    facts.is_replied = True


def _appeal(facts: CaseFacts, entry: Entry) -> None:
    facts.is_appeal_pending = True


def _decide_appeal(facts: CaseFacts, entry: Entry) -> None:
    facts.is_appeal_pending = False
    facts.is_exempt = facts.is_exempt or entry.payload.get("exempt") is True


def _supervise(facts: CaseFacts, entry: Entry) -> None:
    facts.supervisions += 1
    facts.open_supervisions += (str(entry.payload.get("number")),)


def _answer_supervision(facts: CaseFacts, entry: Entry) -> None:
    answered = entry.payload.get("number")
    facts.open_supervisions = tuple(n for n in facts.open_supervisions if n != answered)


def _merge(facts: CaseFacts, entry: Entry) -> None:
    into = entry.payload.get("into")
    facts.merged_into = into if isinstance(into, int) else None


def _import(facts: CaseFacts, entry: Entry) -> None:
    """A load says which state the case is in; what it says has been handled and closed by then."""
    if entry.to_state is CaseState.CLOSED:
        facts.closed_at = entry.happened_at
    elif entry.to_state.is_open:
        facts.closed_at = None


def _text(payload: Mapping[str, object], name: str) -> str | None:
    value = payload.get(name)
    return value if isinstance(value, str) and value else None


EFFECTS: Mapping[Action, Callable[[CaseFacts, Entry], None]] = {
    Action.CONFIRM: _confirm,
    Action.DISPATCH: _dispatch,
    Action.SEND_NOW: _send_now,
    Action.HANDLE: _handle,
    Action.UNIT_CONFIRM: _handle,
    Action.RETURN: _return,
    Action.ADJUDICATE: _adjudicate,
    Action.REWORK: _rework,
    Action.CLOSE: _close,
    Action.REOPEN: _reopen,
    Action.REQUEST_EXTENSION: _request_extension,
    Action.APPROVE_EXTENSION: _approve_extension,
    Action.REFUSE_EXTENSION: _refuse_extension,
    Action.SUSPEND: _suspend,
    Action.REPLY: _reply,
    Action.APPEAL: _appeal,
    Action.DECIDE_APPEAL: _decide_appeal,
    Action.SUPERVISE: _supervise,
    Action.ANSWER_SUPERVISION: _answer_supervision,
    Action.MERGE: _merge,
    Action.IMPORT: _import,
    Action.WITHDRAW: _import,
}
"""What each action does to the facts besides the state; an action that is not here does nothing else."""
