"""The readers by format; another format is another row here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from data.loaders.errors import LoadRefused
from data.loaders.readers.base import CHUNK_ROWS, Chunk, Reader
from data.loaders.readers.delimited import read_delimited
from data.loaders.readers.features import read_geojson
from data.loaders.readers.kinds import check_kind
from data.loaders.readers.shapefile import read_shapefile
from data.loaders.readers.workbook import read_workbook
from data.town import SourceProfile

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "csv": read_delimited,
        "xlsx": read_workbook,
        "geojson": read_geojson,
        "shapefile": read_shapefile,
    }
)

__all__ = ["CHUNK_ROWS", "READERS", "Chunk", "Reader", "read_chunks", "require_file", "unreadable"]


def read_chunks(path: Path, profile: SourceProfile, sources: Iterable[SourceProfile] = ()) -> Iterator[Chunk]:
    """Yield a file in pieces of text; raise `LoadRefused` when it is missing or its shape is wrong.

    `sources` are the town's: where the file is of another kind, one that takes it is named.
    """
    require_file(path)
    try:
        check_kind(path, profile, sources)
        yield from READERS[profile.format](path, profile)
    except OSError as error:
        raise unreadable(path, error) from error


def require_file(path: Path) -> None:
    """Raise `LoadRefused` where there is no file."""
    if not path.is_file():
        raise LoadRefused(f"找不到文件“{path.name}”", value=str(path), cure="请核对路径")


def unreadable(path: Path, error: OSError) -> LoadRefused:
    """Return the refusal of a file that the system does not let us read."""
    return LoadRefused(
        f"文件“{path.name}”无法读取（{error.strerror}）", value=str(path), cure="请检查文件权限与磁盘"
    )
