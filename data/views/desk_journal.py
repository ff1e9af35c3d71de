"""The journal as people read it: who did what, and what an entry's payload says, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from data.domain.asking import Asking
from data.domain.case_times import named_date
from data.domain.drawer import JournalLine
from data.domain.fold import CaseFacts
from data.domain.journal import Entry
from data.domain.people import PROGRAMS
from data.domain.vocabulary import Action, CaseState, ReturnCode

Payload = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Names:
    """Display names of accounts and staff, of units, and the numbers of cases by their keys."""

    people: Mapping[str, str]
    units: Mapping[str, str]
    cases: Mapping[int, str]
    zone: ZoneInfo

    def person(self, actor: str) -> str:
        """Return the name under which somebody is known."""
        return self.people.get(actor) or PROGRAMS.get(actor) or self.unit(actor)

    def unit(self, code: object) -> str:
        """Return the name of a unit or village, its code where it is gone."""
        return self.units.get(str(code), str(code))

    def case(self, key: object) -> str:
        """Return the number of a case, as people read it."""
        return self.cases.get(key, "另一件案卷") if isinstance(key, int) else "另一件案卷"

    def moment(self, text: object) -> str:
        """Return an instant or a date, as a journal names it, in the town's time; empty for anything else."""
        found = named_date(text, self.zone)
        return f"{found.astimezone(self.zone):%m-%d %H:%M}" if found else ""


def journal_lines(entries: Iterable[Entry], names: Names) -> Iterator[JournalLine]:
    """Yield a line for each entry, in their order."""
    for entry in entries:
        yield JournalLine(
            sequence=entry.sequence,
            recorded_at=entry.recorded_at,
            happened_at=entry.happened_at,
            is_time_flagged=entry.is_time_flagged,
            action=entry.action.label,
            actor=names.person(entry.actor),
            words="，".join(_words(entry, names)),
        )


def pending_words(entries: Iterable[Entry], facts: CaseFacts) -> tuple[str, ...]:
    """Return the requests of a case that wait for somebody's decision, each with its reason."""
    reasons = {entry.action: entry.reason or "" for entry in entries}
    return tuple(
        f"{asking.label}：{reasons.get(asking.by, '')}".rstrip("：") for asking in Asking if asking.of(facts)
    )


def _words(entry: Entry, names: Names) -> Iterator[str]:
    payload = entry.payload
    if payload.get("assisting"):
        yield f"协办 {payload['assisting']}"
    if payload.get("on_behalf_of"):
        yield f"代{names.unit(payload['on_behalf_of'])}记录"
    told = TOLD.get(entry.action)
    if told is not None:
        yield from (word for word in told(payload, names) if word)
    if entry.from_state is not entry.to_state and entry.to_state in TURNS:
        yield TURNS[entry.to_state]
    if entry.reason:
        yield entry.reason


TURNS = {CaseState.ADJUDICATING: "转入裁定", CaseState.HANDLED: "处置结束，待核查"}
"""States whose coming is worth a word beside the action itself."""


def _dispatch(payload: Payload, names: Names) -> list[str]:
    orders = payload.get("orders")
    count = len(orders) if isinstance(orders, list) else 0
    return [
        f"主办 {names.unit(payload['unit'])}" if payload.get("unit") else "",
        f"共 {count} 个对象" if count else "",
    ]


def _return(payload: Payload, names: Names) -> list[str]:
    code = payload.get("code")
    return [ReturnCode(str(code)).label] if code in set(ReturnCode) else []


def _adjudicate(payload: Payload, names: Names) -> list[str]:
    corrected = "已更正权责清单" if payload.get("responsibility") else ""
    return [f"承办 {names.unit(payload['unit'])}" if payload.get("unit") else "", corrected]


def _suspend(payload: Payload, names: Names) -> list[str]:
    until, approver = names.moment(payload.get("until")), payload.get("approver")
    return [until and f"至 {until}", f"批准 {names.person(str(approver))}" if approver else ""]


def _rate(payload: Payload, names: Names) -> list[str]:
    rating = payload.get("rating")
    return [f"{rating} 分" if rating else "", "已回访" if payload.get("revisited") else "未回访"]


def _supervise(payload: Payload, names: Names) -> list[str]:
    reply_by = names.moment(payload.get("reply_by"))
    return [_number(payload), reply_by and f"{reply_by} 前回复"]


def _send_now(payload: Payload, names: Names) -> list[str]:
    return [f"{payload['notices']} 条通知" if payload.get("notices") else ""]


def _number(payload: Payload) -> str:
    return str(payload.get("number") or "")


TOLD: Mapping[Action, Callable[[Payload, Names], list[str]]] = {
    Action.DISPATCH: _dispatch,
    Action.RETURN: _return,
    Action.ADJUDICATE: _adjudicate,
    Action.SUSPEND: _suspend,
    Action.RATE: _rate,
    Action.SUPERVISE: _supervise,
    Action.ANSWER_SUPERVISION: lambda payload, names: [_number(payload)],
    Action.SEND_NOW: _send_now,
    Action.APPROVE_EXTENSION: lambda payload, names: [
        f"第 {_number(payload)} 次" if _number(payload) else ""
    ],
    Action.MERGE: lambda payload, names: [f"并入 {names.case(payload.get('into'))}"],
    Action.DECIDE_APPEAL: lambda payload, names: ["统计上免责" if payload.get("exempt") else "不予免责"],
}
"""What an action's payload says besides."""
