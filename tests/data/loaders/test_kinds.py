"""A file of another kind than its source reads: both are named, with the cure."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from data.loaders.errors import LoadRefused
from data.loaders.pipeline import load
from data.loaders.readers.kinds import FileKind, kind_of
from data.world import World
from tests.data.loaders.conftest import GOOD, HEADER, NOW, town_features, write_features

Make = Callable[[Path], Path]


def _content(content: bytes) -> Make:
    def make(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return make


def _workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx").rename(path)


def _archive(*names: str) -> Make:
    def make(path: Path) -> Path:
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, b"x")
        return path

    return make


def _features(path: Path) -> Path:
    return write_features(path, town_features())


CSV = f"{HEADER}\n{GOOD}\n".encode()
BOM = b"\xef\xbb\xbf"
# name, how the file is made, a source that does not read it, what is found, expected, and the cure
WRONG = [
    ("xlsx to csv", _workbook, "calls", "Excel 工作簿（.xlsx）", "CSV 文本", "另存为 CSV（UTF-8 或 GB18030）"),
    ("xlsx to csv, other", _workbook, "calls", "Excel", "CSV 文本", "或改用来源“book”（热线）"),
    ("xlsx to geojson", _workbook, "points", "Excel 工作簿（.xlsx）", "GeoJSON", "FeatureCollection"),
    ("xlsx to shapefile", _workbook, "layer", "Excel 工作簿（.xlsx）", "zip 打包的 Shapefile", ".shp、.shx"),
    ("csv to xlsx", _content(CSV), "book", "文本（CSV）", "Excel 工作簿", "或改用来源“calls”（热线）"),
    ("gb csv to xlsx", _content(CSV.decode().encode("gb18030")), "book", "文本（CSV）", "Excel", ".xlsx"),
    ("csv to geojson", _content(CSV), "points", "文本（CSV）", "GeoJSON", "“calls”"),
    ("csv to shapefile", _content(CSV), "layer", "文本（CSV）", "zip 打包的 Shapefile", "“calls”"),
    ("geojson to csv", _features, "calls", "JSON（GeoJSON）", "CSV 文本", "“points”"),
    ("geojson to xlsx", _features, "book", "JSON（GeoJSON）", "Excel 工作簿", "“points”"),
    ("geojson to grids as csv", _features, "staff", "JSON（GeoJSON）", "CSV 文本", "另存为 CSV"),
    ("packed geojson", _content(gzip.compress(b'{"type": 1}')), "calls", "JSON", "CSV 文本", "“points”"),
    ("zip to shapefile", _archive("a.csv", "b.txt"), "layer", "zip 压缩包（里面有：a.csv、b.txt）", "zip 打包", ".shp"),
    ("shapefile to csv", _archive("a.shp", "a.dbf"), "calls", "zip 打包的 Shapefile", "CSV 文本", "“layer”"),
    ("layer not packed", _content(b"\x00\x00\x27\x0a" + bytes(96)), "layer", "未打包的 .shp", "zip 打包", "压缩成一个 zip"),
    ("word", _archive("word/document.xml"), "calls", "Word 文档", "CSV 文本", "另存为 CSV"),
    ("ods", _archive("content.xml"), "book", "OpenDocument", "Excel 工作簿", "另存为 .xlsx"),
    ("xlsb", _archive("xl/workbook.bin"), "book", "二进制 Excel", "Excel 工作簿", "另存为 .xlsx"),
    ("broken zip", _content(b"PK\x03\x04" + bytes(60)), "book", "损坏的 zip", "Excel 工作簿", ".xlsx"),
    ("xls to csv", _content(b"\xd0\xcf\x11\xe0" + bytes(600)), "calls", "旧版 Excel", "CSV 文本", "“book”"),
    ("page as xls", _content(b"<html><table></table></html>"), "book", "网页（HTML）", "Excel", "另存为 .xlsx"),
    ("kml", _content(BOM + b"<?xml version='1.0'?><kml/>"), "points", "XML 文件", "GeoJSON", "导出为 GeoJSON"),
    ("pdf", _content(b"%PDF-1.7 ..."), "calls", "PDF", "CSV 文本", "CSV"),
    ("rar", _content(b"Rar!\x1a\x07\x00"), "layer", "rar 或 7z", "zip 打包", "zip"),
    ("geopackage", _content(b"SQLite format 3\x00" + bytes(80)), "points", "GeoPackage", "GeoJSON", "GeoJSON"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "source", "found", "expected", "cure"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_a_file_of_another_kind_is_named(
    mini: World, tmp_path: Path, make: Make, source: str, found: str, expected: str, cure: str
) -> None:
    with pytest.raises(LoadRefused) as refused:
        load(mini, source, make(tmp_path / "file.bin"), NOW)
    message = refused.value.message
    assert message.startswith(f"文件“file.bin”是{found}")
    assert f"来源“{source}”要的是{expected}" in message
    assert cure in (refused.value.cure or "")
    assert refused.value.code == "wrong_kind"


@pytest.mark.parametrize("source", ["calls", "book", "points", "layer"])
@pytest.mark.parametrize("content", [b"", gzip.compress(b"")], ids=["plain", "gzip"])
def test_an_empty_file_is_called_empty(mini: World, tmp_path: Path, source: str, content: bytes) -> None:
    with pytest.raises(LoadRefused, match="文件是空的"):
        load(mini, source, _content(content)(tmp_path / "file.bin"), NOW)


RIGHT = [
    ("a header in brackets", b"[a],[b]\n1,2\n", FileKind.TEXT),
    ("GB18030, cut in a character", ("编" * 2048).encode("gb18030") + b"\xb1\xe0\n", FileKind.TEXT),
    ("BOM and blanks", BOM + b"\r\n {}", FileKind.JSON),
    ("a list", b"[ {}]", FileKind.JSON),
    ("an old Mac's line ends", b"a,b\r1,2\r", FileKind.TEXT),
    ("UTF-16", "a,b\n".encode("utf-16"), None),
    ("noise", bytes(range(256)), None),
    ("broken gzip", gzip.compress(b"a,b\n" * 2000)[:20], None),
]


@pytest.mark.parametrize(("content", "kind"), [r[1:] for r in RIGHT], ids=[r[0] for r in RIGHT])
def test_kinds_are_told_by_content_and_never_guessed(
    tmp_path: Path, content: bytes, kind: FileKind | None
) -> None:
    assert kind_of(_content(content)(tmp_path / "file.bin")) is kind


def test_a_file_that_is_not_there_has_no_kind(tmp_path: Path) -> None:
    assert kind_of(tmp_path / "none.csv") is None
