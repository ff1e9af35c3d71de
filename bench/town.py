"""Grids to measure on: random tilings inside the town's outline."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

OUTLINE_FILE = "town/fenghuang_demo_boundary_wgs84.geojson"
OUTLINE_BOX = (120.568, 31.722, 120.726, 31.795)


def outline_path() -> Path:
    """Where the outline lies unless told otherwise: the shared folder named by CLOUD_SHARED."""
    return Path(os.environ.get("CLOUD_SHARED", "../shared")) / OUTLINE_FILE


def read_outline(path: Path) -> Any:
    """Outline in degrees from a GeoJSON file, or a wavy substitute of the same extent when there is none."""
    return gpd.read_file(path).union_all() if path.exists() else _wavy_outline()


def make_grids(outline: Any, counts: dict[str, int], seed: int = 1) -> gpd.GeoDataFrame:
    """Voronoi tilings of the outline, one per kind with `counts[kind]` grids, EPSG:4490."""
    rng = np.random.default_rng(seed)
    frames = [_tiling(outline, kind, count, rng) for kind, count in counts.items()]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs="EPSG:4490")


def random_points(outline: Any, count: int, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Points over the bounding box of the outline, so that some fall outside the town."""
    west, south, east, north = outline.bounds
    rng = np.random.default_rng(seed)
    return rng.uniform(west, east, count), rng.uniform(south, north, count)


def _tiling(outline: Any, kind: str, count: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    cells = shapely.get_parts(shapely.voronoi_polygons(_seeds(outline, count, rng), extend_to=outline))
    polygons = shapely.intersection(cells, outline)
    codes = [f"{kind[:2]}{number:07d}" for number in range(len(polygons))]
    villages = [f"v{number % 20:02d}" for number in range(len(polygons))]
    columns = {"code": codes, "kind": kind, "village_code": villages, "geometry": polygons}
    return gpd.GeoDataFrame(columns, crs="EPSG:4490")


def _seeds(outline: Any, count: int, rng: np.random.Generator) -> Any:
    west, south, east, north = outline.bounds
    x, y = rng.uniform(west, east, count * 4), rng.uniform(south, north, count * 4)
    inside = np.flatnonzero(shapely.contains_xy(outline, x, y))[:count]
    return shapely.multipoints(np.column_stack([x[inside], y[inside]]))


def _wavy_outline() -> Any:
    west, south, east, north = OUTLINE_BOX
    turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    reach = 1 + 0.08 * np.sin(7 * turn)
    x = (west + east) / 2 + (east - west) / 2 * reach * np.cos(turn)
    y = (south + north) / 2 + (north - south) / 2 * reach * np.sin(turn)
    return shapely.Polygon(np.column_stack([x, y]))
