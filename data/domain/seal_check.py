"""Whether a stored seal is what was written, and whether the journal is still what it sealed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from data.domain.findings import RESTORE, Finding
from data.domain.seals import Covered, Seal, make_seal, seal_hash


def check_seal(
    number: int, seal: Seal, before: Seal | None, entries: Iterable[Covered], after: Seal | None
) -> Finding | None:
    """Return what is wrong with the seal `number` between its neighbours; `entries` are those in its range, by id."""
    watch = _GapWatch(0 if before is None else before.up_to_journal_id)
    fresh = make_seal(before, watch.follow(entries), seal.up_to_journal_id, seal.sealed_at)
    if own_hash(seal) != seal.hash:
        return _changed(number, seal, fresh, after)
    if seal.previous_hash != fresh.previous_hash:
        wanted = "第一个" if before is None else "它前面的那一个"
        return Finding(_place(number), None, f"不接在{wanted}之后：中间的封存缺失，或前一个被改动", RESTORE)
    if (seal.case_count, seal.entry_count) != (fresh.case_count, fresh.entry_count):
        return _journal_differs(number, seal, fresh, watch.first_gap)
    if seal.heads_hash != fresh.heads_hash:
        told = "记录数相同，末条哈希不同：有案卷的流转记录被整条改写"
        return Finding(_range(number, seal, before), None, told, RESTORE)
    return None


def own_hash(seal: Seal) -> str:
    """Return the hash that the rest of the seal leads to."""
    counts = (seal.case_count, seal.entry_count)
    return seal_hash(seal.previous_hash, seal.sealed_at, seal.up_to_journal_id, counts, seal.heads_hash)


class _GapWatch:
    """Remembers the first journal id that is not there."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.first_gap: int | None = None

    def follow(self, entries: Iterable[Covered]) -> Iterable[Covered]:
        for entry in entries:
            if self.first_gap is None and entry.id != self.last + 1:
                self.first_gap = self.last + 1
            self.last = entry.id
            yield entry


def _changed(number: int, seal: Seal, fresh: Seal, after: Seal | None) -> Finding:
    """Name the column of a seal that was changed: the one whose right value makes the hash right again."""
    for field in ("previous_hash", "heads_hash", "case_count", "entry_count"):
        value = getattr(fresh, field)
        if own_hash(replace(seal, **{field: value})) == seal.hash:
            return Finding(_place(number), field, f"被改动，原为“{value}”", RESTORE)
    if after is not None and after.previous_hash == own_hash(seal):
        return Finding(_place(number), "hash", f"被改动，原为“{own_hash(seal)}”", RESTORE)
    return Finding(_place(number), None, "内容与它的哈希不符，无法指明是哪一列", RESTORE)


def _journal_differs(number: int, seal: Seal, fresh: Seal, gap: int | None) -> Finding:
    told = f"封存时共 {seal.case_count} 件案卷、{seal.entry_count} 条记录，现为 {fresh.case_count} 件、{fresh.entry_count} 条"
    if seal.entry_count > fresh.entry_count:
        told += f"；第一个空缺的编号是 {gap or fresh.up_to_journal_id}"
    return Finding(_place(number), None, told, RESTORE)


def _place(number: int) -> str:
    return f"第 {number} 个封存"


def _range(number: int, seal: Seal, before: Seal | None) -> str:
    first = 1 if before is None else before.up_to_journal_id + 1
    return f"{_place(number)}所覆盖的流转记录（编号 {first} 至 {seal.up_to_journal_id}）"
