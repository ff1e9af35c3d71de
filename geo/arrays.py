"""Array types shared by the package and the one way in for coordinates."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
ObjectArray: TypeAlias = npt.NDArray[np.object_]


def float_pair(x: Any, y: Any) -> tuple[FloatArray, FloatArray]:
    """Two float64 arrays of one broadcast shape from numbers, lists, Series or arrays; None becomes NaN."""
    first, second = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    return first, second


def flat_pair(x: Any, y: Any) -> tuple[FloatArray, FloatArray]:
    """As `float_pair`, always of one dimension: a single point becomes an array of length 1."""
    first, second = float_pair(x, y)
    return first.ravel(), second.ravel()
