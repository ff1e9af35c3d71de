"""Whether what is stored of a case and its orders is the fold of its journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from data.domain.findings import FOLLOW_JOURNAL, Finding
from data.domain.fold import CaseFacts, fold
from data.domain.journal import Entry, utc_text
from data.domain.lifecycle import BY_LOADS
from data.domain.orders import order_columns
from data.domain.vocabulary import Action

Stored: TypeAlias = Mapping[str, object]
"""Columns by name as the database gave them; instants are canonical UTC text."""

QUIET = frozenset({Action.RECLOCK})
"""Entries by which nobody touched a case: they need not raise its version, and `changed_by` stays."""


def check_case(case: Stored, entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield the columns of a case that its entries (oldest first, at least one) do not lead to."""
    facts = fold(entries)
    place = f"案卷 {case['id']}（{case['number']}）"
    yield from _differences(place, case, _expected(facts, entries))
    presses = len({(entry.recorded_at, entry.actor) for entry in entries if entry.action not in QUIET})
    version = case["version"]
    if not isinstance(version, int) or not presses <= version <= len(entries):
        wanted = f"{presses}" if presses == len(entries) else f"{presses} 至 {len(entries)}"
        yield _wrong(place, "version", version, wanted)
    if case["is_withdrawn"] and all(entry.action is not Action.WITHDRAW for entry in entries):
        yield _wrong(place, "is_withdrawn", "是", "否")


def check_orders(case: Stored, orders: Sequence[Stored], entries: Sequence[Entry]) -> Iterator[Finding]:
    """Yield what is wrong with the orders of a case (by id): each dispatch sends one main order and its assisting ones."""
    sent = _by_dispatch(orders)
    starts = [place for place, entry in enumerate(entries) if entry.action is Action.DISPATCH]
    place = f"案卷 {case['id']}（{case['number']}）的派遣单"
    if len(sent) != len(starts):
        yield Finding(place, None, f"主单 {len(sent)} 张，流转记录派遣了 {len(starts)} 次", FOLLOW_JOURNAL)
        return
    for group, start, end in zip(sent, starts, [*starts, len(entries)][1:], strict=True):
        yield from _check_dispatch(place, group, entries[start:end])


def _expected(facts: CaseFacts, entries: Sequence[Entry]) -> dict[str, object]:
    """Return what the columns should hold; what a load brought speaks for itself in whatever its source owns."""
    assert facts.state is not None
    wanted: dict[str, object] = {
        "state": str(facts.state),
        "is_open": facts.state.is_open,
        "returns": facts.returns,
        "reworks": facts.reworks,
        "reopens": facts.reopens,
    }
    last = next((entry for entry in reversed(entries) if entry.action not in QUIET), entries[-1])
    if last.action not in BY_LOADS:
        wanted["changed_by"] = last.actor
    if any(entry.action in BY_LOADS for entry in entries):
        return wanted
    wanted |= {
        "reported_at": _text(entries[0].happened_at),
        "dispatched_at": _text(facts.first_dispatched_at),
        "handled_at": _text(facts.handled_at),
        "closed_at": _text(facts.closed_at),
    }
    said = entries[0].payload
    reported = {"category_code": said.get("category"), "intake_channel": said.get("channel")}
    known = {"main_unit": facts.unit, **reported}
    return wanted | {name: value for name, value in known.items() if value}


def _by_dispatch(orders: Sequence[Stored]) -> list[list[Stored]]:
    groups: list[list[Stored]] = []
    for order in orders:
        if order["is_main"] or not groups:
            groups.append([])
        groups[-1].append(order)
    return groups


def _check_dispatch(place: str, group: Sequence[Stored], stretch: Sequence[Entry]) -> Iterator[Finding]:
    """Check the orders of one dispatch against the entries from it until the next one."""
    said = stretch[0].payload
    missing = set(_numbers(said)) - {str(order["number"]) for order in group}
    if missing:
        yield Finding(place, None, f"缺少 {min(missing)}", FOLLOW_JOURNAL)
    for order in group:
        wanted: dict[str, object] = {name: _plain(value) for name, value in _columns(order, stretch).items()}
        if order["is_main"] and said.get("unit"):
            wanted["unit_code"] = said["unit"]
        yield from _differences(f"派遣单 {order['number']}", order, wanted)


def _columns(order: Stored, stretch: Sequence[Entry]) -> Mapping[str, object]:
    return order_columns(stretch, str(order["number"]), is_main=bool(order["is_main"]))


def _numbers(payload: Mapping[str, object]) -> list[str]:
    listed = payload.get("orders")
    return [str(number) for number in listed] if isinstance(listed, list) else []


def _differences(place: str, stored: Stored, wanted: Mapping[str, object]) -> Iterator[Finding]:
    for name, value in wanted.items():
        if stored[name] != value:
            yield _wrong(place, name, stored[name], value)


def _wrong(place: str, field: str, stored: object, wanted: object) -> Finding:
    return Finding(place, field, f"存为“{_shown(stored)}”，按流转记录应为“{_shown(wanted)}”", FOLLOW_JOURNAL)


def _shown(value: object) -> str:
    if value is None:
        return "空"
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)


def _plain(value: object) -> object:
    return utc_text(value) if isinstance(value, datetime) else value


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else utc_text(instant)
