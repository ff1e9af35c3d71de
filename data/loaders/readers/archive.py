"""Looking into zip archives without trusting them: names are never paths, sizes are counted."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from data.loaders.errors import LoadRefused

MAX_UNPACKED_BYTES = 1 << 30
MAX_RATIO = 200
MAX_MEMBERS = 10_000
RATIO_COUNTS_FROM_BYTES = 10 << 20
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)


def check_archive(path: Path) -> list[zipfile.ZipInfo]:
    """Return the members of an archive; raise `LoadRefused` for a broken, locked or bomb-like one."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except BROKEN as error:
        raise _broken(path) from error
    unpacked = sum(member.file_size for member in members)
    packed = max(1, path.stat().st_size)
    is_bomb = unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > MAX_RATIO * packed
    if is_bomb or unpacked > MAX_UNPACKED_BYTES or len(members) > MAX_MEMBERS:
        raise LoadRefused(
            f"压缩包解压后有 {unpacked >> 20} MB、{len(members)} 个文件，超出限制",
            value=path.name,
            cure=f"请拆分后重新压缩（上限 {MAX_UNPACKED_BYTES >> 20} MB）",
        )
    if any(member.flag_bits & 1 for member in members):
        raise LoadRefused("压缩包有密码", value=path.name, cure="请去掉密码后重新压缩")
    return members


def unpack(path: Path, member: zipfile.ZipInfo, target: Path) -> None:
    """Write one member to `target`, whatever path its name claims, and never more than the limit."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as source, target.open("wb") as out:
            shutil.copyfileobj(_Limited(source, path), out, 1 << 20)
    except BROKEN as error:
        raise _broken(path) from error


def member_path(member: zipfile.ZipInfo) -> PurePosixPath:
    """Return a member's name as a path, GBK names of Chinese Windows included."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = member.filename
    return PurePosixPath(name.replace("\\", "/"))


class _Limited:
    """A stream that refuses to give more than the limit, whatever the archive's directory said."""

    def __init__(self, source: object, path: Path) -> None:
        self._source, self._path, self._size = source, path, 0

    def read(self, size: int = -1) -> bytes:
        block: bytes = self._source.read(size)  # type: ignore[attr-defined]
        self._size += len(block)
        if self._size > MAX_UNPACKED_BYTES:
            raise LoadRefused("压缩包解压后超出限制", value=self._path.name, cure="请拆分后重新压缩")
        return block


def _broken(path: Path) -> LoadRefused:
    return LoadRefused("压缩包已损坏或不是 zip 格式", value=path.name, cure="请重新压缩为 zip 后载入")
