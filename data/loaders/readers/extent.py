"""How large the sheets of a workbook really are, counted before a library makes room for them.

A sheet is held as a full rectangle from A1 to its last cell, so that one stray cell at the far corner asks
for 17 thousand million cells. What the file says about its own size is not believed: cells are counted.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

from data.loaders.errors import LoadRefused
from data.loaders.readers.archive import BROKEN, check_archive

MAX_CELLS = 20_000_000
BLOCK = 1 << 18
OTHER_BOOKS = frozenset({"xl/workbook.bin", "content.xml"})
OLD_FORMAT = bytes.fromhex("d0cf11e0")
SHEET_SIGN = b"sheetData"
REFERENCE = re.compile(r"([A-Za-z]{1,7})([0-9]{1,10})")
CURE = "请在 Excel 或 WPS 中另存为 .xlsx 后重新载入"


def check_extent(path: Path, max_cells: int = MAX_CELLS) -> None:
    """Raise `LoadRefused` for a workbook that is a bomb, of another kind, or has too large sheets.

    The old binary format (.xls, also what a password makes of an .xlsx) cannot be that large.
    """
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            if stream.read(len(OLD_FORMAT)) == OLD_FORMAT:
                return
        raise _unreadable(path)
    members = check_archive(path)
    if any(member.filename.lower() in OTHER_BOOKS for member in members):
        raise LoadRefused("文件不是 .xlsx 工作簿", value=path.name, cure=CURE)
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in members:
                with archive.open(member) as stream:
                    extent = _extent(iter(lambda: stream.read(BLOCK), b""), path)
                total += extent.cells
                if total > max_cells:
                    raise _too_large(member.filename, extent, total, max_cells)
    except BROKEN as error:
        raise _unreadable(path) from error


class Extent:
    """The last row and column of one sheet, fed with its elements; cells without a reference follow on."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self.root: str | None = None
        self._row = self._column = 0

    @property
    def cells(self) -> int:
        """The cells of the rectangle from A1 on."""
        return self.rows * self.columns

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        plain = name.rpartition(":")[2]
        if self.root is None:
            self.root = plain
        if plain == "c":
            self._cell(attributes.get("r"))
        elif plain == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given.isdecimal() and len(given) <= 10 else self._row + 1
            self._column = 0

    def _cell(self, reference: str | None) -> None:
        self._column += 1
        found = REFERENCE.fullmatch(reference) if reference else None
        if found:
            self._column, self._row = _column_number(found[1]), int(found[2])
        self.rows, self.columns = max(self.rows, self._row, 1), max(self.columns, self._column)


def _extent(blocks: Iterator[bytes], path: Path) -> Extent:
    """Measure one member of the archive; what is no sheet has no extent, and must not look like one."""
    extent = Extent()
    feed = _parser(extent, path)
    tail = b""
    for block in blocks:
        if extent.root in (None, "worksheet"):
            is_xml = _is_fed(feed, block)
            if not is_xml and extent.root is not None:
                raise LoadRefused("工作表内容不是有效的 XML", value=path.name, cure=CURE)
            extent.root = extent.root or ("" if not is_xml else None)
        if extent.root != "worksheet" and SHEET_SIGN in tail + block:
            raise LoadRefused("工作簿里有伪装的工作表", value=path.name, cure=CURE)
        tail = block[-len(SHEET_SIGN) :]
    return extent


def _parser(extent: Extent, path: Path) -> Callable[[bytes], object]:
    """Return what takes the bytes of one XML text; a document type, which workbooks never have, is refused."""

    def refuse(*_declared: object) -> None:
        raise LoadRefused("工作簿的 XML 里有文档类型声明（DOCTYPE）", value=path.name, cure=CURE)

    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.element
    parser.StartDoctypeDeclHandler = refuse
    return lambda block: parser.Parse(block, False)


def _is_fed(feed: Callable[[bytes], object], block: bytes) -> bool:
    try:
        feed(block)
    except expat.ExpatError:
        return False
    return True


def _column_number(letters: str) -> int:
    """Return the number of a column, A being 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _unreadable(path: Path) -> LoadRefused:
    return LoadRefused("文件不是可读的 Excel 工作簿", value=path.name, cure=CURE)


def _too_large(sheet: str, extent: Extent, total: int, limit: int) -> LoadRefused:
    return LoadRefused(
        f"工作表区域过大：{sheet} 到第 {extent.rows} 行、第 {extent.columns} 列，共 {total} 个单元格",
        value=total,
        cure=f"请删去远处多余的单元格（选中空行空列后删除），或拆分文件；上限 {limit} 个单元格",
    )
