"""CSV: streamed, UTF-8 or GB18030, plain or gzip; a broken row costs that row and not the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from data.loaders.encoding import Encoding, find_encodings, open_text
from data.loaders.errors import LoadRefused
from data.loaders.headers import SEARCHED_ROWS, find_header, match_columns, require_columns
from data.loaders.readers.base import CHUNK_ROWS, Chunk, names_of, text_frame
from data.loaders.readers.records import BATCH_LINES, Record, Records
from data.loaders.rejects import SHOWN_OF_ROWS, Reject, shown
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
        while True:
            piece = _Piece(found)
            piece.fill(records)
            if not piece.lines and not piece.rejects:
                return
            yield Chunk(text_frame(piece.columns, piece.lines), names, piece.rejects)


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


class _Piece:
    """The columns of a chunk while they are filled; good rows are parted from broken ones."""

    def __init__(self, found: dict[str, int]) -> None:
        self.columns: dict[str, list[str]] = {name: [] for name in found}
        self.lines: list[int] = []
        self.rejects: list[Reject] = []
        self._found = found

    def fill(self, records: Records) -> None:
        """Take rows until the chunk is full or the file ends."""
        while len(self.lines) + len(self.rejects) <= CHUNK_ROWS - BATCH_LINES:
            first, rows = records.plain_rows()
            if rows:
                self._add(range(first, first + len(rows)), rows)
            elif not self._take(list(islice(records, BATCH_LINES))):
                return

    def _take(self, records: list[Record]) -> bool:
        """Part good records from broken ones; return whether there were any."""
        good = [record for record in records if record.problem is None]
        self._add([record.line for record in good], [record.cells for record in good])
        for record in records:
            if record.problem is not None:
                value = shown(",".join(record.cells), SHOWN_OF_ROWS)
                self.rejects.append(Reject(record.line, "（整行）", value, *record.problem))
        return bool(records)

    def _add(self, lines: Iterable[int], rows: list[list[str]]) -> None:
        self.lines.extend(lines)
        for name, at in self._found.items():
            self.columns[name].extend([row[at] for row in rows])
