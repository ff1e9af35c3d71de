"""A raster of polygon numbers that answers most point-in-polygon questions by one look-up.

A cell that no edge touches lies wholly inside the same polygons as its centre, so its answer holds for
every point in it; all other cells answer MIXED and leave the question to an exact predicate. The raster
therefore changes the speed of an answer, never the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.arrays import BoolArray, FloatArray, IntArray

NONE = -1
MIXED = -2
_EDGE_MARGIN_CELLS = 1e-6
_LEAST_M_PER_DEGREE = 110_500.0


@dataclass(frozen=True)
class Frame:
    """The cells of a raster: `columns` × `rows` over a box in degrees, numbered row by row from 0.

    A ring of one empty cell surrounds the box, so that every outside point has a cell as well.
    """

    west: float
    south: float
    cell_lon: float
    cell_lat: float
    columns: int
    rows: int

    @staticmethod
    def around(bounds: FloatArray, cells: int) -> Frame:
        """A frame of about `cells` cells, roughly square on the ground, around (west, south, east, north)."""
        west, south, east, north = (float(value) for value in bounds)
        width, height = max(east - west, 1e-9), max(north - south, 1e-9)
        ground_ratio = width * max(float(np.cos(np.radians((south + north) / 2))), 0.01) / height
        columns = int(np.clip(np.sqrt(cells * ground_ratio), 4, cells / 4))
        rows = max(int(cells / columns), 4)
        cell_lon, cell_lat = width / (columns - 3), height / (rows - 3)
        return Frame(west - 1.5 * cell_lon, south - 1.5 * cell_lat, cell_lon, cell_lat, columns, rows)

    def cell_of(self, lon: FloatArray, lat: FloatArray) -> npt.NDArray[np.int32]:
        """Cell number of each point; outside points and NaN get a cell of the empty ring."""
        column = np.clip(np.nan_to_num(self.column_of(lon), nan=0.0), 0, self.columns - 1).astype(np.int32)
        row = np.clip(np.nan_to_num(self.row_of(lat), nan=0.0), 0, self.rows - 1).astype(np.int32)
        cell: npt.NDArray[np.int32] = row * np.int32(self.columns) + column
        return cell

    def column_of(self, lon: FloatArray) -> FloatArray:
        """Column of a longitude, with fraction."""
        column: FloatArray = (lon - self.west) * (1.0 / self.cell_lon)
        return column

    def row_of(self, lat: FloatArray) -> FloatArray:
        """Row of a latitude, with fraction."""
        row: FloatArray = (lat - self.south) * (1.0 / self.cell_lat)
        return row


def rasterise(polygons: Any, frame: Frame) -> npt.NDArray[np.int32]:
    """Per cell the number of its only polygon, NONE, or MIXED; `polygons` is an array of valid geometries."""
    owner, column_1, row_1, column_2, row_2 = _edges(polygons, frame)
    cells = _fill(owner, column_1, row_1, column_2, row_2, frame)
    cells[_touched(column_1, row_1, column_2, row_2, frame)] = MIXED
    return cells


def widened(marked: BoolArray, frame: Frame, reach_m: float) -> BoolArray:
    """Cells within `reach_m` of a marked cell, generously: a box of cells around each, 5 % larger."""
    lat = min(max(abs(frame.south), abs(frame.south + frame.rows * frame.cell_lat)), 89.0)
    cell_m = (
        frame.cell_lon * _LEAST_M_PER_DEGREE * np.cos(np.radians(lat)),
        frame.cell_lat * _LEAST_M_PER_DEGREE,
    )
    columns, rows = (int(np.ceil(1.05 * reach_m / size_m)) + 1 for size_m in cell_m)
    table = marked.reshape(frame.rows, frame.columns)
    return _any_within(_any_within(table, columns, 1), rows, 0).ravel()


def _any_within(marked: BoolArray, reach: int, axis: int) -> BoolArray:
    """Whether a marked cell lies at most `reach` cells before or after, along one axis."""
    size = marked.shape[axis]
    sums = np.insert(np.cumsum(marked, axis=axis, dtype=np.int32), 0, 0, axis=axis)
    place = np.arange(size)
    after = np.take(sums, np.minimum(place + reach + 1, size), axis=axis)
    before = np.take(sums, np.maximum(place - reach, 0), axis=axis)
    found: BoolArray = after > before
    return found


def _edges(polygons: Any, frame: Frame) -> tuple[IntArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Edges as (polygon number, column, row, column, row), shells turning left and holes right."""
    parts, part_owner = shapely.get_parts(shapely.orient_polygons(polygons), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring_of = shapely.get_coordinates(rings, return_index=True)
    column, row = frame.column_of(xy[:, 0]), frame.row_of(xy[:, 1])
    start = np.flatnonzero(ring_of[:-1] == ring_of[1:])
    owner = part_owner[ring_part[ring_of[start]]]
    return owner, column[start], row[start], column[start + 1], row[start + 1]


def _fill(
    owner: IntArray,
    column_1: FloatArray,
    row_1: FloatArray,
    column_2: FloatArray,
    row_2: FloatArray,
    frame: Frame,
) -> npt.NDArray[np.int32]:
    """Winding sums along each row of cell centres: how many polygons cover a centre, and their number.

    A row crosses an edge where its centre line lies in [lower row, upper row); from the first centre right
    of the crossing on, the polygon begins (edge going down) or ends (edge going up).
    """
    lower, upper = np.minimum(row_1, row_2), np.maximum(row_1, row_2)
    first = np.ceil(lower - 0.5).astype(np.int64)
    count = np.ceil(upper - 0.5).astype(np.int64) - first
    edge = np.repeat(np.arange(owner.size), count)
    row = first[edge] + np.arange(edge.size) - np.repeat(np.cumsum(count) - count, count)
    along = (row + 0.5 - row_1[edge]) / (row_2[edge] - row_1[edge])
    crossing = column_1[edge] + along * (column_2[edge] - column_1[edge])
    column = np.clip(np.ceil(crossing - 0.5), 0, frame.columns - 1).astype(np.int64)
    sign = np.where(row_2[edge] < row_1[edge], 1.0, -1.0)
    covers = _row_sums(row * frame.columns + column, sign, frame)
    number = _row_sums(row * frame.columns + column, sign * owner[edge], frame)
    filled = np.where(covers == 1, number, np.where(covers == 0, NONE, MIXED))
    return filled.astype(np.int32)


def _row_sums(cell: IntArray, value: FloatArray, frame: Frame) -> FloatArray:
    size = frame.columns * frame.rows
    steps = np.bincount(cell, weights=value, minlength=size).reshape(frame.rows, frame.columns)
    sums: FloatArray = np.cumsum(steps, axis=1, dtype=np.float64).ravel()
    return sums


def _touched(
    column_1: FloatArray, row_1: FloatArray, column_2: FloatArray, row_2: FloatArray, frame: Frame
) -> IntArray:
    """Cells that an edge may touch: edges are cut into pieces shorter than a cell."""
    length = np.maximum(np.abs(column_2 - column_1), np.abs(row_2 - row_1))
    count = np.floor(length).astype(np.int64) + 1
    edge = np.repeat(np.arange(count.size), count)
    step = np.arange(edge.size) - np.repeat(np.cumsum(count) - count, count)
    start, end = step / count[edge], (step + 1) / count[edge]
    columns = _span(column_1[edge], column_2[edge], start, end, frame.columns)
    rows = _span(row_1[edge], row_2[edge], start, end, frame.rows)
    return np.concatenate([row * frame.columns + column for row in rows for column in columns])


def _span(
    first: FloatArray, second: FloatArray, start: FloatArray, end: FloatArray, size: int
) -> list[IntArray]:
    """Lowest and highest cell index that a piece of an edge reaches in one direction, with a small margin."""
    here, there = first + start * (second - first), first + end * (second - first)
    low, high = np.minimum(here, there) - _EDGE_MARGIN_CELLS, np.maximum(here, there) + _EDGE_MARGIN_CELLS
    return [np.clip(np.floor(value), 0, size - 1).astype(np.int64) for value in (low, high)]
