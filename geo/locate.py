"""Which grids hold a point, and how near is the next grid of the same kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely

from geo.arrays import BoolArray, FloatArray, ObjectArray, flat_pair
from geo.crs import Projector
from geo.errors import GeoError
from geo.raster import Frame
from geo.tiling import EXACT_BELOW_M, Tiling

KINDS = ("comprehensive", "police", "professional")
TILING_KINDS = ("comprehensive", "police")
EDGE_CASE_M = 30.0
_REQUIRED_COLUMNS = ("code", "kind", "geometry")
_CELLS_PER_GRID, _LEAST_CELLS, _MOST_CELLS = 16_384, 65_536, 8_388_608


@dataclass(frozen=True, eq=False)
class Located:
    """Grid codes per point, one object array per kind; None where no grid of that kind holds the point."""

    comprehensive: ObjectArray
    police: ObjectArray
    professional: ObjectArray


@dataclass(frozen=True, eq=False)
class GridIndex:
    """The grids of a town, indexed once and asked often; safe to share between threads.

    A point on a common edge, or where grids of one kind overlap, belongs to the lowest code among them.
    Points are storage degrees (EPSG:4490), single numbers or arrays; answers are arrays of one dimension.
    """

    tilings: Mapping[str, Tiling]
    frame: Frame

    @staticmethod
    def build(grids: Any, projected_crs: str) -> GridIndex:
        """Index a GeoDataFrame with columns code, kind, geometry in EPSG:4490; distances in `projected_crs`.

        Raises `GeoError` for a missing column, an unknown kind or an unusable CRS.
        """
        _check_columns(grids)
        projector = Projector(projected_crs)
        codes, kinds = np.asarray(grids["code"], dtype=object), np.asarray(grids["kind"], dtype=object)
        polygons = np.asarray(grids.geometry.array, dtype=object)
        frame = _frame(polygons)
        tilings = {
            kind: Tiling.build(codes[kinds == kind], polygons[kinds == kind], frame, projector)
            for kind in KINDS
        }
        return GridIndex(MappingProxyType(tilings), frame)

    def locate(self, lon: Any, lat: Any) -> Located:
        """Codes of the comprehensive, police and professional grids that hold each point, None where none."""
        x, y = flat_pair(lon, lat)
        cell = self.frame.cell_of(x, y)
        codes = {kind: tiling.codes[tiling.owners(x, y, cell)] for kind, tiling in self.tilings.items()}
        return Located(**codes)

    def edge_distance(self, lon: Any, lat: Any, kind: str) -> FloatArray:
        """Metres from each point to the nearest grid of `kind` other than the one that holds it.

        Exact (to 1 mm of the projected plane) below 200 m; inf from there on, for NaN, and where the kind
        has no other grid. 0 on a common edge. A point that no grid holds is measured to the nearest one.
        """
        if kind not in self.tilings:
            raise GeoError(f"未知的网格类型“{kind}”", value=kind, cure=f"可用的类型：{'、'.join(KINDS)}")
        x, y = flat_pair(lon, lat)
        return self.tilings[kind].distance_to_other(x, y, self.frame.cell_of(x, y))

    def neighbour(self, lon: float, lat: float, kind: str, owner: str | None) -> tuple[str, float] | None:
        """Code and exact metres of the grid of `kind` nearest to one point, besides `owner`; None without another."""
        return self.tilings[kind].nearest_other(lon, lat, owner)

    def is_edge(self, lon: Any, lat: Any, within_m: float = EDGE_CASE_M) -> BoolArray:
        """Whether another grid of the same tiling kind lies within `within_m` metres (at most 200)."""
        if not 0.0 <= within_m < EXACT_BELOW_M:
            raise GeoError(f"边界距离 {within_m} 米超出范围", value=within_m, cure="请取 0 至 200 米之间的值")
        x, y = flat_pair(lon, lat)
        cell = self.frame.cell_of(x, y)
        near = [self.tilings[kind].has_other_within(x, y, cell, within_m) for kind in TILING_KINDS]
        is_near: BoolArray = np.logical_or.reduce(near)
        return is_near


def _check_columns(grids: Any) -> None:
    missing = [name for name in _REQUIRED_COLUMNS if name not in grids.columns]
    if missing:
        raise GeoError(
            f"网格表缺少列 {'、'.join(missing)}", value=missing, cure="请提供 code、kind、geometry 三列"
        )
    unknown = sorted({str(kind) for kind in grids["kind"]} - set(KINDS))
    if unknown:
        raise GeoError(
            f"未知的网格类型“{unknown[0]}”", value=unknown[0], cure=f"可用的类型：{'、'.join(KINDS)}"
        )


def _frame(polygons: ObjectArray) -> Frame:
    bounds = shapely.total_bounds(polygons) if polygons.size else np.full(4, np.nan)
    if not np.isfinite(bounds).all():
        return Frame.around(np.zeros(4), 16)
    cells = min(max(polygons.size * _CELLS_PER_GRID, _LEAST_CELLS), _MOST_CELLS)
    return Frame.around(bounds, cells)
