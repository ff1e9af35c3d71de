"""CSV: streamed, UTF-8 or GB18030, plain or gzip; a broken row costs that row and not the file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from data.loaders.encoding import Encoding, find_encodings, open_text
from data.loaders.errors import LoadRefused
from data.loaders.headers import SEARCHED_ROWS, find_header, match_columns, require_columns
from data.loaders.readers.base import CHUNK_ROWS, Chunk, names_of, text_frame
from data.loaders.readers.records import Record, Records
from data.loaders.rejects import Reject, shown
from data.town import SourceProfile


def read_delimited(path: Path, profile: SourceProfile) -> Iterator[Chunk]:
    """Yield the rows of a CSV file; row numbers are lines of the file, where a row begins."""
    tops = [
        (encoding, _header(path, encoding, profile)) for encoding in find_encodings(path, profile.encoding)
    ]
    encoding, top = max(tops, key=lambda each: len(match_columns(each[1].cells, profile)))
    found = match_columns(top.cells, profile)
    require_columns(top.cells, found, profile)
    names = names_of(top.cells, found)
    with open_text(path, encoding) as stream:
        records = Records(stream, profile.delimiter, width=len(top.cells), is_damaged=encoding.is_damaged)
        records.skip_to(top.line)
        while taken := list(islice(records, CHUNK_ROWS)):
            yield _chunk(taken, found, names)


def _header(path: Path, encoding: Encoding, profile: SourceProfile) -> Record:
    """Return the header row: the one that the profile says, or the one that names most columns."""
    with open_text(path, encoding) as stream:
        records = Records(stream, profile.delimiter)
        if profile.header_row == "auto":
            first = list(islice(records, SEARCHED_ROWS))
            at = find_header([record.cells for record in first], profile)
            return first[at or 0] if first else Record(0, [])
        for record in records:
            if record.line >= profile.header_row:
                return record
    cure = "请核对来源的 header_row"
    raise LoadRefused(f"文件没有第 {profile.header_row} 行表头", value=profile.header_row, cure=cure)


def _chunk(taken: list[Record], found: dict[str, int], names: dict[str, str]) -> Chunk:
    """Part good rows from broken ones."""
    good = [record for record in taken if record.problem is None]
    rejects = [
        Reject(record.line, "（整行）", shown(",".join(record.cells)), *record.problem)
        for record in taken
        if record.problem is not None
    ]
    columns = {name: [record.cells[at] for record in good] for name, at in found.items()}
    return Chunk(text_frame(columns, [record.line for record in good]), names, rejects)
