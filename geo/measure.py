"""Areas, crosswalks and the set of grids valid on a date; measured in projected metres."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.arrays import BoolArray, ObjectArray
from geo.crs import Projector

STRAIGHT_DEGREES = 0.002
"""Edges are cut to this length before projection, so that a degree edge and its image differ by < 1 mm."""


def project(geometries: Any, projector: Projector) -> ObjectArray:
    """Geometries of storage degrees in projected metres, long edges bent as the projection bends them."""
    bent = shapely.segmentize(geometries, STRAIGHT_DEGREES)
    projected: ObjectArray = shapely.transform(bent, projector.forward, interleaved=False)
    return projected


def areas_only(geometries: Any) -> ObjectArray:
    """Valid polygons of an array of anything: repaired, points and lines dropped, missing made empty."""
    filled = np.where(shapely.is_missing(geometries), shapely.Polygon(), geometries)
    valid = np.where(shapely.is_valid(filled), filled, shapely.make_valid(filled, method="structure"))
    result = np.asarray(valid, dtype=object).copy()
    kinds = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    for number in np.flatnonzero(~np.isin(shapely.get_type_id(result), kinds)):
        parts = shapely.get_parts(shapely.get_parts(result[number]))
        result[number] = shapely.union_all(parts[shapely.area(parts) > 0])
    return result


def plane_areas(geometries: Any, projector: Projector) -> ObjectArray:
    """Valid polygons in projected metres of storage degrees; rings are repaired before their edges are cut."""
    return areas_only(project(areas_only(np.asarray(geometries, dtype=object)), projector))


def as_area(outline: Any) -> Any:
    """One geometry of a geometry, GeoSeries or GeoDataFrame; None stays None."""
    return outline.union_all() if hasattr(outline, "union_all") else outline


def mean_width_m(area: Any) -> float:
    """Average width of an area: twice its size over its perimeter (exact for long strips)."""
    perimeter = float(shapely.length(area))
    return 2.0 * float(shapely.area(area)) / perimeter if perimeter else 0.0


def overlapping_pairs(first: ObjectArray, second: ObjectArray) -> Iterator[tuple[int, int, Any]]:
    """(number in first, number in second, common area) of all pairs that share ground, in order."""
    one, other = shapely.STRtree(second).query(first, predicate="intersects")
    order = np.lexsort((other, one))
    common = areas_only(shapely.intersection(first[one[order]], second[other[order]]))
    for number in np.flatnonzero(shapely.area(common) > 0):
        yield int(one[order[number]]), int(other[order[number]]), common[number]


def areas_m2(grids: Any, projected_crs: str) -> pd.Series:
    """Area of each grid in m², indexed like `grids`; 0 for empty geometry."""
    areas = plane_areas(grids.geometry.array, Projector(projected_crs))
    return pd.Series(shapely.area(areas), index=grids.index, name="area_m2")


def crosswalk(grids: Any, kind_a: str, kind_b: str, projected_crs: str) -> pd.DataFrame:
    """How two kinds share the ground: rows (code_a, code_b, area_m2, share_of_a), ordered by code.

    Pairs below 1 m² of common ground (touching edges) are left out.
    """
    a, b = grids[grids["kind"] == kind_a], grids[grids["kind"] == kind_b]
    projector = Projector(projected_crs)
    area_a, area_b = (plane_areas(part.geometry.array, projector) for part in (a, b))
    codes_a, codes_b = a["code"].to_numpy(), b["code"].to_numpy()
    rows = [
        (codes_a[one], codes_b[other], shapely.area(common), shapely.area(common) / shapely.area(area_a[one]))
        for one, other, common in overlapping_pairs(area_a, area_b)
        if shapely.area(common) >= 1.0
    ]
    table = pd.DataFrame(rows, columns=["code_a", "code_b", "area_m2", "share_of_a"])
    return table.sort_values(["code_a", "code_b"], ignore_index=True)


def current(grids: Any, on: date) -> gpd.GeoDataFrame:
    """The grids valid on a day: valid_from <= on < valid_to, an absent or empty bound meaning no bound."""
    return grids[_is_from(grids, on) & _is_before_end(grids, on)]


def _is_from(grids: Any, on: date) -> BoolArray:
    return np.array([bound is None or bound <= on for bound in _days(grids, "valid_from")], dtype=bool)


def _is_before_end(grids: Any, on: date) -> BoolArray:
    return np.array([bound is None or on < bound for bound in _days(grids, "valid_to")], dtype=bool)


def _days(grids: Any, column: str) -> list[date | None]:
    if column not in grids.columns:
        return [None] * len(grids)
    return [None if pd.isna(value) or value == "" else pd.Timestamp(value).date() for value in grids[column]]
