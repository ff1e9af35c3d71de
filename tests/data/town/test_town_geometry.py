"""The demo geometry: two exact tilings, sites over them, and the same bytes from the same seed."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from shapely import Polygon
from shapely.geometry import shape

from data.demo import geometry
from data.town import Town

TO_METRES = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:4549", always_xy=True)
ROADS = {"204国道", "苏虞张公路", "沿江高速", "凤恬路", "凤凰大道", "金谷路"}
RIVERS = {"张家港塘", "奚浦塘"}
PLACES = {"凤凰山", "恬庄古街", "永庆寺", "河阳山歌馆", "韩国工业园"}

Features = list[dict[str, Any]]


@pytest.fixture(scope="module")
def grids(town: Town) -> Features:
    assert town.grids_path is not None
    return list(json.loads(town.grids_path.read_text(encoding="utf-8"))["features"])


@pytest.fixture(scope="module")
def outline(town: Town) -> Polygon:
    return geometry.read_outline(town.folder / "outline.geojson")


def of_kind(grids: Features, kind: str) -> dict[str, Polygon]:
    found = [feature for feature in grids if feature["properties"]["kind"] == kind]
    return {feature["properties"]["code"]: shape(feature["geometry"]) for feature in found}


def in_metres(polygon: Polygon) -> Polygon:
    return shapely.transform(polygon, lambda xy: np.column_stack(TO_METRES.transform(xy[:, 0], xy[:, 1])))


def area_km2(polygon: Polygon) -> float:
    return float(in_metres(polygon).area / 1e6)


def test_the_generator_writes_the_same_bytes(town: Town, tmp_path: Path) -> None:
    shutil.copy(town.folder / "outline.geojson", tmp_path)
    geometry.main(tmp_path)
    for name in ("grids.geojson", "base.geojson"):
        assert (tmp_path / name).read_bytes() == (town.folder / name).read_bytes(), name


def test_the_outline_has_the_published_area(outline: Polygon) -> None:
    assert outline.is_valid
    assert area_km2(outline) == pytest.approx(78.7, abs=0.1)


def test_the_outline_is_the_public_one_with_more_vertices(outline: Polygon, shared_dir: Path) -> None:
    public = geometry.read_outline(shared_dir / "town" / "fenghuang_demo_boundary_wgs84.geojson")
    square_metre = 1e-5**2  # in square degrees, roughly
    assert outline.symmetric_difference(public).area < 1000 * square_metre
    assert outline.hausdorff_distance(public) < 1e-6


@pytest.mark.parametrize("kind", ["comprehensive", "police"])
def test_a_tiling_has_no_gap_and_no_overlap(grids: Features, outline: Polygon, kind: str) -> None:
    cells = list(of_kind(grids, kind).values())
    assert shapely.coverage_is_valid(cells)
    assert shapely.coverage_union_all(cells).symmetric_difference(outline).area == 0
    assert sum(map(area_km2, cells)) == pytest.approx(area_km2(outline), abs=1e-6)
    overlap = sum(a.intersection(b).area for a, b in combinations(cells, 2) if a.intersects(b))
    assert overlap < 1e-15


@pytest.mark.parametrize("kind", ["comprehensive", "police", "professional"])
def test_no_cell_is_a_sliver(grids: Features, kind: str) -> None:
    for code, cell in of_kind(grids, kind).items():
        flat = in_metres(cell)
        roundness = 4 * np.pi * flat.area / flat.length**2
        assert flat.is_valid, code
        assert roundness > 0.5, code
        assert flat.area > 30_000, code


def test_a_damaged_tiling_is_noticed(grids: Features, outline: Polygon) -> None:
    cells = list(of_kind(grids, "police").values())
    assert not shapely.coverage_is_valid([cells[0].buffer(1e-4), *cells[1:]])
    assert shapely.union_all(cells[1:]).symmetric_difference(outline).area > 0


def test_the_topology_check_finds_nothing(grids: Features, outline: Polygon) -> None:
    import geopandas

    from geo.topology import check_grids

    frame = geopandas.GeoDataFrame.from_features(grids, crs="EPSG:4490")
    assert check_grids(frame, outline, "EPSG:4549") == []


def test_each_comprehensive_grid_lies_in_one_village(town: Town, grids: Features) -> None:
    villages = {f["properties"]["code"]: shape(f["geometry"]) for f in town.base_layer("village")}
    assert set(villages) == set(town.villages_by_code)
    for feature in grids:
        properties = feature["properties"]
        if properties["kind"] == "comprehensive":
            cell = shape(feature["geometry"])
            inside = [code for code, area in villages.items() if area.intersection(cell).area > 1e-12]
            assert inside == [properties["village_code"]], properties["code"]
            assert properties["code"].startswith(properties["village_code"])
        else:
            assert properties["village_code"] is None


def test_each_village_is_one_piece_of_four_or_five_grids(town: Town, grids: Features) -> None:
    counts = Counter(f["properties"]["village_code"] for f in grids if f["properties"]["village_code"])
    assert set(counts.values()) == {4, 5}
    for feature in town.base_layer("village"):
        area, properties = shape(feature["geometry"]), feature["properties"]
        assert area.geom_type == "Polygon"
        assert area.contains(shapely.Point(properties["label_lon"], properties["label_lat"]))


def test_communities_are_smaller_than_villages(town: Town) -> None:
    size = {f["properties"]["code"]: area_km2(shape(f["geometry"])) for f in town.base_layer("village")}
    kind = {village.code12: village.type for village in town.villages}
    communities = [size[code] for code in size if kind[code] == "社区居委会"]
    assert max(communities) < min(size[code] for code in size if kind[code] == "村委会")


def test_police_grids_cross_village_borders(town: Town, grids: Features) -> None:
    """Each has its village, none is the village, and most reach well into a neighbour."""
    villages = [shape(f["geometry"]) for f in town.base_layer("village")]
    cells = of_kind(grids, "police").values()
    shares = [max(cell.intersection(v).area for v in villages) / cell.area for cell in cells]
    assert min(shares) > 0.5
    assert max(shares) < 0.995
    assert float(np.median(shares)) < 0.93


def test_sites_lie_inside_and_apart(grids: Features, outline: Polygon) -> None:
    sites = list(of_kind(grids, "professional").values())
    assert all(outline.contains(site) for site in sites)
    assert not any(a.intersects(b) for a, b in combinations(sites, 2))
    assert len({f["properties"]["name"] for f in grids}) == 130


def test_every_grid_has_every_column(grids: Features) -> None:
    columns = (
        "code kind name village_code valid_from valid_to replaces population households firms key_places"
    )
    for feature in grids:
        properties = feature["properties"]
        assert set(properties) == {*columns.split(), "is_demo"}
        assert (properties["valid_from"], properties["valid_to"]) == ("2024-01-01", None)
        assert properties["replaces"] is None
        assert properties["is_demo"] is True


def test_both_tilings_hold_the_same_people(grids: Features) -> None:
    totals = Counter[str]()
    for feature in grids:
        totals[feature["properties"]["kind"]] += feature["properties"]["population"]
    assert totals["comprehensive"] == totals["police"] == 99_200


def test_coordinates_have_seven_decimals(grids: Features) -> None:
    for feature in grids:
        ring = np.array(feature["geometry"]["coordinates"][0])
        assert np.array_equal(ring, np.round(ring, 7))


def test_base_layers_carry_the_real_names(town: Town, outline: Polygon) -> None:
    def names(layer: str) -> set[str]:
        return {feature["properties"]["name"] for feature in town.base_layer(layer)}

    assert (names("road"), names("river"), names("place")) == (ROADS, RIVERS, PLACES)
    assert town.base is not None
    for feature in town.base["features"]:
        assert feature["properties"]["demo"] is True
        assert outline.distance(shape(feature["geometry"])) == 0


def test_places_stand_on_their_sites(town: Town, grids: Features) -> None:
    sites = {f["properties"]["name"]: shape(f["geometry"]) for f in grids}
    for feature in town.base_layer("place"):
        assert sites[feature["properties"]["name"]].contains(shape(feature["geometry"]))
