"""Finding out how a text file is encoded by reading all of it once, never by its first bytes alone."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from data.loaders.errors import LoadRefused

BLOCK_BYTES = 1 << 20
MAX_TEXT_BYTES = 4 << 30
CANDIDATES = ("utf-8", "gb18030")
OTHER_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding, and whether some bytes of the file do not fit it."""

    name: str
    is_damaged: bool = False


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file, unpacking it when it is gzip."""
    with path.open("rb") as raw:
        is_gzip = raw.read(2) == b"\x1f\x8b"
    return gzip.open(path) if is_gzip else path.open("rb")


def open_text(path: Path, encoding: Encoding) -> IO[str]:
    """Open a text file; bytes that do not fit become U+FFFD, line ends stay as they are."""
    name = "utf-8-sig" if encoding.name == "utf-8" else encoding.name
    return io.TextIOWrapper(open_bytes(path), name, errors="replace", newline="")


def find_encodings(path: Path, wanted: str = "auto") -> list[Encoding]:
    """Return the encodings that a file may be in, the one with fewest broken characters first.

    That is one alone where it is wanted or where UTF-8 fits the whole file. Raises `LoadRefused` for an
    empty file, UTF-16 and a broken or oversized archive.
    """
    candidates = CANDIDATES if wanted == "auto" else (wanted,)
    decoders = {name: _Counter(name) for name in candidates}
    is_empty = True
    for block in blocks(path):
        if is_empty and block.startswith(OTHER_BOMS):
            raise LoadRefused("文件是 UTF-16 编码", value=path.name, cure="请另存为 UTF-8 或 GB18030 的 CSV")
        is_empty = False
        for decoder in decoders.values():
            decoder.feed(block)
    if is_empty:
        raise LoadRefused("文件是空的", value=path.name, cure="请确认导出成功后重新载入")
    ranked = sorted(decoders.values(), key=lambda decoder: decoder.finish())
    found = [Encoding(decoder.name, decoder.broken > 0) for decoder in ranked]
    return found[:1] if found[0] == Encoding("utf-8") else found


def blocks(path: Path) -> Iterator[bytes]:
    """Yield the unpacked bytes of a file; raise `LoadRefused` where it cannot be read or is too large."""
    size = 0
    try:
        with open_bytes(path) as stream:
            while block := stream.read(BLOCK_BYTES):
                size += len(block)
                if size > MAX_TEXT_BYTES:
                    cure = "请按月份拆分后分别载入"
                    raise LoadRefused(f"文件解压后超过 {MAX_TEXT_BYTES >> 30} GB", value=path.name, cure=cure)
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LoadRefused("压缩文件已损坏", value=path.name, cure="请重新下载或重新压缩") from error


class _Counter:
    """Decodes block by block and counts what does not fit; stops working after the first break."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.broken = 0
        self._decoder = codecs.getincrementaldecoder(name)("strict")

    def feed(self, block: bytes, *, is_last: bool = False) -> None:
        """Decode one more block."""
        try:
            self._decoder.decode(block, is_last)
        except UnicodeDecodeError:
            self.broken += max(1, block.decode(self.name, "replace").count("\ufffd"))
            self._decoder.reset()

    def finish(self) -> int:
        """Return how many characters were broken in all."""
        if not self.broken:
            self.feed(b"", is_last=True)
        return self.broken
