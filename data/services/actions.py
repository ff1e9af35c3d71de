"""An action as somebody asks for it, and what each action wants to know in `details`.

| action | details |
|---|---|
| any field step | `order_id` (an assisting order), `joint` (the assisting went along) |
| merge | `into_case_id` |
| return | `reason_code` (a `ReturnCode`) |
| adjudicate | `unit`; to correct the responsibility list: `responsibility` with `village`, `assisting`, `citation` |
| reply | `text` |
| rate | `rating` 1–5, `revisited` |
| suspend | `until` (aware instant); who suspends is the approver |
| decide_appeal | `exempt` |
| supervise | `reply_by` (aware instant); its words are the reason |
| answer_supervision | `supervision` (its number, where more than one waits); the answer is the reason |

Every step but the dispatch may bear a reason; the dispatch has a service of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from data.domain.errors import InvalidInput
from data.domain.journal import canonical_json, utc_text
from data.domain.texts import check_printable
from data.domain.vocabulary import Action, ReturnCode

REASON_LIMIT = 500
TEXT_LIMIT = 2000
WORD_LIMIT = 64
FIELD_ACTIONS = frozenset({Action.SIGN, Action.ARRIVE, Action.HANDLE, Action.UNIT_CONFIRM, Action.RETURN})
ORDER_ACTIONS = FIELD_ACTIONS | {Action.RECALL}
"""Actions that may name an assisting order."""
PRESS = frozenset({"responders", "main_unit", "send_now"})
OWN_FIELDS: Mapping[Action, frozenset[str]] = {
    Action.RETURN: frozenset({"reason_code"}),
    Action.MERGE: frozenset({"into_case_id"}),
    Action.ADJUDICATE: frozenset({"unit", "responsibility"}),
    Action.REPLY: frozenset({"text"}),
    Action.RATE: frozenset({"rating", "revisited"}),
    Action.SUSPEND: frozenset({"until"}),
    Action.DECIDE_APPEAL: frozenset({"exempt"}),
    Action.SUPERVISE: frozenset({"reply_by"}),
    Action.ANSWER_SUPERVISION: frozenset({"supervision"}),
}
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200


@dataclass(frozen=True, slots=True)
class CaseAction:
    """What somebody wants to do to a case; `version` is the one that was seen, None only for the program itself."""

    case_id: int
    action: Action
    version: int | None = None
    reason: str | None = None
    reason_code: str | None = None
    happened_at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, object]:
        """Return the action as plain JSON, which a request key is bound to."""
        return {
            "case_id": self.case_id,
            "action": str(self.action),
            "version": self.version,
            "reason": self.reason,
            "reason_code": self.reason_code,
            "happened_at": None if self.happened_at is None else utc_text(self.happened_at),
            "details": canonical_json(_plain(self.details)),
        }


@dataclass(frozen=True, slots=True)
class ActionReceipt:
    """What an action left: the case's state, version and deadline, and the sequence of its last entry."""

    case_id: int
    number: str
    action: str
    state: str
    version: int
    due_at: str | None
    sequence: int
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Details:
    """Typed reading of an action's details: each method refuses another kind of value, naming the field."""

    given: Mapping[str, Any]

    def text(self, name: str, limit: int = WORD_LIMIT) -> str | None:
        """Return a text without blanks around it; None where it is missing or empty."""
        value = self.given.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or len(value.strip()) > limit:
            raise self._wrong(name, f"应为 {limit} 字以内的文字")
        check_printable(name, value)
        return value.strip() or None

    def instant(self, name: str) -> datetime | None:
        """Return an aware instant, given as one or as ISO 8601 text."""
        value = self.given.get(name)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                raise self._wrong(name, "应为带时区的时间，例如 2026-12-01T09:00:00+08:00") from None
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self._wrong(name, "应为带时区的时间，例如 2026-12-01T09:00:00+08:00")
        if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
            raise self._wrong(name, f"应在 {EARLIEST_YEAR} 年至 {LATEST_YEAR} 年之间")
        return value

    def number(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.given.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self._wrong(name, "应为整数")
        return value

    def flag(self, name: str) -> bool | None:
        """Return true, false, or None where nothing was said."""
        value = self.given.get(name)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(name, "应为 true 或 false")
        return value

    def _wrong(self, name: str, wanted: str) -> InvalidInput:
        shown = str(self.given.get(name))[:WORD_LIMIT]
        return InvalidInput(f"{name} {wanted}", field=name, value=shown, cure=f"请改正 {name} 后重新提交")


def known_fields(action: Action) -> frozenset[str]:
    """Return the names of what may be said with an action; a claimed time is judged apart, with its own words."""
    if action is Action.DISPATCH:
        return PRESS
    of_orders = frozenset({"order_id", "joint"}) if action in ORDER_ACTIONS else frozenset()
    return frozenset({"reason", "happened_at"}) | of_orders | OWN_FIELDS.get(action, frozenset())


def check_fields(action: Action, given: Mapping[str, Any]) -> None:
    """Refuse what an action does not know, naming the first of it."""
    strange = sorted(set(given) - known_fields(action))
    if strange:
        raise InvalidInput(
            f"“{action.label}”没有名为 {strange[0]} 的字段",
            field=strange[0],
            value=str(given[strange[0]])[:WORD_LIMIT],
            cure="请删除这个字段，或核对动作",
        )


def return_code(action: CaseAction) -> ReturnCode | None:
    """Return the code of a return's reason; raise `InvalidInput` for one that is not in the list."""
    if action.reason_code is None:
        return None
    try:
        return ReturnCode(action.reason_code)
    except ValueError:
        listed = "、".join(f"{code.value}（{code.label}）" for code in ReturnCode)
        raise InvalidInput(
            "没有这个退单原因代码", field="reason_code", value=action.reason_code, cure=f"请选择：{listed}"
        ) from None


def checked_reason(action: CaseAction) -> str | None:
    """Return the reason without blanks around it, None where it is empty."""
    reason = (action.reason or "").strip()
    if len(reason) > REASON_LIMIT:
        raise InvalidInput(f"理由应在 {REASON_LIMIT} 字以内", field="reason", cure="请缩短理由")
    check_printable("reason", reason)
    return reason or None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
