"""Seals: one global chain over all journals, so that a cut tail or a vanished case shows.

The chain of a case cannot tell that its last entries, or all of them, are gone. A seal covers the entries
written since the one before it (by journal id): the head of each case among them, and how many cases and
entries there are by then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from data.domain.journal import GENESIS, canonical_json


@dataclass(frozen=True, slots=True)
class Covered:
    """What a seal needs of an entry: its journal id, its case, its place there, and its hash."""

    id: int
    case_id: int
    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the global chain; counts are of everything up to `up_to_journal_id`, `sealed_at` is canonical text."""

    sealed_at: str
    up_to_journal_id: int
    case_count: int
    entry_count: int
    heads_hash: str
    previous_hash: str
    hash: str


def make_seal(before: Seal | None, entries: Iterable[Covered], up_to: int, sealed_at: str) -> Seal:
    """Return the seal that follows `before` and covers `entries`, which are all up to the id `up_to`."""
    heads: dict[int, Covered] = {}
    cases = entry_count = 0
    for entry in entries:
        entry_count += 1
        cases += entry.sequence == 1
        head = heads.get(entry.case_id)
        if head is None or head.sequence < entry.sequence:
            heads[entry.case_id] = entry
    previous = GENESIS if before is None else before.hash
    counts = (
        (cases, entry_count)
        if before is None
        else (before.case_count + cases, before.entry_count + entry_count)
    )
    heads_hash = hash_heads(heads.values())
    digest = seal_hash(previous, sealed_at, up_to, counts, heads_hash)
    return Seal(sealed_at, up_to, *counts, heads_hash, previous, digest)


def hash_heads(heads: Iterable[Covered]) -> str:
    """Return the SHA-256 (hex) of the heads, one line each, by case."""
    lines = (
        f"{h.case_id} {h.sequence} {h.id} {h.hash}\n" for h in sorted(heads, key=lambda head: head.case_id)
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def seal_hash(previous: str, sealed_at: str, up_to: int, counts: tuple[int, int], heads_hash: str) -> str:
    """Return the SHA-256 (hex) of the seal before and of everything that a seal says."""
    text = canonical_json([sealed_at, up_to, *counts, heads_hash])
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
