"""Rows that were not taken: which row, which field, what stood there, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN_CHARACTERS = 200
SHOWN_OF_ROWS = 80
"""Of a whole row only the beginning is kept: further on stand residents' words."""


ERASED_VALUE = "（已按期清除）"
"""What stands for a value whose time is over."""

WHOLE_FILE = 0
"""The row number of a reason for which a whole file was refused."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One reason for which one row was refused; `row_number` and `field` as the file has them."""

    row_number: int
    field: str
    value: str | None
    reason: str
    cure: str

    def __str__(self) -> str:
        """Say it in one Chinese line."""
        if self.row_number == WHOLE_FILE:
            return f"整个文件：{self.reason}；{self.cure}"
        return f"第 {self.row_number} 行 {self.field}“{self.value or ''}”：{self.reason}；{self.cure}"


def shown(value: object, limit: int = SHOWN_CHARACTERS) -> str | None:
    """Return a value as a short text that every database can keep (PostgreSQL refuses NUL)."""
    if value is None or value != value:
        return None
    text = str(value).replace("\0", "␀").encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def row_numbers(rejects: Iterable[Reject]) -> set[int]:
    """Return the rows concerned: one row may have several reasons, and a whole file is no row."""
    return {reject.row_number for reject in rejects} - {WHOLE_FILE}
