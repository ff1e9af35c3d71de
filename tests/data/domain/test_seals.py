"""Seals: every entry, count and link counts in the hash."""

from dataclasses import replace

import pytest

from data.domain.journal import GENESIS
from data.domain.seals import Covered, make_seal

AT, LATER = "2026-11-23T09:32:08.000000Z", "2026-11-23T09:33:08.000000Z"
FIRST = [Covered(1, 7, 1, "a" * 64), Covered(2, 8, 1, "b" * 64), Covered(3, 7, 2, "c" * 64)]
SECOND = [Covered(4, 8, 2, "d" * 64)]


def test_a_seal_counts_cases_and_entries_and_names_the_one_before():
    first = make_seal(None, FIRST, 3, AT)
    second = make_seal(first, SECOND, 4, LATER)
    assert (first.case_count, first.entry_count, first.previous_hash) == (2, 3, GENESIS)
    assert (second.case_count, second.entry_count, second.previous_hash) == (2, 4, first.hash)


def test_only_the_head_of_each_case_is_hashed():
    """An entry that is not the last of its case is held by the case's own chain."""
    other = [replace(FIRST[0], hash="e" * 64), *FIRST[1:]]
    assert make_seal(None, other, 3, AT).hash == make_seal(None, FIRST, 3, AT).hash


@pytest.mark.parametrize(
    "entries",
    [
        FIRST[:2],
        FIRST[1:],
        [*FIRST[:2], replace(FIRST[2], hash="e" * 64)],
        [FIRST[0], replace(FIRST[1], case_id=9), FIRST[2]],
        [FIRST[0], replace(FIRST[1], id=9), FIRST[2]],
        [*FIRST, Covered(5, 9, 1, "f" * 64)],
    ],
)
def test_a_cut_tail_a_changed_head_and_a_further_case_show(entries):
    assert make_seal(None, entries, 3, AT).hash != make_seal(None, FIRST, 3, AT).hash


@pytest.mark.parametrize("change", [{"up_to": 4}, {"sealed_at": LATER}])
def test_everything_that_a_seal_says_counts(change):
    said = {"up_to": 3, "sealed_at": AT}
    assert make_seal(None, FIRST, **said | change).hash != make_seal(None, FIRST, **said).hash
