"""The k nearest, against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import nearest as module
from geo.crs import Projector
from geo.errors import GeoError
from geo.nearest import nearest
from tests.geo.towns import PROJECTED_CRS, SOUTH, STEP, WEST


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6), sources=st.integers(0, 20), targets=st.integers(0, 20), k=st.integers(1, 6)
)
def test_order_and_metres_agree_with_brute_force(seed: int, sources: int, targets: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    lon, lat = (
        rng.uniform(WEST, WEST + STEP, sources + targets),
        rng.uniform(SOUTH, SOUTH + STEP, sources + targets),
    )
    indices, metres = nearest(lon[:sources], lat[:sources], lon[sources:], lat[sources:], k, PROJECTED_CRS)
    assert indices.shape == metres.shape == (sources, k)
    x, y = Projector(PROJECTED_CRS).forward(lon, lat)
    for source in range(sources):
        distance = np.hypot(x[sources:] - x[source], y[sources:] - y[source])
        order = np.argsort(distance)[:k]
        assert indices[source, : order.size].tolist() == order.tolist()
        assert np.allclose(metres[source, : order.size], distance[order])
        assert (indices[source, order.size :] == -1).all()
        assert np.isinf(metres[source, order.size :]).all()


def test_ties_go_to_the_first_and_unknown_places_to_nobody() -> None:
    indices, metres = nearest(
        [WEST, np.nan], [SOUTH, SOUTH], [np.nan, WEST, WEST], [SOUTH] * 3, 3, PROJECTED_CRS
    )
    assert indices.tolist() == [[1, 2, -1], [-1, -1, -1]]
    assert metres.tolist() == [[0.0, 0.0, np.inf], [np.inf] * 3]


def test_many_points_are_done_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(WEST, WEST + STEP, 50), rng.uniform(SOUTH, SOUTH + STEP, 50)
    whole = nearest(lon, lat, lon, lat, 3, PROJECTED_CRS)
    monkeypatch.setattr(module, "_PAIRS_AT_ONCE", 120)
    parts = nearest(lon, lat, lon, lat, 3, PROJECTED_CRS)
    assert np.array_equal(whole[0], parts[0])
    assert whole[0][:, 0].tolist() == list(range(50))


def test_no_neighbour_at_all_is_refused() -> None:
    with pytest.raises(GeoError, match="0"):
        nearest([WEST], [SOUTH], [WEST], [SOUTH], 0, PROJECTED_CRS)
