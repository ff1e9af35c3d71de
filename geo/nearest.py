"""The k nearest of a set of places, in projected metres."""

from __future__ import annotations

from typing import Any

import numpy as np

from geo.arrays import FloatArray, IntArray, flat_pair
from geo.crs import Projector
from geo.errors import GeoError

_PAIRS_AT_ONCE = 4_000_000


def nearest(
    from_lon: Any, from_lat: Any, to_lon: Any, to_lat: Any, k: int, projected_crs: str
) -> tuple[IntArray, FloatArray]:
    """Indices and metres, both of shape (from, k), of the nearest targets, nearest first; ties by index.

    Where there are fewer than `k` usable targets, or a position is NaN, the index is -1 and the distance inf.
    """
    if k < 1:
        raise GeoError(f"最近点数量 {k} 无效", value=k, cure="请取 1 或更大的整数")
    projector = Projector(projected_crs)
    x, y = projector.forward(*flat_pair(from_lon, from_lat))
    to_x, to_y = projector.forward(*flat_pair(to_lon, to_lat))
    usable = np.flatnonzero(np.isfinite(to_x) & np.isfinite(to_y))
    indices, metres = np.full((x.size, k), -1, dtype=np.int64), np.full((x.size, k), np.inf)
    rows = max(_PAIRS_AT_ONCE // max(usable.size, 1), 1)
    for start in range(0, x.size, rows):
        part = slice(start, start + rows)
        distance = np.hypot(x[part, None] - to_x[usable], y[part, None] - to_y[usable])
        order = np.argsort(distance, axis=1, kind="stable")[:, :k]
        metres[part, : order.shape[1]] = np.take_along_axis(distance, order, axis=1)
        indices[part, : order.shape[1]] = usable[order]
    unknown = ~np.isfinite(metres)
    return np.where(unknown, -1, indices), np.where(unknown, np.inf, metres)
