"""Pages of a module's records: in words for screens and exports, in codes for REST."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from data.store.modules.shared import subjects
from data.views.cursors import read_cursor, write_cursor
from data.views.lens import moment
from data.views.records.columns import SUBJECT, RecordColumn, columns_of, table_name, table_of
from data.views.records.query import FILE, LINE, Narrowing, ordered, rows_query
from data.world import World

MOST = 500
MOST_EXPORTED = 50_000
PERSON = "个人（不显示）"
DEMO = "演示"
RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class RecordTable:
    """A table as a screen knows it."""

    module: str
    key: str
    name: str
    columns: tuple[RecordColumn, ...]


@dataclass(frozen=True, slots=True)
class RecordRows:
    """Some rows in words, and how many there are."""

    items: list[dict[str, Any]]
    total: int


def record_table(world: World, module: str, name: str, now: datetime) -> RecordTable:
    """Return what a screen must know of a module's table; raise `NotFound` for an unknown one."""
    table = table_of(module, name)
    on = now.astimezone(world.town.profile.zone).date()
    return RecordTable(module, name, table_name(name), columns_of(world, table, on))


def record_rows(
    world: World, shown: RecordTable, wanted: Narrowing, offset: int = 0, limit: int = MOST
) -> RecordRows:
    """Return rows as the screen shows them: Chinese for codes, local time, no person, file and line."""
    table = table_of(shown.module, shown.key)
    query = rows_query(world, table, shown.columns, wanted)
    with world.store.read() as connection:
        total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        page = ordered(table, shown.columns, wanted, query).offset(offset).limit(limit)
        rows = [dict(row) for row in connection.execute(page).mappings()]
        names = _subjects(connection, rows)
    zone = world.town.profile.zone
    return RecordRows([_in_words(row, shown.columns, names, zone) for row in rows], total)


def record_list(
    world: World, module: str, name: str, now: datetime, cursor: str | None, limit: int
) -> dict[str, Any]:
    """Return a page of a table as plain JSON, newest first: codes as stored, `file` and `line`, no person.

    Raises `NotFound` for an unknown table and `InvalidInput` for a cursor of another list.
    """
    shown = record_table(world, module, name, now)
    table, of = table_of(module, name), f"{module}.{name}"
    query = rows_query(world, table, shown.columns, Narrowing()).order_by(table.c.id.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(table.c.id < read_cursor(of, cursor))
    with world.store.read() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
        names = _subjects(connection, rows)
    items = [_in_codes(row, shown.columns, names) for row in rows[:limit]]
    following = write_cursor(of, rows[limit - 1]["id"]) if len(rows) > limit else None
    return {"module": module, "table": name, "name": shown.name, "items": items, "next_cursor": following}


def record_csv(world: World, shown: RecordTable, wanted: Narrowing, now: datetime) -> list[str]:
    """Return what is shown as the lines of a CSV file (UTF-8 with a byte order mark), telling above its head what it is.

    At most 50,000 rows; if there are more, the first lines say so. Cells that a spreadsheet would compute are quoted.
    """
    found = record_rows(world, shown, wanted, limit=MOST_EXPORTED)
    local = now.astimezone(world.town.profile.zone)
    is_demo = world.town.profile.is_demo or any(row["demo"] for row in found.items)
    told = [
        f"{world.town.profile.name} {shown.name}",
        f"导出时间 {local:%Y-%m-%d %H:%M}",
        f"共 {found.total} 行",
    ]
    told += [f"只导出前 {MOST_EXPORTED} 行"] if found.total > MOST_EXPORTED else []
    told += ["演示数据"] if is_demo else []
    head = [*(column.heading for column in shown.columns), "来源文件", "行", "演示"]
    rows = (
        [*(row[column.name] for column in shown.columns), row[FILE], row[LINE], row["demo"]]
        for row in found.items
    )
    return ["\ufeff" + _line(told), _line(head), *(_line(row) for row in rows)]


def _line(cells: Sequence[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([_safe(cell) for cell in cells])
    return buffer.getvalue()


def _safe(cell: Any) -> Any:
    return "'" + cell if isinstance(cell, str) and cell.startswith(RISKY) else cell


def _subjects(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of the subjects in some rows; persons have none."""
    keys = {row[SUBJECT] for row in rows if row.get(SUBJECT)}
    if not keys:
        return {}
    query = select(subjects.c.key, subjects.c.name).where(
        subjects.c.kind != "person", subjects.c.name.isnot(None)
    )
    found: dict[str, str] = {}
    for some in _blocks(sorted(keys)):
        found |= {row.key: row.name for row in connection.execute(query.where(subjects.c.key.in_(some)))}
    return found


def _blocks(keys: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _subject(key: str, names: Mapping[str, str]) -> str:
    return PERSON if key.startswith("person:") else names.get(key, "未登记")


def _in_words(
    row: Mapping[str, Any], columns: Sequence[RecordColumn], names: Mapping[str, str], zone: ZoneInfo
) -> dict[str, Any]:
    said = {column.name: _word(row[column.name], column, names, zone) for column in columns}
    origin = {FILE: row.get(FILE) or "平台登记", LINE: row.get(LINE)}
    return {"id": row["id"], **said, **origin, "demo": DEMO if row.get("is_demo") else ""}


def _word(value: Any, column: RecordColumn, names: Mapping[str, str], zone: ZoneInfo) -> Any:
    if value is None:
        return None
    if column.name == SUBJECT:
        return _subject(value, names)
    if column.kind == "flag":
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return column.words.get(str(value), value) if column.words else value


def _in_codes(
    row: Mapping[str, Any], columns: Sequence[RecordColumn], names: Mapping[str, str]
) -> dict[str, Any]:
    said = {column.name: _plain(row[column.name]) for column in columns if column.name != SUBJECT}
    if row.get(SUBJECT):
        said["subject"] = _subject(row[SUBJECT], names)
    return {
        "id": row["id"],
        **said,
        FILE: row.get(FILE),
        LINE: row.get(LINE),
        "is_demo": bool(row.get("is_demo")),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else value
