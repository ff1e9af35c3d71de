"""Boundary sets that are refused, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.loaders.errors import GridsRefused, LoadRefused
from data.loaders.ledger import list_loads, list_rejects
from data.loaders.pipeline import load
from data.loaders.preview import check_boundaries
from data.world import World
from tests.data.loaders.conftest import (
    feature,
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
    assert any(
        reason in reject.reason for reject in list_rejects(mini.store, list_loads(mini.store)[0]["id"])
    )


def test_every_problem_of_a_set_is_listed_in_one_run_with_place_and_size(mini: World, tmp_path: Path) -> None:
    features = town_features()
    features[0]["properties"] |= {"人口": -5}  # a row that a load would refuse
    features[1]["properties"] |= {"类型": "圆形"}
    features[3]["properties"] |= {"编码": "C0"}  # twice
    features[2]["geometry"] = square(0, 0, 2)  # over its neighbour
    ring = features[4]["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]  # a bow tie
    hole = [[120.63, 31.78], [120.631, 31.78], [120.631, 31.781], [120.63, 31.781], [120.63, 31.78]]
    features[5]["geometry"]["coordinates"].append(hole)
    features[5]["properties"]["启用"] = "近日"
    path = write_features(tmp_path / "g.geojson", features)
    problems = check_boundaries(mini, path, TOMORROW)
    expected = (
        "第 1 行 人口“-5”：数量不能为负",
        "第 2 行 类型“圆形”：网格类型不认识",
        "第 6 行 启用“近日”：不是可识别的日期",
        "网格编码 C0 重复出现 2 次，此处为第 2 次",
        "网格 C0 与 C0 重叠",
        "边界环无效",
        "空隙",
    )
    for words in expected:
        (found, *_) = [problem for problem in problems if words in problem.message] or [None]
        assert found is not None, (words, [problem.message for problem in problems])
        assert found.is_blocking
        assert 120.59 < found.lon < 120.65
        assert found.size_m2 > 0
    assert [problem.is_blocking for problem in problems] == sorted(
        (problem.is_blocking for problem in problems), reverse=True
    )


def test_a_row_without_a_shape_is_listed_once_and_without_a_place(mini: World, tmp_path: Path) -> None:
    features = town_features()
    features.append({"type": "Feature", "properties": {"编码": "P9", "类型": "police"}, "geometry": None})
    problems = check_boundaries(mini, write_features(tmp_path / "g.geojson", features), TOMORROW)
    assert [(p.grid_codes, p.lon == p.lon, p.size_m2) for p in problems] == [(("P9",), False, 0.0)]
    assert "第 7 行 geometry" in problems[0].message


def test_an_ended_grid_without_a_beginning_is_listed(mini: World, tmp_path: Path) -> None:
    features = town_features()
    features.append(feature("P2", "police", square(0, 0), 停用="2026-11-01"))
    problems = check_boundaries(mini, write_features(tmp_path / "g.geojson", features), TOMORROW)
    assert ["P2 的停用日期 2026-11-01 已过，却没有启用日期" in p.message for p in problems] == [True]


def test_the_format_of_a_boundary_file_is_told_by_its_content(mini: World, tmp_path: Path) -> None:
    path = write_features(tmp_path / "town.zip", town_features())  # the wrong ending
    assert check_boundaries(mini, path, TOMORROW) == []


def test_what_was_wrong_with_a_refused_set_stands_in_its_load(mini: World, tmp_path: Path) -> None:
    features = town_features()
    _overlap(features)
    with pytest.raises(GridsRefused):
        load(mini, "grids", write_features(tmp_path / "g.geojson", features), TOMORROW)
    newest = list_loads(mini.store)[0]
    whole, *each = list_rejects(mini.store, newest["id"])
    assert (newest["status"], newest["rows_read"], newest["rows_inserted"]) == ("refused", 6, 0)
    assert "原有边界保持不变" in whole.reason
    assert any(
        reject.field == "C0、C1" and "重叠" in reject.reason and "（120.6" in reject.reason for reject in each
    )
