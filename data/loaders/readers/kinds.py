"""What a file really is, told by its content: an ending is a promise that people break."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from data.loaders.encoding import open_bytes
from data.loaders.errors import LoadRefused
from data.loaders.readers.archive import BROKEN, member_path
from data.town import SourceProfile

HEAD_BYTES = 4096
LISTED_MEMBERS = 5
LISTED_SOURCES = 3


class FileKind(StrEnum):
    """Kinds that are told apart; the value is what a person calls them."""

    EMPTY = "空文件"
    TEXT = "文本（CSV）"
    JSON = "JSON（GeoJSON）"
    WORKBOOK = "Excel 工作簿（.xlsx）"
    OLD_WORKBOOK = "旧版 Excel 工作簿（.xls）"
    BINARY_WORKBOOK = "二进制 Excel 工作簿（.xlsb）"
    OPEN_DOCUMENT = "OpenDocument 文档（.ods）"
    WORD = "Word 文档（.docx）"
    LAYER = "zip 打包的 Shapefile"
    BARE_LAYER = "未打包的 .shp 文件"
    ARCHIVE = "zip 压缩包"
    BROKEN_ARCHIVE = "损坏的 zip 压缩包或工作簿"
    OTHER_ARCHIVE = "rar 或 7z 压缩包"
    GEOPACKAGE = "GeoPackage 或 SQLite 数据库"
    PDF = "PDF 文档"
    IMAGE = "图片"
    WEB_PAGE = "网页（HTML）"
    XML = "XML 文件（如 KML、GPX）"


# What each format of a source takes, what to call it, and how to come by it.
TAKES: dict[str, frozenset[FileKind]] = {
    "csv": frozenset({FileKind.TEXT}),
    "xlsx": frozenset({FileKind.WORKBOOK, FileKind.OLD_WORKBOOK}),
    "geojson": frozenset({FileKind.JSON}),
    "shapefile": frozenset({FileKind.LAYER}),
}
EXPECTED = {
    "csv": ("CSV 文本", "请另存为 CSV（UTF-8 或 GB18030）后重新载入"),
    "xlsx": ("Excel 工作簿（.xlsx）", "请在 Excel 或 WPS 中另存为 .xlsx 后重新载入"),
    "geojson": ("GeoJSON", "请导出为 GeoJSON 的 FeatureCollection 后重新载入"),
    "shapefile": (
        "zip 打包的 Shapefile",
        "请把同名的 .shp、.shx、.dbf、.prj 压缩成一个 zip 后重新载入",
    ),
}

SIGNS = (
    (b"\xd0\xcf\x11\xe0", FileKind.OLD_WORKBOOK),
    (b"\x00\x00\x27\x0a", FileKind.BARE_LAYER),
    (b"Rar!", FileKind.OTHER_ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", FileKind.OTHER_ARCHIVE),
    (b"SQLite format 3\x00", FileKind.GEOPACKAGE),
    (b"%PDF-", FileKind.PDF),
    (b"\x89PNG\r\n", FileKind.IMAGE),
    (b"\xff\xd8\xff", FileKind.IMAGE),
    (b"GIF8", FileKind.IMAGE),
)
MEMBERS = (
    ("xl/workbook.xml", FileKind.WORKBOOK),
    ("xl/workbook.bin", FileKind.BINARY_WORKBOOK),
    ("word/document.xml", FileKind.WORD),
    ("content.xml", FileKind.OPEN_DOCUMENT),
)
TEXT_SIGNS = (
    (re.compile(rb'\{\s*["}]|\[\s*[\[{\]]'), FileKind.JSON),
    (re.compile(rb"<(?:!doctype\s+html|html|table|meta|head)\b", re.IGNORECASE), FileKind.WEB_PAGE),
    (re.compile(rb"<\?xml|<kml\b|<gpx\b", re.IGNORECASE), FileKind.XML),
)
CONTROL = frozenset(range(32)) - frozenset(b"\t\r\n\f")


def kind_of(path: Path) -> FileKind | None:
    """Return what a file is, gzip looked through; None where nothing is recognised or it cannot be read."""
    try:
        with open_bytes(path) as stream:
            head = stream.read(HEAD_BYTES)
    except (EOFError, zlib.error, gzip.BadGzipFile, OSError):
        return None
    if not head:
        return FileKind.EMPTY
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path)
    for sign, kind in SIGNS:
        if head.startswith(sign):
            return kind
    return _kind_of_text(head)


def check_kind(path: Path, profile: SourceProfile, sources: Iterable[SourceProfile] = ()) -> None:
    """Raise `LoadRefused` for a file of another kind than the source reads, naming both and the cure.

    `sources` are those of the town: one that takes the file, for the same target, is offered.
    """
    kind = kind_of(path)
    if kind is None or kind in TAKES[profile.format]:
        return
    if kind is FileKind.EMPTY:
        raise LoadRefused("文件是空的", value=path.name, cure="请确认导出成功后重新载入")
    wanted, cure = EXPECTED[profile.format]
    fitting = [s for s in sources if s.target == profile.target and kind in TAKES[s.format]]
    if fitting:
        listed = "、".join(f"“{s.key}”（{s.name}）" for s in fitting[:LISTED_SOURCES])
        cure = f"{cure}，或改用来源{listed}"
    raise LoadRefused(
        f"文件“{path.name}”是{_described(path, kind)}，来源“{profile.key}”要的是{wanted}",
        code="wrong_kind",
        field="format",
        value=path.name,
        cure=cure,
    )


def _kind_of_archive(path: Path) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {member_path(member).as_posix().lower() for member in archive.infolist()}
    except (*BROKEN, OSError):
        return FileKind.BROKEN_ARCHIVE
    for name, kind in MEMBERS:
        if name in names:
            return kind
    return FileKind.LAYER if any(name.endswith(".shp") for name in names) else FileKind.ARCHIVE


def _kind_of_text(head: bytes) -> FileKind | None:
    """Tell texts apart; what is not text in UTF-8 or GB18030 stays unknown."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for sign, kind in TEXT_SIGNS:
        if sign.match(start):
            return kind
    if CONTROL & frozenset(head):
        return None
    return FileKind.TEXT if _is_readable(head) else None


def _is_readable(head: bytes) -> bool:
    """Whether the beginning decodes; the last character may be cut."""
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False


def _described(path: Path, kind: FileKind) -> str:
    """Return a kind in words; of an archive, also what is inside."""
    if kind is not FileKind.ARCHIVE:
        return str(kind)
    with zipfile.ZipFile(path) as archive:
        names = [str(member_path(member)) for member in archive.infolist()]
    listed = "、".join(names[:LISTED_MEMBERS]) + ("……" if len(names) > LISTED_MEMBERS else "")
    return f"{kind}（里面有：{listed or '无'}）"
