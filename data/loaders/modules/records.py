"""What the rows of a record table must fulfil, as data: the table itself says types, lengths and what is required."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Column, Date, Table, UniqueConstraint

from data.store.types import Instant

LOADED = frozenset({"id", "load_id", "source_hash", "source_line", "is_demo"})
GRID_CODES = ("comprehensive_code", "police_code", "professional_code")
FOLLOWS = frozenset({"case_id", "subject_key", *GRID_CODES})
"""Columns that no file has: they follow from others, or the centre writes them."""

SUBJECT_KINDS = ("enterprise", "place", "person")
FIRST_DAYS = ("month", "period")
"""Columns that hold a month or a longer period by its first day."""

Range = tuple[float, float]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """The fields of a file that name a subject; `kind` is fixed where the source knows one kind alone."""

    code: str = "subject_code"
    kind: str | None = None
    name: str = "subject_name"


@dataclass(frozen=True, slots=True)
class Records:
    """The contract of one table.

    `words` are the values of a column of our own words; `known` leads from a column of codes to the column
    that has them all; `units` and `villages` are columns of the town's own codes; `ahead` may lie in the
    future; numbers lie between 0 and a great number unless `ranges` says otherwise; of each pair of `order`
    the second is never before the first (or more than it, of numbers); `together` are pairs filled both or
    not at all; `happened` tells with which grids a point is located (today's without it); `weights` are columns
    of weights (`data.domain.weights`), kept as JSON; `held` leads from a column that the centre writes to the one
    by which it does so: once that one is filled, no file and no rollback changes either, and the row stays;
    `counts_since` is a day or instant from which on, up to today, any day may count the row: it moves what it counts;
    `settled` leads to a column of another table: once the row's key stands there, no file rewrites the first.
    """

    table: Table
    module: str
    name: str
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: Mapping[str, tuple[Column[str], str]] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    ranges: Mapping[str, Range] = field(default_factory=dict)
    order: tuple[Pair, ...] = ()
    together: tuple[Pair, ...] = ()
    subject: Subject | None = None
    happened: str | None = None
    has_credit_code: bool = False
    weights: tuple[str, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    settled: Mapping[str, Column[str]] = field(default_factory=dict)
    counts_since: str | None = None

    def held_in(self, row: Mapping[str, object]) -> frozenset[str]:
        """Return the columns of a stored row that are the centre's alone."""
        return frozenset(name for name, by in self.held.items() if row[by] is not None)

    @property
    def target(self) -> str:
        """The name under which a source profile asks for it."""
        return self.table.name

    @property
    def key(self) -> tuple[str, ...]:
        """The columns by which a row is found again."""
        found = next(each for each in self.table.constraints if isinstance(each, UniqueConstraint))
        return tuple(column.name for column in found.columns)

    @property
    def told(self) -> tuple[Column[object], ...]:
        """The columns that a file may fill."""
        return tuple(c for c in self.table.columns if c.name not in LOADED | FOLLOWS)

    @property
    def required(self) -> tuple[str, ...]:
        """The fields that every row must have."""
        own = [c.name for c in self.told if not c.nullable and c.default is None]
        if self.subject is not None and self.subject.kind is None:
            own += ["subject_kind", self.subject.code]
        return tuple(own)

    @property
    def moments(self) -> tuple[str, ...]:
        """The columns that say how new the data are: what happened; none in a list of how things are."""
        past = [c for c in self.told if isinstance(c.type, (Instant, Date)) and c.name not in self.ahead]
        return tuple(c.name for c in past) if any(not c.nullable for c in past) else ()

    @property
    def has_place(self) -> bool:
        """Whether rows lie somewhere."""
        return "comprehensive_code" in self.table.c
