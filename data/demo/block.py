"""Rows of some demo cases that are written together, and the columns that they have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from data.store.tables import case_contents, cases, journal, orders
from data.store.work_tables import case_replies

CASE_COLUMNS = tuple(
    c.name for c in cases.c if c.name not in ("source_district", "source_hash", "source_line")
)
CONTENT_COLUMNS = tuple(c.name for c in case_contents.c)
REPLY_COLUMNS = tuple(c.name for c in case_replies.c if c.name != "id")
ORDER_COLUMNS = tuple(c.name for c in orders.c if c.name not in ("id", "kind", "facts"))
JOURNAL_COLUMNS = tuple(c.name for c in journal.c if c.name != "id")

Row = tuple[Any, ...]


@dataclass(slots=True)
class Block:
    """Rows of some cases, ready to be written together; instants are UTC text."""

    cases: list[Row] = field(default_factory=list)
    contents: list[Row] = field(default_factory=list)
    replies: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    journal: list[Row] = field(default_factory=list)
