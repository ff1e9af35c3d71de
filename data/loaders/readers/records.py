"""The rows of a CSV text, each with the line that it begins on and what is wrong with it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import IO, NamedTuple

MAX_RECOVERIES = 200
BATCH_LINES = 128
SUSPICIOUS = ('"', "\0", "\ufffd")

OPEN_QUOTE = ("引号没有闭合，或单元格里的换行打乱了列数", "请检查这一行的引号是否成对")
TOO_LONG = ("单元格过长，或引号没有闭合", "请检查这一行的引号是否成对")
NUL_BYTE = ("这一行含有空字节（NUL）", "请删去空字节或重新导出")
BROKEN_BYTES = ("这一行含有无法解码的字节", "请用正确的编码重新导出这一行")
WIDTH_CURE = "请检查这一行的分隔符、引号和换行"


class Record(NamedTuple):
    """One row: the line it begins on, its cells, and reason and cure where it cannot be used."""

    line: int
    cells: list[str]
    problem: tuple[str, str] | None = None


class _Lines:
    """The lines of a stream, which can be given back; `taken` are those since it was last cleared."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._stream)
        self.taken.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        self._waiting.extendleft(reversed(lines))

    def batch(self) -> list[str]:
        """Return the next lines, or none while some were given back."""
        return [] if self._waiting else list(islice(self._stream, BATCH_LINES))


class Records:
    """Iterates over the rows that are not blank.

    A quote that is never closed swallows the lines below it. Such a row is refused and reading goes on
    with the next line, at most `MAX_RECOVERIES` times in a file, so that no file can stall the reader.
    """

    def __init__(
        self, stream: IO[str], delimiter: str, width: int | None = None, *, is_damaged: bool = False
    ) -> None:
        self._lines = _Lines(stream)
        self._delimiter = delimiter
        self._reader = csv.reader(self._lines, delimiter=delimiter)
        self._width = width
        self._is_damaged = is_damaged
        self._line = 0
        self._recoveries = 0

    def __iter__(self) -> Iterator[Record]:
        return self

    def __next__(self) -> Record:
        while True:
            try:
                cells = next(self._reader)
            except csv.Error:
                return self._refused(TOO_LONG)
            taken = self._lines.taken
            if any(cells):
                break
            self._line += len(taken)
            taken.clear()
        problem = self._problem(cells, taken)
        if problem is not None and len(taken) > 1:
            return self._refused(OPEN_QUOTE)
        number = self._line + 1
        self._line += len(taken)
        taken.clear()
        return Record(number, cells, problem)

    def plain_rows(self) -> tuple[int, list[list[str]]]:
        """Return the next rows at once with the line of the first, where each line is a faultless row.

        There are none where a quote, a fault, a blank line or a very long one stands among the next lines:
        then the rows are to be taken one by one. Both ways give the same rows.
        """
        batch = self._lines.batch()
        text = "".join(batch)
        if self._is_plain(text):
            rows = [line.rstrip("\r\n").split(self._delimiter) for line in batch]
            if set(map(len, rows)) == {self._width} and all(map(any, rows)):
                first = self._line + 1
                self._line += len(batch)
                return first, rows
        self._lines.give_back(batch)
        return 0, []

    def _is_plain(self, text: str) -> bool:
        """Whether lines can be parted at the delimiter; one column alone would not show a blank line."""
        if not text or self._width == 1 or len(text) > csv.field_size_limit():
            return False
        return not any(sign in text for sign in SUSPICIOUS)

    def skip_to(self, line: int) -> None:
        """Read past the row that begins on `line`."""
        width, self._width = self._width, None
        while self._line < line:
            next(self)
        self._width = width

    def _problem(self, cells: list[str], taken: list[str]) -> tuple[str, str] | None:
        """Say what makes the row unusable."""
        width = self._width
        if width is not None and len(cells) != width and (len(cells) < width or any(cells[width:])):
            return f"这一行有 {len(cells)} 列，表头有 {width} 列", WIDTH_CURE
        text = taken[0] if len(taken) == 1 else "".join(taken)
        if "\0" in text:
            return NUL_BYTE
        return BROKEN_BYTES if self._is_damaged and "\ufffd" in text else None

    def _refused(self, problem: tuple[str, str]) -> Record:
        """Refuse the first of the lines taken and give the others back, or refuse all of them."""
        number, taken = self._line + 1, list(self._lines.taken)
        self._lines.taken.clear()
        self._recoveries += 1
        if self._recoveries <= MAX_RECOVERIES:
            self._lines.give_back(taken[1:])
            self._line += 1
        else:
            self._line += len(taken)
        return Record(number, [taken[0].rstrip("\r\n") if taken else ""], problem)
