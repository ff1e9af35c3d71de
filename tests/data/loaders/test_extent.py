"""A workbook is measured before anything makes room for it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from data.loaders.errors import LoadRefused
from data.loaders.readers.extent import check_extent
from data.loaders.readers.workbook import read_workbook
from data.world import World

SHEET = "xl/worksheets/sheet1.xml"


def _book(path: Path, last: str = "B2") -> Path:
    book = openpyxl.Workbook()
    book.active["A1"], book.active[last] = "工单编号", "x"
    book.save(path)
    return path


def _with(path: Path, changed: dict[str, bytes]) -> Path:
    """Write a workbook again with other members."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | changed
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _sheet(cells: str, before: str = "", root: str = "worksheet") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    data = f"<sheetData>{cells}</sheetData>"
    return f'<?xml version="1.0"?>{before}<{root} xmlns="{space}"><dimension ref="A1:B2"/>{data}</{root}>'.encode()


CORNER = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
BAD = {
    "stray cell": ({SHEET: _sheet(CORNER)}, "第 1048576 行、第 16384 列"),
    "row without reference": (
        {SHEET: _sheet('<row r="30000000"><c><v>1</v></c></row>')},
        "第 30000000 行、第 1 列",
    ),
    "prefixed": ({SHEET: _sheet(CORNER.replace("<c", "<x:c").replace("</c", "</x:c"))}, "工作表区域过大"),
    "two halves": (
        {SHEET: _sheet('<row r="1000000"><c r="K1000000"/></row>'), "xl/b.xml": _sheet('<c r="K1000000"/>')},
        "共 22000000 个单元格",
    ),
    "under another root": ({SHEET: _sheet(CORNER, root="sst")}, "伪装的工作表"),
    "entities": ({SHEET: _sheet(CORNER, '<!DOCTYPE a [<!ENTITY b "c">]>')}, "DOCTYPE"),
    "broken XML": ({SHEET: _sheet(CORNER)[:-30] + b"<<"}, "不是有效的 XML|区域过大"),
    "another kind of workbook": ({"xl/workbook.bin": b""}, "不是 .xlsx 工作簿"),
    "bomb": ({SHEET: _sheet(" " * (12 << 20))}, "超出限制"),
}


@pytest.mark.parametrize("case", BAD, ids=str)
def test_a_workbook_that_would_burst_is_refused(case: str, tmp_path: Path) -> None:
    changed, reason = BAD[case]
    path = _with(_book(tmp_path / "b.xlsx"), changed)
    assert path.stat().st_size < 60_000
    with pytest.raises(LoadRefused, match=reason) as refusal:
        check_extent(path)
    assert refusal.value.cure


def test_an_archive_that_is_found_only_by_searching_is_refused(tmp_path: Path) -> None:
    """Some libraries look for an archive's directory further from the end than others."""
    path = _book(tmp_path / "b.xlsx")
    path.write_bytes(path.read_bytes() + b"\0" * 70_000)
    with pytest.raises(LoadRefused, match="不是可读的 Excel 工作簿"):
        check_extent(path)


def test_the_reader_measures_first(mini: World, tmp_path: Path) -> None:
    path = _with(_book(tmp_path / "b.xlsx"), {SHEET: _sheet(CORNER)})
    with pytest.raises(LoadRefused, match="工作表区域过大"):
        next(read_workbook(path, mini.town.sources["book"]))


@pytest.mark.parametrize(("last", "limit"), [("B2", 4), ("C10", 30), ("AA1", 27)])
def test_an_ordinary_workbook_is_measured_exactly(last: str, limit: int, tmp_path: Path) -> None:
    path = _book(tmp_path / "b.xlsx", last)
    check_extent(path, limit)
    with pytest.raises(LoadRefused, match=f"共 {limit} 个单元格"):
        check_extent(path, limit - 1)
