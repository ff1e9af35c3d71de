"""XLSX: title rows above the header, merged cells, several sheets, Excel's dates and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from data.loaders.errors import LoadRefused
from data.loaders.headers import SEARCHED_ROWS, find_header, match_columns, missing_fields, require_columns
from data.loaders.readers.base import CHUNK_ROWS, Chunk, names_of, text_frame
from data.loaders.readers.extent import check_extent
from data.town import SourceProfile

MAX_MERGED_CELLS = 1_000_000
EXACT_NUMBER_LIMIT = 2**53
Rows = list[list[str]]


def read_workbook(path: Path, profile: SourceProfile) -> Iterator[Chunk]:
    """Yield the rows of every visible sheet that has the source's columns, or of the sheet it names."""
    check_extent(path)
    book = _open(path)
    named = None if profile.sheet in (None, "*") else profile.sheet
    wanted = [named] if named else _visible(book)
    if named and named not in book.sheet_names:
        sheets = "、".join(book.sheet_names)
        raise LoadRefused(f"没有工作表“{named}”，文件里有：{sheets}", value=sheets, cure="请核对来源的 sheet")
    tables = [(name, *_table(_cells(book, name), profile)) for name in wanted]
    usable = [table for table in tables if not missing_fields(match_columns(table[2], profile), profile)]
    if not usable:
        header = max((header for _, _, header, _ in tables), key=lambda row: _score(row, profile), default=[])
        require_columns(header, match_columns(header, profile), profile)
    for name, first, header, rows in usable:
        yield from _chunks(rows, header, first, profile, name if len(usable) > 1 else None)


def _open(path: Path) -> CalamineWorkbook:
    return _guarded(path, lambda: CalamineWorkbook.from_path(str(path)))


def _guarded(path: Path, action: Any) -> Any:
    """Call into the workbook library; whatever breaks in it (its panics too) is a broken file."""
    try:
        return action()
    except (KeyboardInterrupt, SystemExit, MemoryError, LoadRefused):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        is_locked = "password" in type(error).__name__.lower()
        reason = "工作簿有密码" if is_locked else "文件不是可读的 Excel 工作簿"
        cure = "请去掉密码" if is_locked else "请在 Excel 或 WPS 中另存为 .xlsx 后重新载入"
        raise LoadRefused(reason, value=path.name, cure=cure) from error


def _visible(book: CalamineWorkbook) -> list[str]:
    return [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def _cells(book: CalamineWorkbook, name: str) -> Rows:
    """Return a sheet as text, from cell A1 on, merged cells filled with their first cell."""
    path = Path(book.path or name)
    sheet: CalamineSheet = _guarded(path, lambda: book.get_sheet_by_name(name))
    values = _guarded(path, lambda: sheet.to_python(skip_empty_area=False))
    rows = [[_text(value) for value in row] for row in values]
    _fill_merged(rows, _guarded(path, lambda: sheet.merged_cell_ranges) or [])
    return rows


def _fill_merged(rows: Rows, ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    budget = MAX_MERGED_CELLS
    for (top, left), (bottom, right) in ranges:
        bottom, right = min(bottom, len(rows) - 1), min(right, len(rows[0]) - 1 if rows else -1)
        budget -= max(0, bottom - top + 1) * max(0, right - left + 1)
        if budget < 0:
            return
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                rows[row][column] = rows[top][left]


def _table(rows: Rows, profile: SourceProfile) -> tuple[int, list[str], Rows]:
    """Part a sheet into the position below its header, the header and the rows."""
    at = (
        find_header(rows[:SEARCHED_ROWS], profile) if profile.header_row == "auto" else profile.header_row - 1
    )
    if at is None or at >= len(rows):
        return 0, rows[0] if rows else [], []
    return at + 1, rows[at], rows[at + 1 :]


def _score(header: list[str], profile: SourceProfile) -> int:
    return len(match_columns(header, profile))


def _chunks(
    rows: Rows, header: list[str], first: int, profile: SourceProfile, sheet: str | None
) -> Iterator[Chunk]:
    found = match_columns(header, profile)
    names = names_of(header, found)
    kept = [(number, row) for number, row in enumerate(rows, first + 1) if any(row)]
    for start in range(0, len(kept), CHUNK_ROWS):
        part = kept[start : start + CHUNK_ROWS]
        columns = {field: [row[at] for _, row in part] for field, at in found.items()}
        yield Chunk(text_frame(columns, [number for number, _ in part]), names, [], sheet)


def _text(value: Any) -> str:
    """Write a cell as the text a person would have typed."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT_NUMBER_LIMIT else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return _duration(value) if isinstance(value, timedelta) else str(value)


def _duration(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
