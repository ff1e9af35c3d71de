"""Taking boundary sets back: all together or not at all."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from data.domain.errors import Conflict
from data.loaders.pipeline import load
from data.loaders.rollback import rollback
from data.world import World
from tests.data.loaders.conftest import NOW, feature, square, town_features, write_features
from tests.data.loaders.test_boundaries import TOMORROW, renamed, shifted, versions_of


def test_a_rollback_of_boundaries_brings_the_old_ones_back(world: World, tmp_path: Path) -> None:
    before = versions_of(world)
    report = load(world, "grids", write_features(tmp_path / "g.geojson", shifted()), TOMORROW)
    assert rollback(world.store, report.load_id, TOMORROW, town=world.town).kept == []
    assert versions_of(world) == before


def test_a_set_that_a_later_load_touched_is_not_taken_back_in_part(world: World, tmp_path: Path) -> None:
    """Old and new versions of one ground must never be in force together."""
    first = load(world, "grids", write_features(tmp_path / "a.geojson", shifted()), TOMORROW)
    features = shifted()
    features[2]["properties"]["人口"] = 250
    second = load(world, "grids", write_features(tmp_path / "b.geojson", features), TOMORROW)
    before = versions_of(world)
    refusal = f"载入 {first.load_id} .*网格 C0 又被改动；请先依次回滚之后的载入：{second.load_id}（grids）"
    with pytest.raises(Conflict) as refused:
        rollback(world.store, first.load_id, TOMORROW, town=world.town)
    assert re.search(refusal, str(refused.value))
    assert versions_of(world) == before
    for number in (second.load_id, first.load_id):
        rollback(world.store, number, TOMORROW, town=world.town)
    assert [row[2] for row in versions_of(world)] == [None] * 6


def test_a_rollback_that_would_leave_an_overlap_is_refused(mini: World, tmp_path: Path) -> None:
    """A later set put a new code on the ground of what the first one ended, and touched no row of it."""
    sets = [[feature(code, "police", square(0, 2, 2))] if code else [] for code in ("P2", None, "P3")]
    paths = [write_features(tmp_path / f"{n}.geojson", [*town_features(), *s]) for n, s in enumerate(sets)]
    ids = [load(mini, "grids", p, NOW + timedelta(days=n)).load_id for n, p in enumerate(paths)]
    before = versions_of(mini)
    with pytest.raises(Conflict, match=f"P2 与 P3 重叠.*请先依次回滚之后的载入：{ids[2]}（grids）"):
        rollback(mini.store, ids[1], NOW + timedelta(days=3), town=mini.town)
    assert versions_of(mini) == before


def test_only_a_whole_rollback_is_published(world: World, tmp_path: Path) -> None:
    report = load(world, "grids", write_features(tmp_path / "g.geojson", renamed("2027-01-01")), TOMORROW)
    taken = rollback(world.store, report.load_id, TOMORROW, town=world.town)
    assert (taken.restored, taken.withdrawn, taken.kept) == (6, 6, [])
    assert [row[1:3] for row in versions_of(world)] == [(date(2026, 11, 23), None)] * 6
