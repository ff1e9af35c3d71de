"""Grids made of others: joined into one, or cut in two along a line; in storage degrees (EPSG:4490)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
import shapely.ops

from geo.crs import Projector
from geo.errors import GeoError
from geo.measure import project


def joined(areas: Sequence[Any]) -> Any:
    """Return one polygon of several that touch along edges; raise `GeoError` where they do not form one piece."""
    whole = shapely.union_all(list(areas))
    if whole.geom_type != "Polygon":
        raise GeoError("这些网格不相连，不能合并成一个", cure="请只选彼此相邻的网格")
    return whole


def halves(area: Any, line: Sequence[tuple[float, float]]) -> tuple[Any, Any]:
    """Return the two parts into which a line cuts a polygon, the western (then southern) one first.

    Raises `GeoError` where the line leaves it whole or makes more than two parts.
    """
    if len(line) < 2:
        raise GeoError("拆分线至少要有两个点", value=len(line), cure="请给出穿过网格的一条线")
    cut = shapely.LineString(line)
    parts = [part for part in shapely.ops.split(area, cut).geoms if part.area > 0]
    if len(parts) != 2:
        message = (
            "拆分线没有把网格分成两块" if len(parts) < 2 else f"拆分线把网格分成了 {len(parts)} 块，应为两块"
        )
        raise GeoError(message, value=len(parts), cure="请让线从网格外穿到网格外，只穿过一次")
    first, second = sorted(parts, key=lambda part: (part.centroid.x, part.centroid.y))
    return first, second


def area_m2(area: Any, projected_crs: str) -> float:
    """Return a polygon's area in m² in the town's projected CRS."""
    return float(shapely.area(project(area, Projector(projected_crs))))
