"""What the browser draws: common edges stay common, labels lie inside, hatching fills."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.crs import Projector
from geo.layers import display_geometry, dissolve_villages, hatch_lines, label_points, relative_xy
from tests.geo.towns import PROJECTED_CRS, SOUTH, STEP, WEST, checkerboard, grids, square

ORIGIN = (WEST, SOUTH)


def drawn(table: gpd.GeoDataFrame, **options: Any) -> dict[str, Any]:
    return {row["code"]: row for row in display_geometry(table, PROJECTED_CRS, ORIGIN, **options)["grids"]}


def wiggly_pair() -> gpd.GeoDataFrame:
    """Two grids whose common edge has many small bends."""
    y = SOUTH + np.linspace(0, STEP, 200)
    bends = [(WEST + STEP + 1e-5 * (n % 2), value) for n, value in enumerate(y)]
    west = shapely.Polygon([*bends, (WEST, SOUTH + STEP), (WEST, SOUTH)])
    east = shapely.Polygon([*bends, (WEST + 2 * STEP, SOUTH + STEP), (WEST + 2 * STEP, SOUTH)])
    return grids(("w", "police", west), ("e", "police", east))


def test_rings_are_metres_from_the_origin_to_a_decimetre() -> None:
    ring = drawn(checkerboard())["c00"]["rings"][0]
    assert ring[0] == ring[-1]
    assert np.allclose(np.min(ring, axis=0), 0, atol=6)  # the plane leans a little against the degrees
    assert np.allclose(np.max(ring, axis=0), (740, 866), atol=6)
    assert all(round(value, 1) == value for xy in ring for value in xy)


def test_common_edges_stay_common_when_simplified() -> None:
    shapes = drawn(wiggly_pair())
    west, east = (shapely.Polygon(shapes[code]["rings"][0]) for code in "we")
    assert shapely.get_num_coordinates(west) < 30
    assert shapely.coverage_is_valid([west, east])
    assert west.intersection(east).area == 0
    assert west.union(east).geom_type == "Polygon"


def test_tolerance_zero_keeps_every_bend() -> None:
    assert len(drawn(wiggly_pair(), tolerance_m=0.0)["w"]["rings"][0]) > 190


def test_overlapping_sites_are_simplified_one_by_one() -> None:
    sites = [shapely.Point(WEST + n * 0.002, SOUTH).buffer(0.003, quad_segs=200) for n in range(2)]
    shapes = drawn(grids(("a", "professional", sites[0]), ("b", "professional", sites[1])))
    assert all(10 < len(shape["rings"][0]) < 100 for shape in shapes.values())


def test_holes_turn_against_shells_and_parts_are_kept() -> None:
    holed = square(0, 0, 3, 3).difference(square(1, 1))
    table = grids(("a", "police", shapely.union_all([holed, square(5, 0)])), ("b", "professional", None))
    shapes = drawn(table)
    turns = [shapely.LinearRing(ring).is_ccw for ring in shapes["a"]["rings"]]
    assert sorted(turns) == [False, True, True]
    assert shapes["b"]["rings"] == []


def test_the_answer_is_plain_json() -> None:
    answer = display_geometry(checkerboard(), PROJECTED_CRS, ORIGIN)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert (answer["origin"], answer["unit"]) == ([WEST, SOUTH], "m")


def test_relative_places_agree_with_the_rings() -> None:
    x, y = relative_xy([WEST, WEST + STEP], [SOUTH, SOUTH + STEP], Projector(PROJECTED_CRS), ORIGIN)
    assert (x[0], y[0]) == (0, 0)
    assert [round(float(x[1]), 1), round(float(y[1]), 1)] in drawn(checkerboard())["c00"]["rings"][0]


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 135])
@pytest.mark.parametrize("spacing", [7.0, 25.0])
def test_hatching_lies_inside_at_the_spacing_asked_for(angle: float, spacing: float) -> None:
    area = shapely.Polygon([(3, 2), (203, 12), (180, 150), (20, 130)], [[(80, 60), (120, 60), (100, 90)]])
    lines = hatch_lines(area, spacing, angle)
    assert area.buffer(1e-6).covers(lines)
    assert lines.length * spacing == pytest.approx(area.area, rel=0.1)
    x, y = shapely.get_coordinates(lines).T
    across = y * np.cos(np.radians(angle)) - x * np.sin(np.radians(angle))
    assert np.allclose(across / spacing, np.round(across / spacing), atol=1e-6)


@pytest.mark.parametrize(
    ("area", "spacing"), [(shapely.Polygon(), 5), (None, 5), (shapely.box(0, 0, 9, 9), 0)]
)
def test_nothing_to_hatch_is_no_line(area: Any, spacing: float) -> None:
    assert hatch_lines(area, spacing, 45).is_empty


def test_labels_lie_deep_inside_even_of_crooked_areas() -> None:
    crooked = square(0, 0, 3, 3).difference(square(0.5, 0.5, 2.5, 2.5))
    table = grids(("a", "police", crooked), ("b", "police", square(4, 0)), ("n", "police", None))
    places = label_points(table).set_index("code")
    assert crooked.contains(shapely.Point(places.loc["a"]))
    assert square(4.4, 0.35, 0.2, 0.3).contains(shapely.Point(places.loc["b"]))
    assert places.loc["n"].isna().all()
    metres = label_points(table, PROJECTED_CRS, ORIGIN).set_index("code")
    assert shapely.box(4.4 * 740, 0.35 * 866, 4.6 * 740, 0.65 * 866).contains(shapely.Point(metres.loc["b"]))


def test_villages_are_the_union_of_their_comprehensive_grids() -> None:
    table = checkerboard()
    table.loc[0, "village_code"] = None
    villages = dissolve_villages(table)
    assert villages["code"].tolist() == ["v0", "v1", "v2", "v3"]
    assert villages.geometry[1].equals(square(0, 1, 4, 1))
    assert villages.geometry[0].equals(square(1, 0, 3, 1))
    assert villages.crs == table.crs


def test_a_town_without_villages_has_no_village_shapes() -> None:
    villages = dissolve_villages(checkerboard().query("kind == 'police'"))
    assert villages.empty
    assert list(villages.columns) == ["code", "geometry"]
