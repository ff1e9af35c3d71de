"""The raster may say less than the truth, never anything else."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.raster import MIXED, NONE, Frame, rasterise, widened
from tests.geo.towns import SOUTH, STEP, WEST, square


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 12), cells=st.sampled_from([16, 100, 2_500]))
def test_every_sure_cell_lies_wholly_inside_or_outside(seed: int, count: int, cells: int) -> None:
    rng = np.random.default_rng(seed)
    seeds = shapely.multipoints(rng.uniform((WEST, SOUTH), (WEST + STEP, SOUTH + STEP), (count, 2)))
    areas = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=square(0, 0)))
    areas = shapely.difference(areas, shapely.Point(WEST + STEP / 2, SOUTH + STEP / 2).buffer(STEP / 5))
    areas = areas[~shapely.is_empty(areas)]
    frame = Frame.around(shapely.total_bounds(areas), cells)
    raster = rasterise(areas, frame)
    row, column = np.divmod(np.arange(raster.size), frame.columns)
    west, south = frame.west + column * frame.cell_lon, frame.south + row * frame.cell_lat
    boxes = shapely.box(west, south, west + frame.cell_lon, south + frame.cell_lat)
    touched = shapely.intersects(boxes[:, None], areas[None, :])
    sure = raster >= 0
    assert shapely.covers(areas[raster[sure]], boxes[sure]).all()
    assert (touched[sure].sum(axis=1) == 1).all()
    assert not touched[raster == NONE].any()


def test_most_cells_are_sure() -> None:
    areas = np.array([square(0, 0), square(1, 0)], dtype=object)
    raster = rasterise(areas, Frame.around(shapely.total_bounds(areas), 10_000))
    assert np.mean(raster == MIXED) < 0.09
    assert np.isclose(np.mean(raster == 0), np.mean(raster == 1), atol=0.02)


def test_widening_reaches_at_least_the_distance_asked_for() -> None:
    frame = Frame.around(np.array([WEST, SOUTH, WEST + 4 * STEP, SOUTH + 4 * STEP]), 40_000)
    marked = np.zeros(frame.columns * frame.rows, dtype=bool)
    middle = frame.rows // 2 * frame.columns + frame.columns // 2
    marked[middle] = True
    wide = widened(marked, frame, 200.0).reshape(frame.rows, frame.columns)
    row, column = np.divmod(middle, frame.columns)
    reach_lon, reach_lat = 200 / (111_320 * np.cos(np.radians(SOUTH))), 200 / 110_900
    assert wide[row, column + int(reach_lon / frame.cell_lon) + 1]
    assert wide[row + int(reach_lat / frame.cell_lat) + 1, column]
    assert wide.mean() < 0.15


@pytest.mark.parametrize("point", [(np.nan, np.nan), (-180.0, -90.0), (180.0, 90.0), (np.inf, -np.inf)])
def test_outside_points_fall_into_the_empty_ring(point: tuple[float, float]) -> None:
    areas = np.array([square(0, 0)], dtype=object)
    frame = Frame.around(shapely.total_bounds(areas), 400)
    cell = frame.cell_of(np.array([point[0]]), np.array([point[1]]))
    assert rasterise(areas, frame)[cell].tolist() == [NONE]
