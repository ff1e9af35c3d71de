"""The grids of one kind, ready to be asked: which grid holds a point, how far is the next one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from geo.crs import Projector
from geo.measure import areas_only, project
from geo.raster import MIXED, NONE, Frame, rasterise

EXACT_BELOW_M = 200.0


@dataclass(frozen=True, eq=False)
class Tiling:
    """Polygons of one kind (EPSG:4490) ordered by code, so that the lowest number is the lowest code."""

    codes: ObjectArray
    polygons: ObjectArray
    tree: Any
    cells: npt.NDArray[np.int32]
    frame: Frame
    projector: Projector

    @staticmethod
    def build(codes: ObjectArray, polygons: ObjectArray, frame: Frame, projector: Projector) -> Tiling:
        """Sort, repair, prepare and rasterise; empty geometries are left out."""
        areas = areas_only(polygons)
        kept = np.flatnonzero(~shapely.is_empty(areas))
        order = kept[np.argsort(codes[kept].astype(str), kind="stable")]
        ordered = areas[order]
        _prepare(ordered)
        codes_and_none = np.array([*codes[order], None], dtype=object)
        return Tiling(
            codes_and_none, ordered, shapely.STRtree(ordered), rasterise(ordered, frame), frame, projector
        )

    def owners(self, lon: FloatArray, lat: FloatArray, cell: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Number of the lowest-code grid that covers each point, edges included, or NONE."""
        owner = self.cells[cell]
        unsure = np.flatnonzero(owner == MIXED)
        point, grid = self._covering(lon[unsure], lat[unsure])
        owner[unsure] = NONE
        owner[unsure[point[::-1]]] = grid[::-1]
        return owner

    def _covering(self, lon: FloatArray, lat: FloatArray) -> tuple[IntArray, IntArray]:
        """All pairs (point, grid that covers it), ordered by point and then by grid; exact."""
        point, grid = self.tree.query(shapely.points(lon, lat))
        order = np.lexsort((grid, point))
        point, grid = point[order], grid[order]
        covers = shapely.intersects_xy(self.polygons[grid], lon[point], lat[point])
        return point[covers], grid[covers]

    def distance_to_other(self, lon: FloatArray, lat: FloatArray, cell: npt.NDArray[np.int32]) -> FloatArray:
        """Metres to the nearest grid other than the owner, inf when far; 0 where several cover."""
        distance = np.full(lon.shape, np.inf)
        known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        if not self.polygons.size or not known.size:
            return distance
        x, y = self.projector.forward(lon[known], lat[known])
        rims = self._rims[self.owners(lon[known], lat[known], cell[known])]
        distance[known] = shapely.distance(rims, shapely.points(x, y))
        distance[known[self._is_shared(lon[known], lat[known], cell[known])]] = 0.0
        return np.where(distance < EXACT_BELOW_M, distance, np.inf)

    def _is_shared(self, lon: FloatArray, lat: FloatArray, cell: npt.NDArray[np.int32]) -> BoolArray:
        """Whether two grids or more cover a point: on a common edge, or where grids overlap."""
        unsure = np.flatnonzero(self.cells[cell] == MIXED)
        point, _ = self._covering(lon[unsure], lat[unsure])
        shared = np.zeros(lon.shape, dtype=bool)
        shared[unsure] = np.bincount(point, minlength=unsure.size) > 1
        return shared

    @cached_property
    def _rims(self) -> ObjectArray:
        """Per grid the edges (metres) of all other grids within reach; the last entry: those of all grids."""
        areas = project(self.polygons, self.projector)
        grid, other = shapely.STRtree(areas).query(areas, predicate="dwithin", distance=EXACT_BELOW_M)
        rims = np.empty(areas.size + 1, dtype=object)
        for number, others in enumerate(_grouped(grid, other, areas.size)):
            rims[number] = _edges_of(areas[others[others != number]])
        rims[-1] = _edges_of(areas)
        shapely.prepare(rims)
        shapely.distance(rims, shapely.Point(0.0, 0.0))
        return rims


def _grouped(group: IntArray, value: IntArray, count: int) -> list[IntArray]:
    order = np.lexsort((value, group))
    return np.split(value[order], np.cumsum(np.bincount(group, minlength=count))[:-1])


def _edges_of(areas: ObjectArray) -> Any:
    return shapely.multilinestrings(shapely.get_parts(shapely.boundary(areas)))


def _prepare(polygons: ObjectArray) -> None:
    """Build the search structures now: GEOS builds them at first use, which is not safe between threads."""
    shapely.prepare(polygons)
    inside = shapely.point_on_surface(polygons)
    shapely.intersects_xy(polygons, shapely.get_x(inside), shapely.get_y(inside))
