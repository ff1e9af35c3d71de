"""A small town: a profile, categories and one source are enough."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.domain.errors import TownError
from data.domain.plan_rules import PlanRules
from data.domain.vocabulary import GridKind, Severity
from data.town import load_town
from data.town.reading import read_yaml

PROFILE = """
key: harbour
name: Harbour
code: 0042
centre_lon: -71.06
centre_lat: 42.36
projected_crs: EPSG:2249
time_zone: America/New_York
"""
CATEGORIES = """major,major_name,minor,name,limit_amount,limit_clock,valid_from,citation
01,Streets,01,Lights,2,work_days,2011-01-01,sample
01,Streets,01,Lights,3,work_days,2012-01-01,sample
"""
SOURCE = """
key: reports
name: Reports
natural_key: external_number
columns:
  external_number: {aliases: id, required: true}
  reported_at: {aliases: [opened], type: datetime, time_zone: America/New_York}
category_map: {"*": 0101}
value_maps: {severity: {1: urgent}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "profile.yaml").write_text(PROFILE, encoding="utf-8")
    (tmp_path / "categories.csv").write_text(CATEGORIES, encoding="utf-8-sig")
    (tmp_path / "sources" / "reports.yaml").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def test_what_is_missing_is_empty(folder: Path) -> None:
    town = load_town(folder)
    assert (town.villages, town.units, town.working_time, town.indicators, town.published) == ((),) * 5
    assert (town.outline, town.base, town.grids_path) == (None, None, None)
    assert town.calendar.covers_until is None
    assert town.arrivals.category_shares() == {}
    assert town.base_layer("road") == ()
    assert (town.score_versions, town.score_version(date(2026, 11, 23))) == ((), None)
    assert (town.plan_rules, town.plan_cards, town.dispatch.teams) == (PlanRules(), (), {})


def test_defaults_of_the_profile(folder: Path) -> None:
    profile = load_town(str(folder)).profile
    assert profile.code == "0042"  # text, although it looks like a number
    assert (profile.edge_distance_m, profile.duplicate_radius_m) == (30, 50)
    assert [rule.kind for rule in profile.grid_kinds] == list(GridKind)
    assert [rule.is_tiling for rule in profile.grid_kinds] == [True, True, False]
    assert profile.default_points == ()
    assert not profile.is_demo


def test_one_name_stands_for_a_list(folder: Path) -> None:
    source = load_town(folder).sources["reports"]
    assert source.natural_key == ("external_number",)
    assert source.columns["external_number"].aliases == ("id",)
    assert source.category_code("anything") == "0101"
    assert source.value_maps["severity"]["1"] == "urgent"
    assert (source.header_row, source.encoding, source.crs) == ("auto", "auto", "cgcs2000")


def test_the_latest_row_of_a_category_counts(folder: Path) -> None:
    town = load_town(folder)
    category = town.category("0101")
    assert category is not None
    assert (len(town.categories), category.limit_amount, category.severity) == (2, 3, Severity.NORMAL)
    assert category.valid_from == date(2012, 1, 1)
    assert town.category("0199") is None


def test_no_grids_of_a_kind(folder: Path) -> None:
    with (folder / "profile.yaml").open("a", encoding="utf-8") as file:
        file.write("grid_code_pattern: '[A-Z0-9]+'\ngrid_kinds: [{kind: police, name: Districts}]\n")
    profile = load_town(folder).profile
    assert profile.grid_kind(GridKind.COMPREHENSIVE) is None
    assert profile.grid_code_problem(GridKind.COMPREHENSIVE, "A1") == "本镇没有“综合网格”这一类网格"
    assert profile.grid_code_problem(GridKind.POLICE, "A15") is None


def test_profile_and_categories_are_needed(folder: Path) -> None:
    (folder / "categories.csv").unlink()
    with pytest.raises(TownError, match="缺少这个文件"):
        load_town(folder)


PLAIN = (
    # YAML text, what we read
    ("0101", "0101"),
    ("12:30", "12:30"),
    ("2026-01-31", "2026-01-31"),
    ("no", "no"),
    ("1_000", "1_000"),
    ("true", True),
    ("12", 12),
    ("-0.5", -0.5),
    ("null", None),
    ("~", None),
    ("", None),
)


@pytest.mark.parametrize(("text", "value"), PLAIN)
def test_plain_values(tmp_path: Path, text: str, value: object) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"a: {text}\n", encoding="utf-8")
    data, line_of = read_yaml(path)
    assert data == {"a": value}
    assert type(data["a"]) is type(value)
    assert line_of(("a",)) == 1


def test_a_yaml_object_is_not_built(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: !!python/object/apply:os.getcwd []\n", encoding="utf-8")
    with pytest.raises(TownError, match="YAML 语法错误"):
        read_yaml(path)
