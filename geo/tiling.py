"""The grids of one kind, ready to be asked: which grid holds a point, how far is the next one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geo.arrays import BoolArray, FloatArray, IntArray, ObjectArray
from geo.crs import Projector
from geo.measure import areas_only, project
from geo.raster import MIXED, NONE, Frame, rasterise, widened

EXACT_BELOW_M = 200.0
FEW_POINTS = 2_000


class _Points(NamedTuple):
    """Some of the points asked for: their numbers, and their places in metres."""

    at: IntArray
    points: ObjectArray


@dataclass(frozen=True, eq=False)
class Tiling:
    """Polygons of one kind (EPSG:4490) ordered by code, so that the lowest number is the lowest code."""

    codes: ObjectArray
    polygons: ObjectArray
    tree: Any
    frame: Frame
    projector: Projector

    @staticmethod
    def build(codes: ObjectArray, polygons: ObjectArray, frame: Frame, projector: Projector) -> Tiling:
        """Sort, repair and prepare; empty geometries are left out. The raster is drawn when many points ask."""
        areas = areas_only(polygons)
        kept = np.flatnonzero(~shapely.is_empty(areas))
        order = kept[np.argsort(codes[kept].astype(str), kind="stable")]
        ordered = areas[order]
        _prepare(ordered)
        codes_and_none = np.array([*codes[order], None], dtype=object)
        return Tiling(codes_and_none, ordered, shapely.STRtree(ordered), frame, projector)

    def owners(self, lon: FloatArray, lat: FloatArray, cell: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Number of the lowest-code grid that covers each point, edges included, or NONE."""
        return self._owners_and_shared(lon, lat, cell)[0]

    def distance_to_other(self, lon: FloatArray, lat: FloatArray, cell: npt.NDArray[np.int32]) -> FloatArray:
        """Metres to the nearest grid other than the owner, inf when far; 0 where several cover."""
        distance = np.full(lon.shape, np.inf)
        outside, held, owner, shared = self._near_edges(lon, lat, cell)
        distance[outside.at] = self._distance_from_outside(outside.points)
        distance[held.at] = shapely.distance(self._rims[owner], held.points)
        distance[shared] = 0.0
        return np.where(distance < EXACT_BELOW_M, distance, np.inf)

    def has_other_within(
        self, lon: FloatArray, lat: FloatArray, cell: npt.NDArray[np.int32], metres: float
    ) -> BoolArray:
        """Whether a grid other than the owner lies within some metres (below 200); quicker than the distance."""
        is_close = np.zeros(lon.shape, dtype=bool)
        outside, held, owner, shared = self._near_edges(lon, lat, cell)
        found, _ = self._plane_tree.query(outside.points, predicate="dwithin", distance=metres)
        is_close[outside.at[found]] = True
        is_close[held.at] = shapely.dwithin(self._rims[owner], held.points, metres)
        is_close[shared] = True
        return is_close

    def nearest_other(self, lon: float, lat: float, owner: str | None) -> tuple[str, float] | None:
        """Code and metres of the grid nearest to one point, `owner` left out; None where there is no other.

        Of several grids at one distance the lowest code is returned.
        """
        x, y = self.projector.forward([lon], [lat])
        metres = shapely.distance(self._plane, shapely.points(x[0], y[0]))
        metres = np.where(self.codes[:-1] == owner, np.nan, metres)
        if not np.isfinite(metres).any():
            return None
        nearest = int(np.nanargmin(metres))
        return str(self.codes[nearest]), float(metres[nearest])

    def _near_edges(
        self, lon: FloatArray, lat: FloatArray, cell: npt.NDArray[np.int32]
    ) -> tuple[_Points, _Points, npt.NDArray[np.int32], IntArray]:
        """Points that may lie near an edge: those that no grid holds, the held ones with their owner, the shared."""
        asked = np.arange(lon.size) if self._is_cheap(lon) else np.flatnonzero(self._is_near_edge[cell])
        near, points = self._in_plane(lon, lat, asked)
        owner, is_shared = self._owners_and_shared(lon[near], lat[near], cell[near])
        order = np.argsort(owner, kind="stable")  # one grid after the other keeps its edges in the cache
        first_held = int(np.searchsorted(owner[order], NONE, side="right"))
        outside, held = order[:first_held], order[first_held:]
        return (
            _Points(near[outside], points[outside]),
            _Points(near[held], points[held]),
            owner[held],
            near[is_shared],
        )

    def _in_plane(self, lon: FloatArray, lat: FloatArray, chosen: IntArray) -> tuple[IntArray, ObjectArray]:
        """Those of the chosen points that can be projected, and their places in metres."""
        x, y = self.projector.forward(lon[chosen], lat[chosen])
        known = np.isfinite(x) & np.isfinite(y)
        return chosen[known], shapely.points(x[known], y[known])

    def _owners_and_shared(
        self, lon: FloatArray, lat: FloatArray, cell: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], BoolArray]:
        """The owner of each point, and whether two grids or more cover it (common edge or overlap)."""
        owner = np.full(lon.shape, MIXED, np.int32) if self._is_cheap(lon) else self.cells[cell]
        is_shared = np.zeros(lon.shape, dtype=bool)
        unsure = np.flatnonzero(owner == MIXED)
        point, grid = self._covering(lon[unsure], lat[unsure])
        owner[unsure] = NONE
        owner[unsure[point[::-1]]] = grid[::-1]  # the first grid of a point is written last and stays
        is_shared[unsure] = np.bincount(point, minlength=unsure.size) > 1
        return owner, is_shared

    def _covering(self, lon: FloatArray, lat: FloatArray) -> tuple[IntArray, IntArray]:
        """All pairs (point, grid that covers it), ordered by point and then by grid; exact."""
        point, grid = self.tree.query(shapely.points(lon, lat))
        order = np.lexsort((grid, point))
        point, grid = point[order], grid[order]
        covers = shapely.intersects_xy(self.polygons[grid], lon[point], lat[point])
        return point[covers], grid[covers]

    def _distance_from_outside(self, points: ObjectArray) -> FloatArray:
        distance = np.full(points.shape, np.inf)
        if not points.size:
            return distance
        (found, _), metres = self._edge_tree.query_nearest(
            points, max_distance=EXACT_BELOW_M, return_distance=True, all_matches=False
        )
        distance[found] = metres
        return distance

    def _is_cheap(self, lon: FloatArray) -> bool:
        """Whether asking the polygons themselves is quicker than drawing a raster that is not there yet."""
        return lon.size < FEW_POINTS and self.polygons.size > 1 and "cells" not in self.__dict__

    @cached_property
    def cells(self) -> npt.NDArray[np.int32]:
        """The raster: per cell the number of its only polygon, NONE, or MIXED."""
        return rasterise(self.polygons, self.frame)

    @cached_property
    def _is_near_edge(self) -> BoolArray:
        """Per cell whether any edge may lie within EXACT_BELOW_M of any of its points; never wrongly false."""
        return widened(self.cells == MIXED, self.frame, EXACT_BELOW_M)

    @cached_property
    def _plane(self) -> ObjectArray:
        return project(self.polygons, self.projector)

    @cached_property
    def _plane_tree(self) -> Any:
        return shapely.STRtree(self._plane)

    @cached_property
    def _edge_tree(self) -> Any:
        """Every edge of every grid by itself, in metres."""
        rings = shapely.get_rings(shapely.get_parts(self._plane))
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        start = np.flatnonzero(ring[:-1] == ring[1:])
        return shapely.STRtree(shapely.linestrings(np.stack([xy[start], xy[start + 1]], axis=1)))

    @cached_property
    def _rims(self) -> ObjectArray:
        """Per grid the edges (metres) of all other grids within reach, prepared for distances."""
        grid, other = self._plane_tree.query(self._plane, predicate="dwithin", distance=EXACT_BELOW_M)
        rims = np.empty(self._plane.size, dtype=object)
        for number, others in zip(range(rims.size), _grouped(grid, other, rims.size), strict=False):
            rims[number] = _edges_of(self._plane[others[others != number]])
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
