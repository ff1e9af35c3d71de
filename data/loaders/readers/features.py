"""GeoJSON: one row per feature, its properties as text and its geometry beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from data.loaders.encoding import blocks, find_encodings
from data.loaders.errors import LoadRefused
from data.loaders.headers import match_columns, require_columns
from data.loaders.readers.base import CHUNK_ROWS, Chunk, names_of, text_frame
from data.town import SourceProfile

GEOMETRY = "geometry"
CURE = "请导出为 GeoJSON 的 FeatureCollection"


def read_geojson(path: Path, profile: SourceProfile) -> Iterator[Chunk]:
    """Yield the features of a GeoJSON file; the row number is the feature's position, from 1."""
    features = _features(path, profile)
    geometries = shapely.from_geojson(
        np.array([_geometry_text(feature) for feature in features], dtype=object), on_invalid="ignore"
    )
    tables = [feature.get("properties") or {} for feature in features]
    yield from feature_chunks(tables, geometries, profile)


def feature_chunks(
    tables: list[Mapping[str, Any]], geometries: Any, profile: SourceProfile
) -> Iterator[Chunk]:
    """Yield features given as properties and geometries; the columns found are those of any feature."""
    header = [*dict.fromkeys(str(name) for table in tables for name in table), GEOMETRY]
    found = match_columns(header, profile)
    require_columns(header, _with_point(found), profile)
    names = names_of(header, found) | {GEOMETRY: GEOMETRY}
    for start in range(0, len(tables), CHUNK_ROWS):
        part = tables[start : start + CHUNK_ROWS]
        columns = {field: [_text(row.get(header[at])) for row in part] for field, at in found.items()}
        frame = text_frame(columns, range(start + 1, start + len(part) + 1))
        frame[GEOMETRY] = geometries[start : start + len(part)]
        yield Chunk(frame, names)


def _with_point(found: dict[str, int]) -> set[str]:
    """Where features have a geometry, a place needs no columns of its own."""
    return {*found, GEOMETRY, "lon", "lat"}


def _features(path: Path, profile: SourceProfile) -> list[dict[str, Any]]:
    encoding = find_encodings(path, profile.encoding)[0]
    text = b"".join(blocks(path)).decode(encoding.name, "replace").removeprefix("\ufeff")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LoadRefused("文件不是有效的 JSON", value=path.name, cure=CURE) from error
    listed = content.get("features") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise LoadRefused("文件不是 GeoJSON 要素集合", value=path.name, cure=CURE)
    if not listed:
        raise LoadRefused("文件里没有任何要素", value=path.name, cure="请确认导出成功后重新载入")
    return [
        feature if isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict) else {}
        for feature in listed
    ]


def _geometry_text(feature: dict[str, Any]) -> str | None:
    geometry = feature.get(GEOMETRY)
    return json.dumps(geometry) if isinstance(geometry, dict) else None


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, default=str).strip('"')
