"""Reading rows of a module's table: narrowed, sorted, joined with the load that brought them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, and_, cast, or_, select

from data.domain.errors import InvalidInput
from data.store.tables import loads
from data.views.records.columns import RecordColumn
from data.world import World

FILE, LINE = "file", "line"


@dataclass(frozen=True, slots=True)
class Condition:
    """One narrowing of a column: an operator of `OPERATORS` and one or two values as a browser writes them."""

    column: str
    operator: str
    value: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which rows are wanted, and in which order: (column, is it descending); the newest first without any."""

    conditions: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = field(default=())


Operate = Callable[[Any, Any, Any], ColumnElement[bool]]
OPERATORS: Mapping[str, Operate] = MappingProxyType(
    {
        "equals": lambda column, low, _high: column == low,
        "notEqual": lambda column, low, _high: column != low,
        "lessThan": lambda column, low, _high: column < low,
        "lessThanOrEqual": lambda column, low, _high: column <= low,
        "greaterThan": lambda column, low, _high: column > low,
        "greaterThanOrEqual": lambda column, low, _high: column >= low,
        "inRange": lambda column, low, high: and_(column >= low, column <= high),
        "blank": lambda column, _low, _high: column.is_(None),
        "notBlank": lambda column, _low, _high: column.isnot(None),
    }
)
TEXTS: Mapping[str, Callable[[str, str], bool]] = MappingProxyType(
    {
        "contains": lambda word, text: text in word,
        "notContains": lambda word, text: text not in word,
        "startsWith": lambda word, text: word.startswith(text),
        "endsWith": lambda word, text: word.endswith(text),
        "equals": lambda word, text: word == text,
        "notEqual": lambda word, text: word != text,
    }
)
"""Operators on what is shown: for a column of codes they choose among the words."""


def rows_query(world: World, table: Table, columns: Sequence[RecordColumn], wanted: Narrowing) -> Select[Any]:
    """Return the query of the wanted rows, with `file` and `line` where a load brought them; order is left out."""
    chosen = [table.c.id, *(table.c[column.name] for column in columns)]
    query = select(*chosen)
    if "load_id" in table.c:
        query = query.add_columns(loads.c.file_name.label(FILE), table.c.source_line.label(LINE))
        query = query.outerjoin(loads, loads.c.id == table.c.load_id)
        query = query.where(or_(loads.c.id.is_(None), loads.c.status != "staging"))
    if "is_demo" in table.c:
        query = query.add_columns(table.c.is_demo)
    if "is_withdrawn" in table.c:
        query = query.where(table.c.is_withdrawn.is_(False))
    known = {column.name: column for column in columns}
    return query.where(*(_condition(world, table, known, each) for each in wanted.conditions))


def ordered(
    table: Table, columns: Sequence[RecordColumn], wanted: Narrowing, query: Select[Any]
) -> Select[Any]:
    """Return the query in the wanted order, the id last so that pages neither repeat nor miss a row."""
    known = {column.name for column in columns}
    for name, is_descending in wanted.order:
        if name not in known:
            raise _unknown(name, known)
        query = query.order_by(table.c[name].desc() if is_descending else table.c[name])
    return query.order_by(table.c.id.desc())


def _condition(
    world: World, table: Table, known: Mapping[str, RecordColumn], asked: Condition
) -> ColumnElement[bool]:
    column = known.get(asked.column)
    if column is None:
        raise _unknown(asked.column, known)
    stored = table.c[column.name]
    if asked.operator in ("blank", "notBlank"):
        return OPERATORS[asked.operator](stored, None, None)
    if column.words or column.kind in ("text", "flag"):
        return _text_condition(column, stored, asked)
    if asked.operator not in OPERATORS:
        raise _bad("operator", asked.operator, f"可选：{'、'.join(OPERATORS)}")
    return _span_condition(world, column, stored, asked)


def _text_condition(column: RecordColumn, stored: Any, asked: Condition) -> ColumnElement[bool]:
    """Compare with what the screen shows: words of codes are chosen first, plain texts are searched."""
    test = TEXTS.get(asked.operator)
    if test is None:
        raise _bad("operator", asked.operator, f"可选：{'、'.join(TEXTS)}")
    if column.kind == "flag":
        return stored.in_([value for value, word in ((True, "是"), (False, "否")) if test(word, asked.value)])
    if column.words:
        return stored.in_([code for code, word in column.words.items() if test(word, asked.value)])
    text, escape = cast(stored, String), {"autoescape": True}
    likes = {
        "contains": lambda: text.icontains(asked.value, **escape),
        "notContains": lambda: ~text.icontains(asked.value, **escape),
        "startsWith": lambda: text.istartswith(asked.value, **escape),
        "endsWith": lambda: text.iendswith(asked.value, **escape),
        "equals": lambda: text == asked.value,
        "notEqual": lambda: text != asked.value,
    }
    return likes[asked.operator]()


def _span_condition(world: World, column: RecordColumn, stored: Any, asked: Condition) -> ColumnElement[bool]:
    """Compare numbers and days; an instant equals a day when it lies in it."""
    read = _number if column.kind == "number" else _day
    low = read(asked.value)
    high = read(asked.other) if asked.operator == "inRange" else None
    if column.kind != "instant":
        return OPERATORS[asked.operator](stored, low, high)
    return _instants(world, stored, asked.operator, low, high)


def _instants(world: World, stored: Any, operator: str, low: Any, high: Any) -> ColumnElement[bool]:
    zone, day = world.town.profile.zone, timedelta(days=1)

    def start(of: date) -> datetime:
        return datetime.combine(of, time(), zone)

    begin, end = start(low), start((high or low) + day)
    within = and_(stored >= begin, stored < end)
    return {
        "equals": within,
        "inRange": within,
        "notEqual": or_(stored < begin, stored >= end),
        "lessThan": stored < begin,
        "lessThanOrEqual": stored < end,
        "greaterThan": stored >= end,
        "greaterThanOrEqual": stored >= begin,
    }[operator]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _bad("filter", text, "请填数字") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise _bad("filter", text, "请填日期，例如 2026-11-23") from None


def _unknown(name: str, known: object) -> InvalidInput:
    return InvalidInput(f"没有名为“{name}”的列", field="column", value=name, cure=f"可选：{'、'.join(known)}")  # type: ignore[call-overload]


def _bad(field_name: str, value: str, cure: str) -> InvalidInput:
    return InvalidInput(f"筛选条件“{value}”无法使用", field=field_name, value=value, cure=cure)
