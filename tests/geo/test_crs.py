"""Coordinate systems: check values, round trips, the seam of the China box, refusals."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import eviltransform
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.crs import (
    CHINA_BOX,
    Projector,
    bd09_from_gcj02,
    bd09_from_wgs84,
    from_storage,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    to_storage,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)
from geo.errors import GeoError

MILLIMETRE_DEGREES = 8.9e-9  # of latitude; a degree of longitude is never longer
WEST, SOUTH, EAST, NORTH = CHINA_BOX
IN_CHINA = {"lon": st.floats(73.5, 135.1), "lat": st.floats(3.8, 53.6)}
ROUND_TRIPS = (
    (gcj02_from_wgs84, wgs84_from_gcj02),
    (bd09_from_gcj02, gcj02_from_bd09),
    (bd09_from_wgs84, wgs84_from_bd09),
)


def test_check_values_of_the_town() -> None:
    lon, lat = gcj02_from_wgs84(120.63, 31.77)
    assert (round(float(lon), 8), round(float(lat), 8)) == (120.63422624, 31.76788736)
    x, y = Projector("EPSG:4549").forward(120.63, 31.77)
    assert (x, y) == (pytest.approx(559679.3446, abs=1e-4), pytest.approx(3516521.6850, abs=1e-4))


@given(**IN_CHINA)
@example(lon=105.0, lat=35.0)
@example(lon=105.0 + 1e-13, lat=35.0)
def test_every_place_in_china_comes_back_to_the_millimetre(lon: float, lat: float) -> None:
    for forward, inverse in ROUND_TRIPS:
        back = inverse(*forward(lon, lat))
        assert abs(back[0] - lon) < MILLIMETRE_DEGREES
        assert abs(back[1] - lat) < MILLIMETRE_DEGREES


@given(**IN_CHINA)
def test_offsets_agree_with_another_implementation(lon: float, lat: float) -> None:
    """The oracle takes 6378137 m as its radius (the formula says 6378245): up to 2 cm apart."""
    theirs = eviltransform.wgs2gcj(lat, lon)
    ours = gcj02_from_wgs84(lon, lat)
    assert (ours[0], ours[1]) == (pytest.approx(theirs[1], abs=3e-7), pytest.approx(theirs[0], abs=3e-7))
    theirs = eviltransform.gcj2bd(lat, lon)
    ours = bd09_from_gcj02(lon, lat)
    assert (ours[0], ours[1]) == (pytest.approx(theirs[1], abs=1e-9), pytest.approx(theirs[0], abs=1e-9))


@given(st.floats(WEST, EAST), st.floats(SOUTH, NORTH))
@example(WEST, SOUTH)
@example(EAST, NORTH)
def test_gcj02_comes_back_right_up_to_the_seam(lon: float, lat: float) -> None:
    back = wgs84_from_gcj02(*gcj02_from_wgs84(lon, lat))
    assert max(abs(back[0] - lon), abs(back[1] - lat)) < MILLIMETRE_DEGREES


@pytest.mark.parametrize(
    ("lon", "lat"), [(-71.06, 42.36), (-73.9, 40.7), (71.9, 30.0), (138.0, 36.0), (100.0, 0.5), (0.0, 0.0)]
)
@pytest.mark.parametrize("convert", [way for pair in ROUND_TRIPS for way in pair])
def test_outside_the_box_nothing_moves(convert: object, lon: float, lat: float) -> None:
    x, y = convert(lon, lat)  # type: ignore[operator]
    assert (float(x), float(y)) == (lon, lat)


def test_arrays_keep_their_shape_and_nan_stays_nan() -> None:
    lon, lat = np.full((2, 3), 120.63), np.full((2, 3), 31.77)
    lon[1, 1] = np.nan
    for forward, inverse in ROUND_TRIPS:
        x, y = inverse(*forward(lon, lat))
        assert x.shape == y.shape == (2, 3)
        assert np.isnan(x[1, 1])
        assert x[0, 0] == pytest.approx(120.63, abs=MILLIMETRE_DEGREES)


def test_inputs_are_left_alone() -> None:
    lon, lat = np.array([120.63]), np.array([31.77])
    x, _ = to_storage(lon, lat, "wgs84")
    x[0] = 0.0
    gcj02_from_wgs84(lon, lat)
    assert lon[0] == 120.63


@pytest.mark.parametrize(
    "crs", ["wgs84", "cgcs2000", "gcj02", "bd09", "GCJ02", "EPSG:4326", "EPSG:4490", "EPSG:4549", "EPSG:3857"]
)
def test_storage_and_back(crs: str) -> None:
    lon, lat = np.array([120.57, 120.63, 120.73]), np.array([31.72, 31.77, 31.79])
    back = to_storage(*from_storage(lon, lat, crs), crs)
    assert np.allclose(back, (lon, lat), rtol=0, atol=MILLIMETRE_DEGREES)


def test_x_is_longitude_whatever_the_crs_says() -> None:
    x, y = to_storage([120.63], [31.77], "EPSG:4326")  # the register lists latitude first
    assert (x[0], y[0]) == (120.63, 31.77)
    east, north = from_storage([120.63], [31.77], "EPSG:4549")  # and here northing first
    assert east[0] < north[0]


@pytest.mark.parametrize(
    ("lon", "lat", "crs", "words"),
    [
        (120.6, 31.7, "火星坐标", "无法识别的坐标系“火星坐标”"),
        (120.6, 31.7, "EPSG:999999", "无法识别的坐标系“EPSG:999999”"),
        (float("nan"), 31.7, "wgs84", "坐标不是有限数值"),
        (120.6, float("inf"), "gcj02", "坐标不是有限数值"),
        (31.7, 120.6, "wgs84", "坐标超出经纬度范围"),
        (559679.0, 3516521.0, "cgcs2000", "坐标超出经纬度范围"),
        (1e30, 1e30, "EPSG:4549", "无法从 EPSG:4549 转换"),
    ],
)
def test_unusable_input_is_named_with_its_cure(lon: float, lat: float, crs: str, words: str) -> None:
    with pytest.raises(GeoError) as caught:
        to_storage([120.6, lon], [31.7, lat], crs)
    assert words in caught.value.message
    assert caught.value.value is not None
    assert caught.value.cure
    assert caught.value.cure in str(caught.value)


def test_a_degree_crs_is_no_projector() -> None:
    with pytest.raises(GeoError, match="不是投影坐标系"):
        Projector("EPSG:4490")


@pytest.mark.parametrize(
    ("crs", "unit_m", "lon", "lat"),
    [
        ("EPSG:4549", 1.0, 120.63, 31.77),
        ("EPSG:2249", 1200 / 3937, -71.06, 42.36),
        ("EPSG:2263", 1200 / 3937, -73.9, 40.7),
    ],
)
def test_projector_counts_metres_in_any_unit(crs: str, unit_m: float, lon: float, lat: float) -> None:
    projector = Projector(crs)
    assert projector.metres_per_unit == pytest.approx(unit_m)
    x, y = projector.forward([lon, lon], [lat, lat + 0.001])
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(111.0, abs=0.3)
    assert np.allclose(projector.inverse(x, y), ([lon, lon], [lat, lat + 0.001]), atol=1e-9)


def test_projector_gives_nan_where_there_is_no_answer() -> None:
    x, y = Projector("EPSG:4549").forward([120.63, np.nan], [31.77, 31.77])
    assert list(np.isfinite(x)) == list(np.isfinite(y)) == [True, False]


def test_threads_share_projectors() -> None:
    lon, lat = np.linspace(120.57, 120.73, 5_000), np.full(5_000, 31.77)
    expected = Projector("EPSG:4549").forward(lon, lat)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: Projector("EPSG:4549").forward(lon, lat), range(64)))
    assert all(np.array_equal(answer, expected) for answer in answers)
