"""The whole journal recomputed: the chain of every case, what is stored of it, and the seals.

Read in one transaction, so that it is one instant of the town, and a few hundred cases at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from data.domain.chain import StoredEntry, check_chain
from data.domain.findings import RESTORE, Finding
from data.domain.seal_check import check_seal
from data.domain.seals import Covered, Seal
from data.domain.stored_state import check_case, check_orders
from data.domain.vocabulary import LoadStatus
from data.store.seals import all_seals, covered
from data.store.stored_rows import stored_cases, stored_entries, stored_orders
from data.store.tables import journal, loads
from data.store.unit_of_work import Store

CASES_AT_ONCE = 500
MOST_LISTED = 20
TELL_EVERY = 10_000
UNFINISHED = (LoadStatus.STAGING, LoadStatus.PUBLISHING)
Progress = Callable[[int, int], None]
Row = dict[str, Any]


@dataclass(slots=True)
class Verification:
    """How much was looked at, and what is not as it was written; the first findings in `listed`, all in `found`."""

    cases: int = 0
    entries: int = 0
    orders: int = 0
    seals: int = 0
    unsealed: int = 0
    walked: int = 0
    newest_seal: Seal | None = None
    found: int = 0
    listed: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Count a finding, and list it if it is among the first."""
        self.found += 1
        if len(self.listed) < MOST_LISTED:
            self.listed.append(finding)


def verify_journal(store: Store, progress: Progress = lambda done, total: None) -> Verification:
    """Recompute everything and say what differs; `progress` hears of entries done and in all, both passes counted."""
    report = Verification()
    with store.read() as connection:
        total = 2 * int(connection.execute(select(func.count()).select_from(journal)).scalar_one())

        def tell() -> None:
            progress(report.entries + report.walked, total)

        for check in (_check_cases, _check_seals):
            for finding in check(connection, report, tell):
                report.add(finding)
        tell()
    return report


def _check_cases(connection: Connection, report: Verification, tell: Callable[[], None]) -> Iterator[Finding]:
    """Go through the cases by id; after the last one, through what the journal says of cases that are not there."""
    unfinished = set(connection.execute(select(loads.c.id).where(loads.c.status.in_(UNFINISHED))).scalars())
    after = 0
    while True:
        held = stored_cases(connection, after, CASES_AT_ONCE)
        up_to = held[-1]["id"] if held else None
        yield from _check_slice(connection, report, held, unfinished, after, up_to)
        tell()
        if up_to is None:
            return
        after = up_to


def _check_slice(
    connection: Connection,
    report: Verification,
    held: list[Row],
    unfinished: set[int],
    after: int,
    up_to: int | None,
) -> Iterator[Finding]:
    journals = _by_case(stored_entries(connection, after, up_to), lambda entry: entry.case_id)
    sent = _by_case(stored_orders(connection, after, up_to), lambda order: order["case_id"])
    report.cases += len(held)
    report.entries += sum(map(len, journals.values()))
    report.orders += sum(map(len, sent.values()))
    for case in held:
        entries = journals.pop(case["id"], [])
        yield from _check_one(
            case, entries, sent.get(case["id"], []), is_unfinished=case["load_id"] in unfinished
        )
    for case_id, entries in journals.items():
        told = f"所属案卷已不存在，流转记录还有 {len(entries)} 条"
        yield Finding(f"案卷 {case_id}", None, told, RESTORE)


def _check_one(
    case: Row, rows: list[StoredEntry], orders: list[Row], *, is_unfinished: bool
) -> Iterator[Finding]:
    """Check one case; where its journal was touched, what is stored cannot be held against it."""
    if not rows:
        if not is_unfinished:
            yield Finding(f"案卷 {case['id']}（{case['number']}）", None, "流转记录全部缺失", RESTORE)
        return
    broken = check_chain(rows)
    if broken is not None:
        yield broken
        return
    entries = [row.entry() for row in rows]
    yield from check_case(case, entries)
    yield from check_orders(case, orders, entries)


def _check_seals(connection: Connection, report: Verification, tell: Callable[[], None]) -> Iterator[Finding]:
    """Walk seals and journal side by side, both by id; what lies behind the last seal is counted."""
    entries = _Walk(covered(connection, 0), report, tell)
    before: Seal | None = None
    for number, (seal, after) in enumerate(_with_next(all_seals(connection)), start=1):
        finding = check_seal(number, seal, before, entries.up_to(seal.up_to_journal_id), after)
        if finding is not None:
            yield finding
        report.seals, before = number, seal
    report.newest_seal = before
    report.unsealed = sum(1 for _ in entries.rest())


class _Walk:
    """Entries by id, taken in stretches."""

    def __init__(self, entries: Iterator[Covered], report: Verification, tell: Callable[[], None]) -> None:
        self._entries, self._report, self._tell = entries, report, tell
        self._ahead = next(entries, None)

    def up_to(self, last: int) -> Iterator[Covered]:
        """Yield the entries that are left up to an id."""
        while self._ahead is not None and self._ahead.id <= last:
            yield self._take(self._ahead)

    def rest(self) -> Iterator[Covered]:
        """Yield all the entries that are left."""
        while self._ahead is not None:
            yield self._take(self._ahead)

    def _take(self, entry: Covered) -> Covered:
        self._ahead = next(self._entries, None)
        self._report.walked += 1
        if self._report.walked % TELL_EVERY == 0:
            self._tell()
        return entry


def _with_next(seals: Iterator[Seal]) -> Iterator[tuple[Seal, Seal | None]]:
    seal = next(seals, None)
    while seal is not None:
        after = next(seals, None)
        yield seal, after
        seal = after


def _by_case(rows: Iterable[Any], key: Callable[[Any], int]) -> dict[int, list[Any]]:
    return {case_id: list(held) for case_id, held in groupby(rows, key)}
