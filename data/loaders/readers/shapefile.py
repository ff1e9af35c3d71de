"""Zipped shapefiles, GBK attribute tables included; nothing in the archive chooses a path on disk."""

from __future__ import annotations

import codecs
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from data.loaders.errors import LoadRefused
from data.loaders.readers.archive import check_archive, member_path, unpack
from data.loaders.readers.base import Chunk
from data.loaders.readers.features import feature_chunks
from data.town import SourceProfile

PARTS = (".shp", ".shx", ".dbf", ".prj")
NEEDED = (".shp", ".dbf")
DBF_HEADER_LENGTH = slice(8, 10)
DBF_FIRST_FIELD, DBF_FIELD_BYTES, DBF_NAME_BYTES = 32, 32, 11
NAME_BYTES = 10


def read_shapefile(path: Path, profile: SourceProfile) -> Iterator[Chunk]:
    """Yield the features of the one layer in a zip (or of the layer that `sheet` names)."""
    layer = _layer(path, profile.sheet)
    with tempfile.TemporaryDirectory(prefix="cloud-load-") as folder:
        for suffix, member in layer.items():
            unpack(path, member, Path(folder) / f"layer{suffix}")
        dbf = Path(folder) / "layer.dbf"
        encoding = _encoding(dbf) if profile.encoding == "auto" else profile.encoding
        _mend_names(dbf, encoding)
        frame = _read(Path(folder) / "layer.shp", path.name, encoding)
    frame = frame.rename(columns=_whole_names(frame.columns, profile, encoding))
    if not len(frame):
        raise LoadRefused("文件里没有任何要素", value=path.name, cure="请确认导出成功后重新载入")
    geometries = shapely.force_2d(frame.geometry.to_numpy())
    tables = frame.drop(columns=frame.geometry.name).to_dict("records")
    yield from feature_chunks(tables, geometries, profile)


def _layer(path: Path, wanted: str | None) -> dict[str, zipfile.ZipInfo]:
    """Return the members of one layer by suffix."""
    layers: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for member in check_archive(path):
        name = member_path(member)
        if name.suffix.lower() in PARTS and "__MACOSX" not in name.parts:
            layers.setdefault(str(name.with_suffix("")), {})[name.suffix.lower()] = member
    layers = {name: parts for name, parts in layers.items() if ".shp" in parts}
    if wanted is not None:
        layers = {name: parts for name, parts in layers.items() if Path(name).name == wanted}
    if len(layers) != 1:
        listed = "、".join(sorted(layers)) or "无"
        cure = "请只压缩一个图层，或在来源的 sheet 里写出图层名"
        raise LoadRefused(f"压缩包里应有一个 .shp 图层，实际：{listed}", value=listed, cure=cure)
    (parts,) = layers.values()
    absent = [suffix for suffix in NEEDED if suffix not in parts]
    if absent:
        raise LoadRefused(f"图层缺少 {'、'.join(absent)} 文件", value=path.name, cure="请把同名文件一起压缩")
    return parts


def _read(shp: Path, name: str, encoding: str) -> Any:
    is_indexed = shp.with_suffix(".shx").exists()
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None if is_indexed else "YES"})
    try:
        return pyogrio.read_dataframe(shp, encoding=encoding, on_invalid="ignore", datetime_as_string=True)
    except (DataSourceError, ValueError, UnicodeError, OverflowError) as error:
        raise LoadRefused("shapefile 已损坏，无法读取", value=name, cure="请重新导出后再压缩") from error
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def _encoding(dbf: Path) -> str:
    """Return the encoding that fits the attribute table: its field names and its records."""
    content = dbf.read_bytes()
    names = [content[at].split(b"\0")[0] for at in _name_slices(content)]
    for encoding in ("utf-8", "gb18030"):
        try:
            content[_header_length(content) :].decode(encoding)
            for name in names:
                codecs.getincrementaldecoder(encoding)().decode(name)  # the last character may be cut
        except UnicodeDecodeError:
            continue
        return encoding
    return "gb18030"


def _mend_names(dbf: Path, encoding: str) -> None:
    """Cut broken characters off field names: the format keeps ten bytes, whatever they were part of."""
    content = bytearray(dbf.read_bytes())
    for at in _name_slices(content):
        whole = bytes(content[at]).split(b"\0")[0].decode(encoding, "ignore").encode(encoding)
        content[at] = whole.ljust(DBF_NAME_BYTES, b"\0")
    dbf.write_bytes(bytes(content))


def _name_slices(content: bytes | bytearray) -> list[slice]:
    """Return where the field names stand."""
    end = min(_header_length(content), len(content))
    starts = range(DBF_FIRST_FIELD, end - DBF_FIELD_BYTES, DBF_FIELD_BYTES)
    return [slice(start, start + DBF_NAME_BYTES) for start in starts]


def _header_length(content: bytes | bytearray) -> int:
    return int.from_bytes(content[DBF_HEADER_LENGTH], "little")


def _whole_names(columns: Iterable[str], profile: SourceProfile, encoding: str) -> dict[str, str]:
    """Lead from names that were cut to ten bytes back to the aliases that they stand for."""
    aliases = [alias for rule in profile.columns.values() for alias in rule.aliases]
    cut = {
        alias.encode(encoding, "ignore")[:NAME_BYTES].decode(encoding, "ignore"): alias for alias in aliases
    }
    return {name: cut[name] for name in columns if name in cut and name not in aliases}
