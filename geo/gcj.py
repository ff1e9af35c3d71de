"""The shifted coordinates of Chinese web maps: GCJ-02 (Amap, Tencent) and BD-09 (Baidu).

GCJ-02 adds to WGS84 an offset of some hundred metres; BD-09 adds to GCJ-02 another of about a kilometre.
Formula: the widely published reconstruction on the Krasovsky 1940 ellipsoid.

Outside the box `CHINA_BOX` all three systems are the same and coordinates pass unchanged. The offset does
not fade out at the box's edge, so there is a seam about a kilometre wide along it where the forward way
leaves gaps and overlaps. Rule of the inverse there: whatever a point inside the box maps to comes back to
that point; only what no inside point maps to counts as unshifted. The seam lies at least 1.5 degrees from
any place in China.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geo.arrays import BoolArray, FloatArray, float_pair

CHINA_BOX = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north in degrees."""

_KRASOVSKY_A_M = 6378245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_BD_WAVE = np.pi * 3000.0 / 180.0
_BD_SHIFT = (0.0065, 0.006)
_REACH_DEGREES = 0.05
_CLOSE_DEGREES = 1e-12
_ROUNDING_DEGREES = 1e-11
_MAX_ROUNDS = 40

_Shift = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]


def gcj02_from_wgs84(lon: Any, lat: Any) -> tuple[FloatArray, FloatArray]:
    """GCJ-02 degrees of WGS84 degrees; any shape, NaN stays NaN."""
    return _forward(_gcj_offset, lon, lat)


def wgs84_from_gcj02(lon: Any, lat: Any) -> tuple[FloatArray, FloatArray]:
    """WGS84 degrees of GCJ-02 degrees, iterated until the forward way returns the input to within 1 µm."""
    return _inverse(_gcj_offset, lon, lat)


def bd09_from_gcj02(lon: Any, lat: Any) -> tuple[FloatArray, FloatArray]:
    """BD-09 degrees of GCJ-02 degrees; any shape, NaN stays NaN."""
    return _forward(_bd_offset, lon, lat)


def gcj02_from_bd09(lon: Any, lat: Any) -> tuple[FloatArray, FloatArray]:
    """GCJ-02 degrees of BD-09 degrees, iterated like `wgs84_from_gcj02`."""
    return _inverse(_bd_offset, lon, lat)


def bd09_from_wgs84(lon: Any, lat: Any) -> tuple[FloatArray, FloatArray]:
    """BD-09 degrees of WGS84 degrees, by way of GCJ-02."""
    return bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))


def wgs84_from_bd09(lon: Any, lat: Any) -> tuple[FloatArray, FloatArray]:
    """WGS84 degrees of BD-09 degrees, by way of GCJ-02."""
    return wgs84_from_gcj02(*gcj02_from_bd09(lon, lat))


def is_in_china_box(lon: FloatArray, lat: FloatArray, reach: float = 0.0) -> BoolArray:
    """Whether points lie in the box inside which the systems differ; `reach` in degrees widens it."""
    west, south, east, north = CHINA_BOX
    inside: BoolArray = (
        (lon >= west - reach) & (lon <= east + reach) & (lat >= south - reach) & (lat <= north + reach)
    )
    return inside


def _forward(offset: _Shift, lon: Any, lat: Any) -> tuple[FloatArray, FloatArray]:
    x, y = (values.copy() for values in float_pair(lon, lat))
    inside = is_in_china_box(x, y)
    shift_x, shift_y = offset(x[inside], y[inside])
    x[inside] += shift_x
    y[inside] += shift_y
    return x, y


def _inverse(offset: _Shift, lon: Any, lat: Any) -> tuple[FloatArray, FloatArray]:
    x, y = (values.copy() for values in float_pair(lon, lat))
    near = is_in_china_box(x, y, _REACH_DEGREES)
    source_x, source_y = _solve(offset, x[near], y[near])
    from_inside = is_in_china_box(source_x, source_y, _ROUNDING_DEGREES)
    x[near] = np.where(from_inside, source_x, x[near])
    y[near] = np.where(from_inside, source_y, y[near])
    return x, y


def _solve(offset: _Shift, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Fixed point of p = target - offset(p); the offset is nearly constant, so it contracts."""
    guess_x, guess_y = x.copy(), y.copy()
    for _ in range(_MAX_ROUNDS):
        shift_x, shift_y = offset(guess_x, guess_y)
        step = max(_largest(x - shift_x - guess_x), _largest(y - shift_y - guess_y))
        guess_x, guess_y = x - shift_x, y - shift_y
        if step < _CLOSE_DEGREES:
            break
    return guess_x, guess_y


def _largest(values: FloatArray) -> float:
    return float(np.abs(values).max(initial=0.0))


def _gcj_offset(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    east_m, north_m = _gcj_offset_m(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    flat = 1.0 - _KRASOVSKY_E2 * np.sin(phi) ** 2
    meridian_m = _KRASOVSKY_A_M * (1.0 - _KRASOVSKY_E2) / (flat * np.sqrt(flat))
    parallel_m = _KRASOVSKY_A_M / np.sqrt(flat) * np.cos(phi)
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _gcj_offset_m(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Offset in metres east and north; `x`, `y` are degrees from 105 E, 35 N."""
    root = np.sqrt(np.abs(x))
    fine = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (fine + _waves(x, ((20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0)))) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (fine + _waves(y, ((20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0)))) * 2.0 / 3.0
    return east, north


def _waves(values: FloatArray, terms: tuple[tuple[float, float], ...]) -> FloatArray:
    total = np.zeros_like(values)
    for height_m, length in terms:
        total += height_m * np.sin(np.pi * values / length)
    return total


def _bd_offset(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_WAVE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_WAVE)
    return radius * np.cos(angle) + _BD_SHIFT[0] - lon, radius * np.sin(angle) + _BD_SHIFT[1] - lat
