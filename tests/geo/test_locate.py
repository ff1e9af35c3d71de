"""Location in grids against brute force, on edges and corners, and the way to the next grid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import Projector
from geo.errors import GeoError
from geo.locate import GridIndex
from geo.measure import project
from tests.geo.towns import KINDS, PROJECTED_CRS, SOUTH, STEP, WEST, checkerboard, grids, square


def brute_force(table: gpd.GeoDataFrame, lon: Any, lat: Any, kind: str) -> list[str | None]:
    """The lowest code of the polygons that intersect each point, one by one."""
    part = table[table["kind"] == kind].sort_values("code")
    codes, polygons = part["code"].tolist(), part.geometry.tolist()
    points = shapely.points(lon, lat)
    return [
        next((code for code, area in zip(codes, polygons, strict=True) if area.intersects(point)), None)
        for point in points
    ]


def voronoi(seed: int, count: int) -> gpd.GeoDataFrame:
    """A random tiling of `count` grids per kind, not clipped to anything neat."""
    rng = np.random.default_rng(seed)
    rows = []
    for kind in KINDS:
        seeds = shapely.multipoints(rng.uniform((WEST, SOUTH), (WEST + STEP, SOUTH + STEP), (count, 2)))
        cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=square(0, 0)))
        order = rng.permutation(len(cells))
        rows += [(f"{kind[:2]}{order[n]:03d}", kind, cell) for n, cell in enumerate(cells)]
    return grids(*rows)


def assert_same(table: gpd.GeoDataFrame, lon: Any, lat: Any) -> None:
    located = GridIndex.build(table, PROJECTED_CRS).locate(lon, lat)
    for kind in KINDS:
        assert getattr(located, kind).tolist() == brute_force(table, lon, lat, kind), kind


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 30))
def test_random_tilings_agree_with_brute_force_everywhere(seed: int, count: int) -> None:
    table = voronoi(seed, count)
    rng = np.random.default_rng(seed + 1)
    west, south, east, north = table.total_bounds
    inside = rng.uniform((west, south), (east, north), (300, 2))
    corners, ring = shapely.get_coordinates(
        shapely.get_exterior_ring(table.geometry.array), return_index=True
    )
    same = ring[:-1] == ring[1:]
    middles = ((corners[:-1] + corners[1:]) / 2)[same]
    near = middles + rng.normal(0, 1e-9, middles.shape)
    points = np.concatenate([inside, corners, middles, near])
    assert_same(table, points[:, 0], points[:, 1])


@settings(max_examples=25, deadline=None)
@given(column=st.integers(-2, 10), row=st.integers(-2, 10))
def test_corners_and_edges_of_squares_belong_to_the_lowest_code(column: int, row: int) -> None:
    lon, lat = WEST + column * STEP / 2, SOUTH + row * STEP / 2
    assert_same(checkerboard(), np.array([lon]), np.array([lat]))


def test_the_owner_of_a_common_corner_is_the_lowest_code_in_any_order_of_rows() -> None:
    table = checkerboard()
    for order in (table, table[::-1], table.sample(frac=1, random_state=3)):
        located = GridIndex.build(order, PROJECTED_CRS).locate(WEST + 2 * STEP, SOUTH + STEP)
        assert located.comprehensive.tolist() == ["c01"]
        assert located.police.tolist() == ["p0"]
        assert located.professional.tolist() == [None]


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("hole", square(0, 0, 4, 4).difference(square(1, 1, 2, 2))),
        ("two parts", shapely.union_all([square(0, 0), square(3, 3)])),
        ("thin", shapely.LineString([(WEST, SOUTH), (WEST + 4 * STEP, SOUTH + 3 * STEP)]).buffer(1e-7)),
        (
            "bow tie",
            shapely.Polygon(
                [(WEST, SOUTH), (WEST + STEP, SOUTH + STEP), (WEST + STEP, SOUTH), (WEST, SOUTH + STEP)]
            ),
        ),
        ("tiny in a large town", square(0, 0, 1e-6, 1e-6)),
    ],
)
def test_odd_shapes(name: str, shape: Any) -> None:
    table = grids(("b", "comprehensive", shape), ("a", "police", square(0, 0, 4, 4)))
    repaired = table.assign(geometry=shapely.make_valid(table.geometry.array, method="structure"))
    rng = np.random.default_rng(5)
    on_edge = shapely.get_coordinates(shapely.segmentize(shape.boundary, STEP / 7))
    points = np.concatenate(
        [rng.uniform((WEST, SOUTH), (WEST + 4 * STEP, SOUTH + 4 * STEP), (500, 2)), on_edge]
    )
    located = GridIndex.build(table, PROJECTED_CRS).locate(points[:, 0], points[:, 1])
    expected = brute_force(repaired, points[:, 0], points[:, 1], "comprehensive")
    assert located.comprehensive.tolist() == expected, name
    assert "b" in expected


def test_overlapping_grids_of_one_kind_give_the_lowest_code() -> None:
    table = grids(("b", "professional", square(0, 0, 3, 3)), ("a", "professional", square(2, 2, 3, 3)))
    rng = np.random.default_rng(6)
    points = rng.uniform((WEST, SOUTH), (WEST + 5 * STEP, SOUTH + 5 * STEP), (2_000, 2))
    assert_same(table, points[:, 0], points[:, 1])
    index = GridIndex.build(table, PROJECTED_CRS)
    middle = WEST + 2.5 * STEP, SOUTH + 2.5 * STEP
    assert index.locate(*middle).professional.tolist() == ["a"]
    assert index.edge_distance(*middle, "professional").tolist() == [0.0]


def test_nothing_found_is_none() -> None:
    index = GridIndex.build(checkerboard(), PROJECTED_CRS)
    lon = [np.nan, 120.63, np.inf, -71.0, 1e300, None]
    lat = [31.75, np.nan, 31.75, 42.0, 31.75, None]
    located = index.locate(lon, lat)
    for kind in KINDS:
        assert getattr(located, kind).tolist() == [None] * 6
        assert np.isinf(index.edge_distance(lon, lat, kind)).all()
    assert not index.is_edge(lon, lat).any()


@pytest.mark.parametrize(
    "table", [checkerboard()[:0], grids(("a", "police", None)), grids(("a", "police", shapely.Polygon()))]
)
def test_a_town_without_shapes_answers_none(table: gpd.GeoDataFrame) -> None:
    index = GridIndex.build(table, PROJECTED_CRS)
    assert index.locate(120.63, 31.77).police.tolist() == [None]
    assert np.isinf(index.edge_distance(120.63, 31.77, "police")).all()
    assert index.locate([], []).police.tolist() == []


def test_one_grid_has_no_other() -> None:
    index = GridIndex.build(grids(("a", "police", square(0, 0))), PROJECTED_CRS)
    lon, lat = WEST + STEP / 2, SOUTH + 1e-5
    assert index.locate(lon, lat).police.tolist() == ["a"]
    assert np.isinf(index.edge_distance(lon, lat, "police")).all()
    assert not index.is_edge(lon, lat).any()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 25))
def test_edge_distance_agrees_with_brute_force(seed: int, count: int) -> None:
    """Distance to every grid of the kind but the owner; the ways differ by less than a millimetre."""
    table = voronoi(seed, count)
    projector = Projector(PROJECTED_CRS)
    west, south, east, north = table.total_bounds
    rng = np.random.default_rng(seed + 2)
    corners = shapely.get_coordinates(table.geometry.array)[:40]
    points = np.concatenate(
        [rng.uniform((west - 0.003, south - 0.003), (east + 0.003, north + 0.003), (200, 2)), corners]
    )
    index = GridIndex.build(table, PROJECTED_CRS)
    for kind in KINDS:
        ours = index.edge_distance(points[:, 0], points[:, 1], kind)
        assert np.allclose(ours, distances(table, points, kind, projector), rtol=0, atol=1e-3)


def distances(table: gpd.GeoDataFrame, points: Any, kind: str, projector: Projector) -> Any:
    part = table[table["kind"] == kind]
    plane = project(np.asarray(part.geometry.array, dtype=object), projector)
    owners = np.array(brute_force(table, points[:, 0], points[:, 1], kind), dtype=object)
    x, y = projector.forward(points[:, 0], points[:, 1])
    metres = shapely.distance(shapely.points(x, y)[:, None], plane[None, :])
    metres[owners[:, None] == part["code"].to_numpy(dtype=object)[None, :]] = np.inf
    least = metres.min(axis=1)
    return np.where(least < 200.0, least, np.inf)


@pytest.mark.parametrize("metres", [0.0, 0.5, 29.5, 30.5, 150.0, 199.5, 200.5, 350.0])
@pytest.mark.parametrize("side", [-1, 1])
def test_metres_from_a_known_edge(metres: float, side: int) -> None:
    projector = Projector(PROJECTED_CRS)
    x, y = projector.forward(WEST + 2 * STEP, SOUTH + 1.5 * STEP)
    lon, lat = projector.inverse(x + side * metres, y)
    index = GridIndex.build(checkerboard(), PROJECTED_CRS)
    distance = index.edge_distance(lon, lat, "police")[0]
    assert distance == (
        pytest.approx(metres, abs=0.02) if metres < 200 else np.inf
    )  # the edge leans a little
    assert index.is_edge(lon, lat)[0] == (metres <= 30)


def test_outside_points_are_measured_to_the_nearest_grid() -> None:
    index = GridIndex.build(checkerboard(), PROJECTED_CRS)
    lat = [SOUTH - 0.0001, SOUTH - 0.001, SOUTH - 0.01]
    distance = index.edge_distance([WEST + 0.5 * STEP] * 3, lat, "police")
    assert distance[:2] == pytest.approx([11.1, 110.9], abs=0.2)
    assert np.isinf(distance[2])
    assert index.is_edge([WEST + 0.5 * STEP] * 3, lat).tolist() == [True, False, False]


def test_only_tiling_kinds_make_an_edge_case() -> None:
    table = grids(("a", "professional", square(0, 0)), ("b", "professional", square(1, 0)))
    index = GridIndex.build(table, PROJECTED_CRS)
    assert index.edge_distance(WEST + STEP, SOUTH + STEP / 2, "professional").tolist() == [0.0]
    assert not index.is_edge(WEST + STEP, SOUTH + STEP / 2).any()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: GridIndex.build(checkerboard().drop(columns="kind"), PROJECTED_CRS), "缺少列 kind"),
        (lambda: GridIndex.build(grids(("a", "village", square(0, 0))), PROJECTED_CRS), "“village”"),
        (lambda: GridIndex.build(checkerboard(), "EPSG:4490"), "不是投影坐标系"),
        (lambda: GridIndex.build(checkerboard(), PROJECTED_CRS).edge_distance(1, 1, "村"), "“村”"),
        (lambda: GridIndex.build(checkerboard(), PROJECTED_CRS).is_edge(1, 1, 500.0), "500.0"),
    ],
)
def test_unusable_questions_are_refused(make: Any, words: str) -> None:
    with pytest.raises(GeoError, match=words):
        make()


def test_threads_share_an_index_from_its_first_use_on() -> None:
    table = voronoi(7, 30)
    rng = np.random.default_rng(8)
    points = rng.uniform((WEST, SOUTH), (WEST + STEP, SOUTH + STEP), (5_000, 2)).T
    calm = GridIndex.build(table, PROJECTED_CRS)
    expected = calm.locate(*points).police.tolist(), calm.edge_distance(*points, "police").tolist()
    fresh = GridIndex.build(table, PROJECTED_CRS)

    def ask(_: int) -> tuple[Any, Any]:
        return fresh.locate(*points).police.tolist(), fresh.edge_distance(*points, "police").tolist()

    with ThreadPoolExecutor(8) as pool:
        assert all(answer == expected for answer in pool.map(ask, range(24)))
