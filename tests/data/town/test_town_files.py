"""The home town's folder says what the town published and what the rules ask for."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from data.domain.vocabulary import ClockKind, GridKind, IntakeChannel, Severity, WallSensitivity
from data.town import Town


def grid_properties(town: Town) -> list[dict[str, Any]]:
    assert town.grids_path is not None
    return [f["properties"] for f in json.loads(town.grids_path.read_text(encoding="utf-8"))["features"]]


# --- What the town published (2023) ------------------------------------------------------------------

PUBLISHED = {
    "grids_police": 20,
    "grids_comprehensive": 90,
    "grids_professional": 20,
    "grids_total": 130,
    "offices": 1,
    "bureaus": 8,
    "centres": 1,
    "approval_windows": 52,
    "approval_departments": 25,
    "approval_items": 500,
    "approval_cases_year": 100_000,
    "legal_services_year": 50_000,
    "enterprises_above_scale": 203,
    "enterprises_above_scale_new": 17,
    "enterprises_listed": 3,
    "industries_leading": 4,
    "industries_leading_share": 70,
    "party_belt_secretaries": 8,
    "party_joint_projects": 4,
}


def test_published_figures(town: Town) -> None:
    assert {row.key: row.value for row in town.published} == PUBLISHED
    assert {(row.year, row.citation) for row in town.published} == {(2023, "2023年公布")}


def test_names_and_brands(town: Town) -> None:
    profile = town.profile
    assert (profile.name, profile.code, profile.county_code) == ("凤凰镇", "320582105", "320582")
    assert (profile.platform_name, profile.centre_name) == ("云凤凰·智慧平台", "凤凰镇集成指挥中心")
    assert (profile.projected_crs, str(profile.zone)) == ("EPSG:4549", "Asia/Shanghai")
    assert (profile.viewing_distance_m, profile.wall_height_m) == (8.0, 2.2)
    assert (profile.edge_distance_m, profile.duplicate_radius_m) == (30, 50)
    assert set(profile.brands.values()) == {
        "江南美凤凰",
        "河阳红·党建引领",
        "凤立办·审批服务",
        "凤先锋·综合执法",
    }


def test_130_grids_in_three_kinds(town: Town) -> None:
    counts = Counter(row["kind"] for row in grid_properties(town))
    assert counts == {"comprehensive": 90, "police": 20, "professional": 20}


def test_one_office_eight_bureaus_one_centre(town: Town) -> None:
    counts = Counter(unit.kind for unit in town.units)
    assert (counts["office"], counts["bureau"], counts["centre"]) == (1, 8, 1)
    assert (counts["village"], counts["police"]) == (20, 1)
    named_here = [unit for unit in town.units if unit.kind != "village"]
    assert all(unit.is_demo and unit.citation.startswith("演示") for unit in named_here)


def test_staff_of_three_kinds(town: Town) -> None:
    bureaus = [unit for unit in town.units if unit.kind in ("office", "bureau", "centre")]
    assert {unit.staff_kinds for unit in bureaus} == {("administrative", "institution", "contract")}


def test_villages_are_the_real_ones(town: Town, shared_dir: Path) -> None:
    path = shared_dir / "town" / "fenghuang_villages_2023.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        real = [(row["code12"], row["name"], row["type"]) for row in csv.DictReader(file)]
    assert [(village.code12, village.name, village.type) for village in town.villages] == real
    assert Counter(village.type for village in town.villages) == {"社区居委会": 5, "村委会": 15}
    assert len({village.short_name for village in town.villages}) == 20


def test_approximate_outline_says_so(town: Town) -> None:
    assert town.outline is not None
    properties = town.outline["features"][0]["properties"]
    assert "演示近似边界" in properties["name"]
    assert properties["is_demo"] is True


# --- Categories --------------------------------------------------------------------------------------


def test_ten_majors_of_six_to_eight_minors(town: Town) -> None:
    minors = Counter(row.major for row in town.categories)
    assert sorted(minors) == [f"{major:02d}" for major in range(1, 11)]
    assert set(minors.values()) <= {6, 7, 8}
    assert len({row.name for row in town.categories}) == len(town.categories)


def test_no_row_claims_to_be_a_national_standard(town: Town) -> None:
    rows = [*town.categories, *town.responsibilities, *town.escalation]
    days = {row.citation.removeprefix("样例，").removesuffix("，非国家标准") for row in rows}
    assert days == {"2026-11-01", "2026-11-26"}


def test_every_closed_list_is_used(town: Town) -> None:
    assert {row.severity for row in town.categories} == set(Severity)
    assert {row.wall_sensitivity for row in town.categories} == set(WallSensitivity)
    assert {row.limit_clock for row in town.categories} <= set(ClockKind)


def test_urgent_limits_run_day_and_night(town: Town) -> None:
    urgent = [row for row in town.categories if row.severity.rank >= Severity.URGENT.rank]
    slow = [row.name for row in urgent if row.limit_amount > 4]
    assert not slow
    critical = {row.limit_clock for row in urgent if row.severity == Severity.CRITICAL}
    assert critical == {ClockKind.URGENT_HOURS}


def test_every_unit_code_exists(town: Town) -> None:
    codes = set(town.units_by_code)
    for row in (*town.categories, *town.responsibilities):
        assert {row.main_unit, *row.assisting_units} <= codes
        assert row.main_unit not in row.assisting_units


def test_police_are_never_the_main_unit(town: Town) -> None:
    rows = (*town.categories, *town.responsibilities)
    assert [row for row in rows if row.main_unit == "police"] == []


def test_every_category_has_a_responsible_unit_everywhere(town: Town) -> None:
    everywhere = {row.category_code for row in town.responsibilities if row.village_code == "*"}
    assert everywhere == set(town.categories_by_code)


# --- Clock, escalation, arrivals, sources, indicators ------------------------------------------------


def test_escalation_ladder(town: Town) -> None:
    assert [(step.percent, step.name, step.audience) for step in town.escalation] == [
        (50, "提醒", "handler"),
        (80, "预警", "unit_lead"),
        (100, "超期告警", "centre"),
        (150, "领导摘要", "leader"),
    ]
    assert town.escalation[-1].at_once == (Severity.URGENT, Severity.CRITICAL)


def test_the_score_weighs_as_the_method_says(town: Town) -> None:
    version = town.score_version(date(2026, 11, 23))
    assert version is not None
    assert {str(rate): points for rate, points in version.weights.items()} == {
        "handled_rate": 30, "handled_on_time_rate": 20, "rework_rate": 20, "overdue_open_rate": 20, "extension_rate": 10,
    }  # fmt: skip
    assert town.score_version(date(2025, 12, 31)) is None


def test_working_time(town: Town) -> None:
    periods = [(f"{period.start:%H:%M}", f"{period.end:%H:%M}") for period in town.working_time]
    assert periods == [("08:00", "12:00"), ("14:00", "18:00")]


def test_arrivals_cover_every_category(town: Town) -> None:
    shares = town.arrivals.category_shares()
    by_itself = town.approval.bad_reviews.category  # a case of it without a review could not be explained
    assert set(shares) == set(town.categories_by_code) - {by_itself}
    assert sum(shares.values()) == pytest.approx(1)
    assert min(shares.values()) > 0
    assert 115_000 < town.arrivals.cases_per_day * 731 < 125_000


def test_arrivals_differ_by_hour_weekday_and_month(town: Town) -> None:
    night, office = town.arrivals.majors["07"], town.arrivals.majors["10"]
    assert night.hours[21] > night.hours[9]
    assert office.hours[9] > 20 * office.hours[21]
    assert office.weekdays[0] > 2 * office.weekdays[6]
    assert town.arrivals.majors["08"].months[6] > 1.5 * town.arrivals.majors["08"].months[0]
    assert town.arrivals.is_demo


def test_channels_are_shares(town: Town) -> None:
    for major in town.arrivals.majors.values():
        assert sum(major.channels.values()) == pytest.approx(1)
        assert set(major.channels) <= set(IntakeChannel)


def test_sources_in_screen_order(town: Town) -> None:
    assert [source.name for source in town.sources.values()][:5] == [
        "12345 热线",
        "网格采集",
        "公安联动",
        "审批窗口",
        "企业月报",
    ]
    assert {source.is_demo for source in town.sources.values()} == {True}


def test_case_sources_lead_to_categories_and_channels(town: Town) -> None:
    for source in town.sources.values():
        assert set(source.category_map.values()) <= set(town.categories_by_code)
        assert set(source.owns) <= set(source.columns), source.key
        if source.target == "cases":
            assert source.category_map
            assert source.defaults["intake_channel"] in set(IntakeChannel)


def test_no_header_means_two_fields(town: Town) -> None:
    for source in town.sources.values():
        headers = [alias for rule in source.columns.values() for alias in rule.aliases]
        assert len(headers) == len(set(headers)), source.key


def test_an_unknown_word_takes_the_star(town: Town) -> None:
    hotline, report = town.sources["hotline"], town.sources["grid_report"]
    assert hotline.category_code(" 油烟 ") == "0804"
    assert hotline.category_code("别的") == hotline.category_map["*"]
    assert report.category_code("别的") is None
    assert report.category_code(None) is None


def test_indicators_of_the_live_map(town: Town) -> None:
    ids = {row.id for row in town.indicators}
    assert ids >= {
        "open_cases",
        "overdue_cases",
        "due_within_hour",
        "on_duty",
        "grids_without_duty",
        "reported_cases",
        "handled_on_time_rate",
        "closed_on_time_rate",
        "rework_rate",
        "right_dispatch_rate",
    }
    assert {row.module for row in town.indicators} >= {"grid", "dispatch"}


# --- The value itself --------------------------------------------------------------------------------


def test_rows_are_frozen(town: Town) -> None:
    with pytest.raises(ValidationError):
        town.profile.name = "别的"  # type: ignore[misc]
    with pytest.raises(TypeError):
        town.sources["x"] = town.sources["hotline"]  # type: ignore[index]


def test_dates_of_a_row_are_inclusive(town: Town) -> None:
    row = town.categories[0].model_copy(update={"valid_to": date(2024, 1, 31)})
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 31), date(2024, 2, 1))
    assert [row.is_valid_on(day) for day in days] == [False, True, True, False]


GRID_CODES = (
    # kind, code, village, what is said
    (GridKind.COMPREHENSIVE, "320582105207001", "320582105207", None),
    (GridKind.POLICE, "320582105000020", None, None),
    (GridKind.PROFESSIONAL, "320582105000101", None, None),
    (GridKind.COMPREHENSIVE, "32058210520701", "320582105207", "不符合"),
    (GridKind.COMPREHENSIVE, "320582105207001", "320582105208", "所属村（社区）编码 320582105208"),
    (GridKind.COMPREHENSIVE, "320582106207001", None, "应以 320582105 开头"),
    (GridKind.POLICE, "320582105207001", None, "应以 320582105000 开头"),
    (GridKind.POLICE, "320582105000101", None, "001 到 099"),
    (GridKind.PROFESSIONAL, "320582105000099", None, "101 到 199"),
    (GridKind.POLICE, "32058210500000A", None, "不符合"),
)


@pytest.mark.parametrize(("kind", "code", "village", "said"), GRID_CODES)
def test_grid_codes(town: Town, kind: GridKind, code: str, village: str | None, said: str | None) -> None:
    problem = town.profile.grid_code_problem(kind, code, village)
    assert problem is None if said is None else said in str(problem)


def test_every_grid_code_of_the_town_is_good(town: Town) -> None:
    for row in grid_properties(town):
        assert town.profile.grid_code_problem(GridKind(row["kind"]), row["code"], row["village_code"]) is None
