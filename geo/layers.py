"""What a map draws: simplified polygons, hatching, label places; plane metres around the town's centre."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import affinity

from geo.arrays import FloatArray, ObjectArray
from geo.crs import STORAGE_CRS, Projector
from geo.measure import areas_only

SIMPLIFY_M = 3.0
_DECIMALS = 1


def display_geometry(
    grids: Any, projected_crs: str, origin: tuple[float, float], tolerance_m: float = SIMPLIFY_M
) -> dict[str, Any]:
    """Compact polygons for the browser: {"origin", "unit", "grids": [{"code", "kind", "rings"}]}.

    `rings` is a list of closed rings, each a list of [x, y] in metres east and north of `origin` (longitude,
    latitude), rounded to 0.1 m; shells turn left, holes right, so that even-odd and non-zero filling agree.
    Grids of a kind that tile the ground are simplified together: a common edge stays common.
    """
    projector = Projector(projected_crs)
    kinds, codes = grids["kind"].to_numpy(), grids["code"].to_numpy()
    geometries = np.asarray(grids.geometry.array, dtype=object)
    areas = shapely.transform(areas_only(geometries), projector.forward, interleaved=False)
    for kind in pd.unique(kinds):
        areas[kinds == kind] = _simplify(areas[kinds == kind], tolerance_m)
    shift = projector.forward(*origin)
    rows = [
        {"code": code, "kind": kind, "rings": _rings(area, float(shift[0]), float(shift[1]))}
        for code, kind, area in zip(codes, kinds, areas, strict=True)
    ]
    return {"origin": [float(origin[0]), float(origin[1])], "unit": "m", "grids": rows}


def relative_xy(
    lon: Any, lat: Any, projector: Projector, origin: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Metres east and north of `origin` (longitude, latitude) of storage degrees."""
    x, y = projector.forward(lon, lat)
    origin_x, origin_y = projector.forward(*origin)
    return x - origin_x, y - origin_y


def hatch_lines(polygon: Any, spacing: float, angle: float) -> Any:
    """Parallel lines inside a polygon as a MultiLineString.

    `spacing` in the polygon's units (projected metres), `angle` in degrees anticlockwise from the x axis.
    Lines lie on one raster through (0, 0), so that neighbours with the same hatch continue each other.
    """
    if polygon is None or polygon.is_empty or spacing <= 0:
        return shapely.MultiLineString()
    west, south, east, north = affinity.rotate(polygon, -angle, origin=(0, 0)).bounds
    levels = np.arange(np.ceil(south / spacing), np.floor(north / spacing) + 1) * spacing
    lines = [[(west - 1, level), (east + 1, level)] for level in levels]
    turned = affinity.rotate(shapely.multilinestrings(lines), angle, origin=(0, 0))
    clipped = shapely.get_parts(shapely.intersection(turned, polygon))
    return shapely.multilinestrings(clipped[shapely.length(clipped) > 0])


def label_points(
    areas: Any, projected_crs: str | None = None, origin: tuple[float, float] | None = None
) -> pd.DataFrame:
    """Where to write each area's name: rows (code, x, y), the point farthest from all its edges.

    `areas` has columns code and geometry in EPSG:4490. The answer is in storage degrees, or in metres
    relative to `origin` when both `projected_crs` and `origin` are given. Empty areas give NaN.
    """
    geometries = areas_only(np.asarray(areas.geometry.array, dtype=object))
    places = np.array([_innermost(area) for area in geometries]).reshape(-1, 2)
    x, y = places[:, 0], places[:, 1]
    if projected_crs is not None and origin is not None:
        x, y = relative_xy(x, y, Projector(projected_crs), origin)
    return pd.DataFrame({"code": areas["code"].to_numpy(), "x": x, "y": y})


def dissolve_villages(grids: Any) -> gpd.GeoDataFrame:
    """Villages as the union of their comprehensive grids: columns code (the village's) and geometry."""
    grids = grids[(grids["kind"] == "comprehensive") & grids["village_code"].notna()]
    rows = [
        (code, shapely.union_all(areas_only(np.asarray(group.geometry.array, dtype=object))))
        for code, group in grids.groupby("village_code", sort=True)
    ]
    columns = {"code": [code for code, _ in rows], "geometry": [area for _, area in rows]}
    return gpd.GeoDataFrame(columns, geometry="geometry", crs=STORAGE_CRS)


def _simplify(areas: ObjectArray, tolerance_m: float) -> Any:
    if shapely.coverage_is_valid(areas):
        return shapely.coverage_simplify(areas, tolerance_m)
    return shapely.simplify(areas, tolerance_m, preserve_topology=True)


def _rings(area: Any, origin_x: float, origin_y: float) -> list[list[list[float]]]:
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(area)))
    relative = [shapely.get_coordinates(ring) - (origin_x, origin_y) for ring in rings]
    return [np.round(xy, _DECIMALS).tolist() for xy in relative]


def _innermost(area: Any) -> tuple[float, float]:
    """Centre of the largest inscribed circle, measured on degrees stretched to equal ground lengths."""
    if area.is_empty:
        return np.nan, np.nan
    stretch = max(float(np.cos(np.radians(area.centroid.y))), 0.01)
    ground = affinity.scale(area, xfact=stretch, yfact=1.0, origin=(0, 0))
    size = max(ground.bounds[2] - ground.bounds[0], ground.bounds[3] - ground.bounds[1])
    radius = shapely.maximum_inscribed_circle(ground, tolerance=size / 200)
    x, y = radius.coords[0]
    return x / stretch, y
