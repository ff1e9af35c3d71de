"""The points of typed rows: from their columns or their geometry, and why a row is refused for its place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from data.domain.vocabulary import LocationGrade
from data.loaders.readers import Chunk
from data.loaders.rejects import Reject, shown
from data.town import SourceProfile


def with_point(typed: pd.DataFrame) -> pd.DataFrame:
    """Give rows without coordinates of their own those of their point geometry."""
    empty = pd.Series(np.nan, index=typed.index, dtype="float64")
    has_own = "lon" in typed and typed["lon"].notna().any()
    if "geometry" not in typed or has_own:
        return typed.assign(lon=_number(typed, "lon", empty), lat=_number(typed, "lat", empty))
    shapes = typed["geometry"].to_numpy(dtype=object)
    points = np.where(shapely.get_type_id(shapes) == shapely.GeometryType.POINT, shapes, None)
    return typed.assign(
        lon=pd.Series(shapely.get_x(points), index=typed.index),
        lat=pd.Series(shapely.get_y(points), index=typed.index),
    )


def _number(typed: pd.DataFrame, name: str, empty: pd.Series) -> pd.Series:
    return typed[name].astype("float64") if name in typed else empty


def place_rejects(
    source: SourceProfile, town_name: str, typed: pd.DataFrame, place: pd.DataFrame, chunk: Chunk
) -> list[Reject]:
    """Refuse coordinates that mean nothing, and points outside the town unless the source keeps them.

    `place` is what `data.loaders.places.Locator.place` found for the rows of `typed`.
    """
    cure = f"请检查经纬度是否颠倒、坐标系是否为 {source.crs}"
    rejects = _at(chunk, typed, place["is_lost"], f"坐标在 {source.crs} 中无效", cure)
    if source.outside == "keep":
        return rejects
    is_outside = place["lon"].notna() & (place["location_grade"] == str(LocationGrade.NONE))
    reason = f"坐标不在{town_name}的任何网格内"
    return rejects + _at(chunk, typed, is_outside & ~place["is_lost"], reason, f"{cure}；确属镇外的请删去")


def _at(chunk: Chunk, typed: pd.DataFrame, is_bad: pd.Series, reason: str, cure: str) -> list[Reject]:
    field = f"{chunk.names.get('lon', 'lon')}, {chunk.names.get('lat', 'lat')}"
    if chunk.sheet:
        field = f"{chunk.sheet}!{field}"
    return [
        Reject(int(row), field, shown(f"{typed.at[row, 'lon']}, {typed.at[row, 'lat']}"), reason, cure)
        for row in typed.index[is_bad.to_numpy(dtype=bool)]
    ]
