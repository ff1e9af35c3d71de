"""Rows taken many at once are those that are taken one by one."""

from __future__ import annotations

import io
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.loaders.readers import records
from data.loaders.readers.records import Record, Records

CELLS = st.sampled_from(
    ["", "甲", " 乙 ", "1.5", '"', '""', '"a,b"', '"两\n行"', "\0", "\x85", "\u2028", "\x0b"]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n"])
LINES = st.lists(st.tuples(st.lists(CELLS, min_size=1, max_size=4), ENDS), max_size=12)


def _one_by_one(text: str, width: int) -> list[Record]:
    return list(Records(io.StringIO(text, newline=""), ",", width))


def _at_once(text: str, width: int) -> list[Record]:
    """Take rows as the reader of CSV does: many where that is possible, else the next one."""
    reader = Records(io.StringIO(text, newline=""), ",", width)
    found: list[Record] = []
    while True:
        first, rows = reader.plain_rows()
        found += [Record(first + number, cells) for number, cells in enumerate(rows)]
        if not rows:
            record = next(reader, None)
            if record is None:
                return found
            found.append(record)


@given(LINES, st.integers(min_value=1, max_value=4))
def test_both_ways_give_the_same_rows(lines: list[tuple[list[str], str]], width: int) -> None:
    text = "".join(chain.from_iterable((",".join(cells), end) for cells, end in lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "BATCH_LINES", 3)
        assert _at_once(text, width) == _one_by_one(text, width)


def test_a_row_of_empty_cells_is_a_blank_line() -> None:
    text = "a,b\n,\nc,d\n"
    assert [record.line for record in _at_once(text, 2)] == [1, 3]


def test_a_very_long_cell_is_refused_either_way() -> None:
    text = f"a,{'长' * 140_000}\nb,c\n"
    assert [record.problem == records.TOO_LONG for record in _at_once(text, 2)] == [True, False]
