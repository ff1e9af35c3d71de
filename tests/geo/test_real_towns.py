"""Real boundaries and points that nobody here drew: Boston, New York, and the county from two sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.crs import Projector, to_storage
from geo.locate import GridIndex, Located
from geo.measure import project

CITY_HALL = (-71.0587, 42.3594)  # where the city puts what it cannot place
FEET_BOSTON, FEET_NEW_YORK = "EPSG:2249", "EPSG:2263"
# county of the census block → borough
BOROUGHS = {"36005": "2", "36047": "3", "36061": "1", "36081": "4", "36085": "5"}


def read_grids(path: Path, code: str, kind: str) -> gpd.GeoDataFrame:
    """A boundary file as grids, brought to storage degrees from the CRS that it declares."""
    table = gpd.read_file(path)
    crs = f"EPSG:{table.crs.to_epsg()}"
    shapes = shapely.transform(
        np.asarray(table.geometry.array), lambda x, y: to_storage(x, y, crs), interleaved=False
    )
    return gpd.GeoDataFrame({"code": table[code].astype(str), "kind": kind}, geometry=shapes, crs="EPSG:4490")


@pytest.fixture(scope="module")
def requests(shared_dir: Path) -> pd.DataFrame:
    table = pd.read_csv(shared_dir / "real/boston311_2011H2.csv.gz", dtype=str)
    return table.assign(longitude=table["longitude"].astype(float), latitude=table["latitude"].astype(float))


@pytest.fixture(scope="module")
def districts(shared_dir: Path, requests: pd.DataFrame) -> dict[str, Any]:
    """The district of each request by the file in degrees and by the one in feet."""
    files = {
        "degrees": "boston_police_districts_wgs84.geojson",
        "feet": "boston_police_districts_epsg2249_shp.zip",
    }
    return {
        name: GridIndex.build(read_grids(shared_dir / "real" / file, "DISTRICT", "police"), FEET_BOSTON)
        .locate(requests["longitude"], requests["latitude"])
        .police
        for name, file in files.items()
    }


def test_boston_requests_lie_in_a_district(districts: dict[str, Any]) -> None:
    for found in districts.values():
        assert found.size == 58_251
        assert np.mean(found != None) >= 0.9997  # noqa: E711 - element by element


def test_boston_districts_in_feet_and_in_degrees_agree(districts: dict[str, Any]) -> None:
    assert np.mean(districts["feet"] == districts["degrees"]) >= 0.9997


def test_boston_agrees_with_the_district_in_the_file(
    requests: pd.DataFrame, districts: dict[str, Any]
) -> None:
    at_city_hall = (requests["longitude"].round(4) == CITY_HALL[0]) & (
        requests["latitude"].round(4) == CITY_HALL[1]
    )
    assert at_city_hall.sum() == 4_775
    placed = ~at_city_hall.to_numpy()
    agrees = districts["degrees"][placed] == requests["police_district"].to_numpy(dtype=object)[placed]
    assert np.mean(agrees) == pytest.approx(0.9964, abs=0.0001)


@pytest.fixture(scope="module")
def thefts(shared_dir: Path) -> pd.DataFrame:
    return pd.read_csv(shared_dir / "real/nyc_vehicle_thefts_2014_2017.csv.gz", dtype={"census_block": str})


@pytest.fixture(scope="module")
def new_york(shared_dir: Path, thefts: pd.DataFrame) -> Located:
    """Thefts in 71 districts (the fine tiling) and 5 boroughs (the coarse one)."""
    fine = read_grids(shared_dir / "real/nyc_cd.geojson", "BoroCD", "comprehensive")
    coarse = read_grids(shared_dir / "real/nyc_boro.geojson", "boro_code", "police")
    assert (len(fine), len(coarse)) == (71, 5)
    index = GridIndex.build(pd.concat([fine, coarse], ignore_index=True), FEET_NEW_YORK)
    return index.locate(thefts["longitude"], thefts["latitude"])


def test_new_york_thefts_lie_in_both_tilings(new_york: Located) -> None:
    for found in (new_york.comprehensive, new_york.police):
        assert found.size == 35_746
        assert np.count_nonzero(found == None) <= 1  # noqa: E711 - one lies in the water


def test_new_york_boroughs_agree_with_the_census_block(thefts: pd.DataFrame, new_york: Located) -> None:
    located = new_york.police != None  # noqa: E711
    expected = thefts["census_block"].str[:5].map(BOROUGHS).to_numpy(dtype=object)
    assert np.mean(new_york.police[located] == expected[located]) == pytest.approx(0.99975, abs=0.00002)


def test_new_york_fine_and_coarse_tiling_agree(new_york: Located) -> None:
    both = (new_york.comprehensive != None) & (new_york.police != None)  # noqa: E711
    fine = np.array([code[:1] for code in new_york.comprehensive[both]])
    assert np.mean(fine == new_york.police[both].astype(str)) >= 0.999


def test_the_county_from_two_sources_meets_after_conversion(shared_dir: Path) -> None:
    """Median way from one county line to the other along the town's border: about 323 m, then under 100 m.

    Measured from the coarse line (every 20 m, within 1 km of the town's border) to the detailed one.
    """
    projector = Projector("EPSG:4549")
    coarse = county_line(shared_dir / "town/zhangjiagang_320582_tianditu.geojson", "cgcs2000", projector)
    border = county_line(shared_dir / "town/fenghuang_demo_boundary_wgs84.geojson", "wgs84", projector)
    shifted, right = (
        county_line(shared_dir / "town/zhangjiagang_320582_gcj02_amap.geojson", crs, projector)
        for crs in ("wgs84", "gcj02")
    )
    places = shapely.points(shapely.get_coordinates(shapely.segmentize(coarse, 20.0)))
    places = places[shapely.distance(places, border) < 1_000.0]
    assert places.size > 1_000
    before, after = (float(np.median(shapely.distance(places, line))) for line in (shifted, right))
    assert before == pytest.approx(323.0, abs=5.0)
    assert after < 100.0
    outline = shapely.points(shapely.get_coordinates(border))
    outline = outline[shapely.distance(outline, right) < 100.0]  # its north edge is no county line
    assert outline.size > 100
    assert (
        np.median(shapely.distance(outline, right)) < 0.001
    )  # its other edges were taken from the detailed line


def county_line(path: Path, crs: str, projector: Projector) -> Any:
    """The boundary of a file's areas in projected metres, its coordinates read as `crs`."""
    shapes = shapely.transform(
        np.asarray(gpd.read_file(path).geometry.array), lambda x, y: to_storage(x, y, crs), interleaved=False
    )
    return shapely.union_all(project(shapes, projector)).boundary
