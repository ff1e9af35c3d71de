"""Coordinate systems: what comes in, what is stored (EPSG:4490 degrees), what is measured (metres).

WGS84 and CGCS2000 are treated as the same: they differ by the motion of the Eurasian plate since 2000,
some decimetres in China, which is below what a town's positions resolve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.arrays import BoolArray, FloatArray, float_pair
from geo.errors import GeoError
from geo.gcj import (
    CHINA_BOX,
    bd09_from_gcj02,
    bd09_from_wgs84,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)

__all__ = [
    "CHINA_BOX",
    "STORAGE_CRS",
    "Projector",
    "bd09_from_gcj02",
    "bd09_from_wgs84",
    "from_storage",
    "gcj02_from_bd09",
    "gcj02_from_wgs84",
    "to_storage",
    "wgs84_from_bd09",
    "wgs84_from_gcj02",
]

STORAGE_CRS = "EPSG:4490"
_WGS84 = "EPSG:4326"
_CRS_CURE = "请写 wgs84、cgcs2000、gcj02、bd09 或 EPSG:编号（例如 EPSG:4549）"
_DEGREES_CURE = "经度应在 -180 至 180、纬度应在 -90 至 90 之间，请检查是否经纬度颠倒或坐标系声明有误"

_Convert = Callable[[Any, Any], tuple[FloatArray, FloatArray]]

_TO_STORAGE: dict[str, _Convert] = {
    "wgs84": float_pair,
    "cgcs2000": float_pair,
    "gcj02": wgs84_from_gcj02,
    "bd09": wgs84_from_bd09,
}
_FROM_STORAGE: dict[str, _Convert] = {
    "wgs84": float_pair,
    "cgcs2000": float_pair,
    "gcj02": gcj02_from_wgs84,
    "bd09": bd09_from_wgs84,
}


def to_storage(lon: Any, lat: Any, crs: str) -> tuple[FloatArray, FloatArray]:
    """Storage degrees (EPSG:4490) of coordinates in `crs`, x or longitude first whatever the CRS says.

    `crs` is wgs84, cgcs2000, gcj02, bd09 or "EPSG:n" (projected ones in their own unit, feet included).
    Raises `GeoError` for an unknown `crs` and for values that are not finite or not on the globe.
    """
    x, y = float_pair(lon, lat)
    _require(np.isfinite(x) & np.isfinite(y), x, y, "坐标不是有限数值", "请先剔除空坐标，再转换")
    named = _TO_STORAGE.get(crs.lower())
    if named is not None:
        _require(_is_on_globe(x, y), x, y, "坐标超出经纬度范围", _DEGREES_CURE)
        result = named(x, y)
    else:
        result = _transform(crs, x, y, is_inverse=True)
    on_globe = np.isfinite(result[0]) & np.isfinite(result[1]) & _is_on_globe(*result)
    _require(on_globe, x, y, f"坐标无法从 {crs} 转换为经纬度", "请检查坐标系声明是否与文件一致")
    return result[0].copy(), result[1].copy()


def from_storage(lon: Any, lat: Any, crs: str) -> tuple[FloatArray, FloatArray]:
    """Coordinates in `crs` of storage degrees; the reverse of `to_storage`, same errors."""
    x, y = float_pair(lon, lat)
    _require(np.isfinite(x) & np.isfinite(y), x, y, "坐标不是有限数值", "请先剔除空坐标，再转换")
    _require(_is_on_globe(x, y), x, y, "坐标超出经纬度范围", _DEGREES_CURE)
    named = _FROM_STORAGE.get(crs.lower())
    result = named(x, y) if named is not None else _transform(crs, x, y, is_inverse=False)
    finite = np.isfinite(result[0]) & np.isfinite(result[1])
    _require(finite, x, y, f"坐标超出 {crs} 的适用范围", "请检查投影坐标系是否覆盖该地点")
    return result[0].copy(), result[1].copy()


@dataclass(frozen=True)
class Projector:
    """Storage degrees to plane metres and back in the projected CRS of a town, for example EPSG:4549.

    Metres also where the CRS counts in feet. Points that cannot be projected, NaN among them, give NaN.
    Raises `GeoError` for a CRS that is unknown or not projected.
    """

    crs: str

    def __post_init__(self) -> None:
        if not _crs(self.crs).is_projected:
            raise GeoError(
                f"坐标系 {self.crs} 不是投影坐标系", value=self.crs, cure="请改用投影坐标系，例如 EPSG:4549"
            )

    @property
    def metres_per_unit(self) -> float:
        """Length in metres of one unit of the CRS: 1.0, or 0.3048… for feet."""
        return float(_crs(self.crs).axis_info[0].unit_conversion_factor)

    def forward(self, lon: Any, lat: Any) -> tuple[FloatArray, FloatArray]:
        """Easting and northing in metres of storage degrees."""
        x, y = _transform(self.crs, *float_pair(lon, lat), is_inverse=False)
        return x * self.metres_per_unit, y * self.metres_per_unit

    def inverse(self, x: Any, y: Any) -> tuple[FloatArray, FloatArray]:
        """Storage degrees of easting and northing in metres."""
        east, north = float_pair(x, y)
        return _transform(
            self.crs, east / self.metres_per_unit, north / self.metres_per_unit, is_inverse=True
        )


def _transform(crs: str, x: FloatArray, y: FloatArray, *, is_inverse: bool) -> tuple[FloatArray, FloatArray]:
    direction = "INVERSE" if is_inverse else "FORWARD"
    first, second = _transformer(crs).transform(x, y, direction=direction)
    out_x, out_y = float_pair(first, second)
    missing = ~(np.isfinite(out_x) & np.isfinite(out_y))
    return np.where(missing, np.nan, out_x), np.where(missing, np.nan, out_y)


@lru_cache(maxsize=64)
def _transformer(crs: str) -> Transformer:
    """Degrees → `crs`. Safe to share: each thread gets its own PROJ object inside (pyproj ≥ 3.1)."""
    target = _crs(crs)
    base = target.geodetic_crs
    anchor = STORAGE_CRS if base is not None and base.to_epsg() == 4490 else _WGS84
    return Transformer.from_crs(anchor, target, always_xy=True)


@lru_cache(maxsize=64)
def _crs(crs: str) -> CRS:
    try:
        return CRS.from_user_input(crs)
    except (CRSError, ProjError, ValueError) as error:
        raise GeoError(f"无法识别的坐标系“{crs}”", value=crs, cure=_CRS_CURE) from error


def _is_on_globe(lon: FloatArray, lat: FloatArray) -> BoolArray:
    on_globe: BoolArray = (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)
    return on_globe


def _require(is_good: BoolArray, x: FloatArray, y: FloatArray, message: str, cure: str) -> None:
    bad = np.flatnonzero(~np.ravel(is_good))
    if not bad.size:
        return
    value = (float(np.ravel(x)[bad[0]]), float(np.ravel(y)[bad[0]]))
    raise GeoError(f"{message}：第 {bad[0] + 1} 个点 {value}，共 {bad.size} 个", value=value, cure=cure)
