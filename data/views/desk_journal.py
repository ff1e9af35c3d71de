"""The journal as people read it: who did what, and what an entry's payload says, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from data.domain.drawer import JournalLine
from data.domain.journal import Entry
from data.domain.people import COMMAND_LINE, SIMULATION, SYSTEM
from data.domain.vocabulary import Action, CaseState, ReturnCode

PROGRAMS = {actor.name: actor.display_name for actor in (SYSTEM, SIMULATION, COMMAND_LINE)}
Payload = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Names:
    """Display names of accounts and staff, and of units."""

    people: Mapping[str, str]
    units: Mapping[str, str]
    zone: ZoneInfo

    def person(self, actor: str) -> str:
        """Return the name under which somebody is known."""
        return self.people.get(actor) or PROGRAMS.get(actor) or self.unit(actor)

    def unit(self, code: object) -> str:
        """Return the name of a unit or village, its code where it is gone."""
        return self.units.get(str(code), str(code))

    def moment(self, text: object) -> str:
        """Return an ISO instant in the town's time."""
        return f"{datetime.fromisoformat(str(text)).astimezone(self.zone):%m-%d %H:%M}"


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
    until = payload.get("until")
    return [
        f"至 {names.moment(until)}" if until else "",
        f"批准 {names.person(str(payload.get('approver')))}",
    ]


def _rate(payload: Payload, names: Names) -> list[str]:
    return [f"{payload.get('rating')} 分", "已回访" if payload.get("revisited") else "未回访"]


def _supervise(payload: Payload, names: Names) -> list[str]:
    reply_by = payload.get("reply_by")
    return [str(payload.get("number") or ""), f"{names.moment(reply_by)} 前回复" if reply_by else ""]


TOLD: Mapping[Action, Callable[[Payload, Names], list[str]]] = {
    Action.DISPATCH: _dispatch,
    Action.RETURN: _return,
    Action.ADJUDICATE: _adjudicate,
    Action.SUSPEND: _suspend,
    Action.RATE: _rate,
    Action.SUPERVISE: _supervise,
    Action.APPROVE_EXTENSION: lambda payload, names: [f"第 {payload.get('number')} 次"],
    Action.MERGE: lambda payload, names: [f"并入案卷 {payload.get('into')}"],
    Action.DECIDE_APPEAL: lambda payload, names: ["统计上免责" if payload.get("exempt") else "不予免责"],
}
"""What an action's payload says besides."""
