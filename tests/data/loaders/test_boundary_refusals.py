"""Boundary sets that are refused, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.loaders.errors import GridsRefused, LoadRefused
from data.loaders.pipeline import load
from data.loaders.preview import check_boundaries
from data.world import World
from tests.data.loaders.conftest import (
    square,
    town_features,
    write_features,
)
from tests.data.loaders.test_boundaries import TOMORROW, versions_of


def _overlap(features: list[dict[str, Any]]) -> None:
    features[2]["geometry"] = square(0, 0, 2)


def _gap(features: list[dict[str, Any]]) -> None:
    ring = [[120.605, 31.755], [120.606, 31.755], [120.606, 31.756], [120.605, 31.756], [120.605, 31.755]]
    features[2]["geometry"]["coordinates"].append(ring)


def _bow_tie(features: list[dict[str, Any]]) -> None:
    ring = features[2]["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]


def _no_village(features: list[dict[str, Any]]) -> None:
    del features[2]["properties"]["村"]


BAD_SETS = [
    ("overlap", _overlap, "重叠"),
    ("gap", _gap, "空隙"),
    ("bow tie", _bow_tie, "边界环无效"),
    ("no village", _no_village, "未归属任何村"),
]


@pytest.mark.parametrize(("spoil", "word"), [c[1:] for c in BAD_SETS], ids=[c[0] for c in BAD_SETS])
def test_a_bad_set_never_replaces_a_good_one(
    mini: World, tmp_path: Path, spoil: Callable[[list[dict[str, Any]]], None], word: str
) -> None:
    features, before = town_features(), versions_of(mini)
    spoil(features)
    path = write_features(tmp_path / "g.geojson", features)
    with pytest.raises(GridsRefused, match="原有边界保持不变"):
        load(mini, "grids", path, TOMORROW)
    assert versions_of(mini) == before
    problems = check_boundaries(mini, path, TOMORROW)
    assert any(word in problem.message and problem.is_blocking for problem in problems)


BAD_CODES = [
    ("code", {"编码": "X9"}, "网格编码“X9”不符合"),
    ("kind", {"类型": "圆形"}, "网格类型不认识"),
    ("twice", {"编码": "C1"}, "编号与第"),
    ("population", {"人口": -5}, "数量不能为负"),
]


@pytest.mark.parametrize(("change", "reason"), [c[1:] for c in BAD_CODES], ids=[c[0] for c in BAD_CODES])
def test_one_bad_grid_stops_the_whole_set(
    mini: World, tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    features = town_features()
    features[2]["properties"] |= change
    path = write_features(tmp_path / "g.geojson", features)
    with pytest.raises(LoadRefused, match="整套边界没有采用"):
        load(mini, "grids", path, TOMORROW)
    with pytest.raises(LoadRefused, match=reason):
        check_boundaries(mini, path, TOMORROW)
