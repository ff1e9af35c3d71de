"""Which columns of a module's table are shown, how they are called, and what their values are called.

Headings and words come from the source that brings the table (its profile in the town folder), so that a screen
says what the register says; what no source has stands in the tables below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from sqlalchemy import Boolean, Column, Date, Float, Integer, LargeBinary, Table

from data.domain.errors import NotFound
from data.domain.vocabulary import CaseState, GridKind, IntakeChannel, OrderState, Severity
from data.loaders.modules import RECORDS
from data.modules import MODULES_BY_KEY
from data.store.tables import metadata, visible_cases
from data.store.types import Instant
from data.views.records.words import HEADINGS, SHOWN, WORDS
from data.world import World

HIDDEN = frozenset(
    {"id", "load_id", "source_hash", "source_line", "is_demo", "person_hash", "case_id", "staff_id", "facts"}
)
"""Keys and hashes; file, line and the demo's mark are columns of their own."""

SUBJECT = "subject_key"
"""Shown by name where it is an enterprise or a place; of a person never."""

PLACES = frozenset({"comprehensive_code", "police_code", "professional_code", "grid_code"})
VILLAGES = frozenset({"village_code"})
UNITS = frozenset({"unit_code", "main_unit"})
ENUMS = MappingProxyType(
    {
        "cases.state": CaseState,
        "cases.severity": Severity,
        "cases.intake_channel": IntakeChannel,
        "orders.state": OrderState,
        "grids.kind": GridKind,
    }
)
SHARED: Mapping[str, Table] = MappingProxyType({"cases": visible_cases})
"""Tables that are read through a view."""


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """A column: its name in the table, its heading, its kind, and the Chinese of its codes.

    `kind` is text, number, flag, date or instant.
    """

    name: str
    heading: str
    kind: str
    words: Mapping[str, str] = field(default_factory=dict)


def table_of(module: str, name: str) -> Table:
    """Return a table of a module; raise `NotFound` for one that it does not list."""
    row = MODULES_BY_KEY.get(module)
    if row is None or name not in row.tables:
        known = "、".join(row.tables) if row else "、".join(MODULES_BY_KEY)
        raise NotFound(
            f"模块“{module}”没有名为“{name}”的表" if row else f"没有模块“{module}”",
            field="table" if row else "module",
            value=name if row else module,
            cure=f"可选：{known}",
        )
    return SHARED.get(name, metadata.tables[name])


def table_name(name: str) -> str:
    """Return what people call a table: the name of its contract, of its source, or ours."""
    if name in RECORDS:
        return RECORDS[name].name
    return WORDS.get(f"table.{name}", {}).get("", name)


def columns_of(world: World, table: Table, on: date) -> tuple[RecordColumn, ...]:
    """Return the columns that are shown, in the table's order."""
    shown = SHOWN.get(kept_name(table))
    return tuple(
        RecordColumn(column.name, heading_of(world, table, column), _kind(column), _words(world, table, column, on))
        for column in table.columns
        if column.name not in HIDDEN
        and not isinstance(column.type, LargeBinary)
        and (shown is None or column.name in shown)
    )  # fmt: skip


def kept_name(table: Table) -> str:
    """Return the name of the table whose rows are read, also where a view of it is read."""
    return next((name for name, view in SHARED.items() if view is table), table.name)


def heading_of(world: World, table: Table, column: Column[object]) -> str:
    """Return a column's Chinese heading; its own name where nobody gave it one."""
    own = HEADINGS.get(f"{kept_name(table)}.{column.name}") or HEADINGS.get(column.name)
    if own and kept_name(table) not in RECORDS:  # many sources bring cases, each with words of its own
        return own
    for source in world.town.sources.values():
        rule = source.columns.get(column.name) if source.target == kept_name(table) else None
        if rule is not None and rule.aliases:
            return rule.aliases[0]
    return own or column.name


def _kind(column: Column[object]) -> str:
    if isinstance(column.type, Boolean):
        return "flag"
    if isinstance(column.type, Instant):
        return "instant"
    if isinstance(column.type, Date):
        return "date"
    return "number" if isinstance(column.type, (Integer, Float)) else "text"


def _words(world: World, table: Table, column: Column[object], on: date) -> Mapping[str, str]:
    """Return the Chinese of a column's codes."""
    name = column.name
    enum = ENUMS.get(f"{kept_name(table)}.{name}")
    if enum is not None:
        return {str(word): word.label for word in enum}
    if name in VILLAGES | UNITS:
        return world.town.unit_names
    if name in PLACES:
        frame = world.grids.current(on).frame
        return dict(zip(frame["code"], frame["name"], strict=True))
    if name == "category_code":
        return {code: row.name for code, row in world.town.categories_by_code.items()}
    return _source_words(world, table, name) or WORDS.get(f"{kept_name(table)}.{name}", {})


def _source_words(world: World, table: Table, name: str) -> dict[str, str]:
    """Turn a source's map of words around: the first word of each code names it."""
    found: dict[str, str] = {}
    for source in world.town.sources.values():
        if source.target == kept_name(table):
            for word, code in source.value_maps.get(name, {}).items():
                found.setdefault(str(code), word)
    return found
