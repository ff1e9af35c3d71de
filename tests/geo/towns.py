"""Small towns for tests: squares of about a kilometre around the town's centre, EPSG:4490."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

WEST, SOUTH = 120.625, 31.75
STEP = 0.0078125  # about 740 m by 870 m; a power of two, so that corners are exact in binary
PROJECTED_CRS = "EPSG:4549"
KINDS = ("comprehensive", "police", "professional")


def square(column: float, row: float, columns: float = 1, rows: float = 1) -> Any:
    """A rectangle counted in steps from the south-west corner."""
    west, south = WEST + column * STEP, SOUTH + row * STEP
    return shapely.box(west, south, west + columns * STEP, south + rows * STEP)


def grids(*rows: tuple[Any, ...]) -> gpd.GeoDataFrame:
    """Rows (code, kind, geometry) or (code, kind, geometry, village) as the table that geo takes."""
    columns = {
        "code": [row[0] for row in rows],
        "kind": [row[1] for row in rows],
        "village_code": [row[3] if len(row) > 3 else "001" for row in rows],
    }
    return gpd.GeoDataFrame(columns, geometry=[row[2] for row in rows], crs="EPSG:4490")


def checkerboard() -> gpd.GeoDataFrame:
    """4 × 4 comprehensive grids in 4 villages, 2 police grids, 1 professional site over the middle."""
    fine = [(f"c{n:02d}", "comprehensive", square(n % 4, n // 4), f"v{n // 4}") for n in range(16)]
    coarse = [("p0", "police", square(0, 0, 2, 4)), ("p1", "police", square(2, 0, 2, 4))]
    return grids(*fine, *coarse, ("s0", "professional", square(1.5, 1.5)))


def town_outline() -> Any:
    """The ground that `checkerboard` tiles."""
    return square(0, 0, 4, 4)
