"""The economy of the demo town carries the published figures."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from data.demo.modules import economy
from data.demo.modules.enterprises import enterprises_of
from data.demo.modules.rows import Stage
from data.domain.credit_code import is_credit_code
from data.domain.periods import PeriodKind
from data.store.modules.economy import enterprise_months, project_milestones
from data.views.indicators import IndicatorFigure, Wanted, figures_of, split_of
from data.world import World
from tests.data.demo.conftest import REFERENCE

TODAY = date(2026, 11, 23)
YEAR = Wanted(PeriodKind.YEAR, TODAY)


@pytest.fixture(scope="module")
def figures(recorded: World) -> dict[str, IndicatorFigure]:
    return {one.definition.id: one for one in figures_of(recorded, "economy", YEAR, REFERENCE)}


def value(figures: dict[str, IndicatorFigure], name: str) -> float:
    found = figures[name].figure.value
    assert found is not None, name
    return found


def published(world: World, key: str) -> float:
    return next(float(row.value) for row in world.town.published if row.key == key)


def test_the_published_figures_hold(recorded: World, figures: dict[str, IndicatorFigure]) -> None:
    assert value(figures, "above_scale") == published(recorded, "enterprises_above_scale") == 203
    assert value(figures, "above_scale_new") == published(recorded, "enterprises_above_scale_new") == 17
    assert value(figures, "listed") == published(recorded, "enterprises_listed") == 3
    assert 68.5 < value(figures, "leading_share") < published(recorded, "industries_leading_share") == 70


def test_the_leading_share_holds_in_every_month(stage: Stage) -> None:
    industry = {one.code: one.industry for one in enterprises_of(stage)}
    sums: dict[date, dict[bool, int]] = defaultdict(lambda: {True: 0, False: 0})
    for row in economy.rows(stage)[enterprise_months]:
        sums[row["month"]][industry[row["enterprise_code"]] != "other"] += row["output_yuan"]
    assert len(sums) == 24
    assert all(0.68 < leading[True] / sum(leading.values()) < 0.7 for leading in sums.values())


def test_there_are_four_leading_industries_with_chinese_names(recorded: World) -> None:
    split = dict(split_of(recorded, "above_scale", "category", YEAR, REFERENCE))
    leading = {code for code, one in split.items() if code != "other" and one.value}
    assert leading == {"new_materials", "equipment", "biomedicine", "semiconductor"}
    assert sum(one.value or 0 for one in split.values()) == 203


def test_codes_are_credit_codes_and_nothing_stands_twice(stage: Stage) -> None:
    found = enterprises_of(stage)
    assert all(is_credit_code(one.code) for one in found)
    assert len({one.code for one in found}) == len({one.name for one in found}) == len(found)
    assert all(one.name.startswith("演示·") for one in found)


def test_breaks_stand_in_the_series(figures: dict[str, IndicatorFigure]) -> None:
    broken = value(figures, "series_broken")
    assert 0 < broken < 2


def test_targets_and_growth_are_told(figures: dict[str, IndicatorFigure]) -> None:
    for name in ("output_attainment", "tax_attainment", "investment_attainment"):
        assert 90 < value(figures, name) < 105
    assert 0 < value(figures, "output_growth") < 15


def test_projects_go_stage_by_stage_and_some_slip(stage: Stage, figures: dict[str, IndicatorFigure]) -> None:
    by_project: dict[str, list[object]] = defaultdict(list)
    for row in economy.rows(stage)[project_milestones]:
        by_project[row["project_code"]].append(row["reached_on"])
    for days in by_project.values():
        known = [day for day in days if day is not None]
        assert known == sorted(known)  # type: ignore[type-var]
        assert days[: len(known)] == known
    assert 2 <= value(figures, "projects_slipping") <= 10
    assert value(figures, "projects_open") > 20
