"""Figures of the economy against hands: four enterprises, three months, one project."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, update

from callbacks.indicator_words import indicator_row
from data.domain.periods import PeriodKind
from data.services.measures import count_marked, mark_all
from data.store.modules.economy import (
    economy_targets,
    enterprise_months,
    enterprises,
    project_milestones,
    projects,
)
from data.views.aggregate_check import verify_aggregates
from data.views.indicator_json import figure_json
from data.views.indicator_rows import newest_rows, rows_of
from data.views.indicators import Wanted, figures_of, split_of
from tests.worlds import NOW, make_world

OCTOBER = Wanted(PeriodKind.MONTH, date(2026, 10, 31))
ZONE = ZoneInfo("Asia/Shanghai")
YEAR = Wanted(PeriodKind.YEAR, date(2026, 11, 23))
A, B, C, D = (f"9132058200000000{letter}X" for letter in "ABCD")


def enterprise(code, industry, since, **more):
    return {"code": code, "name": code[-2], "industry": industry, "is_above_scale": since is not None} | {
        "above_scale_since": since,
        "listed_on": None,
        "closed_on": None,
        **more,
    }


def month(code, first, output, tax=None):
    return {"enterprise_code": code, "month": first, "output_yuan": output, "tax_yuan": tax}


def milestone(stage, planned, reached):
    return {"project_code": "P1", "stage": stage, "planned_on": planned, "reached_on": reached}


@pytest.fixture
def world(database_url):
    opened = make_world(database_url)
    october, year_ago, september = date(2026, 10, 1), date(2025, 10, 1), date(2026, 9, 1)
    rows = {
        enterprises: [
            enterprise(A, "new_materials", date(2020, 1, 1), listed_on=date(2021, 5, 1)),
            enterprise(B, "other", date(2020, 1, 1)),
            enterprise(C, "equipment", date(2026, 9, 15)),
            enterprise(D, "semiconductor", None),
        ],
        enterprise_months: [
            month(A, october, 600_000_000, 30_000_000),
            month(A, year_ago, 500_000_000, 20_000_000),
            month(A, september, 100_000_000),
            month(B, october, None),
            month(B, year_ago, 900_000_000),
            month(B, september, 100_000_000),
            month(C, october, 200_000_000),
        ],
        economy_targets: [
            {"month": october, "measure": "output_yuan", "target": 1_000_000_000},
            {"month": date(2026, 11, 1), "measure": "output_yuan", "target": 9_000_000_000},
        ],
        projects: [{"code": "P1", "name": "厂房", "is_key": True}],
        project_milestones: [
            milestone("sold", date(2026, 1, 5), date(2026, 1, 5)),
            milestone("land", date(2026, 2, 1), date(2026, 2, 4)),
            milestone("permit", date(2026, 4, 1), date(2026, 3, 26)),
            milestone("started", date(2026, 5, 1), None),
        ],
    }
    with opened.store.write() as transaction:
        for table, many in rows.items():
            transaction.connection.execute(insert(table), many)
    mark_all(opened, NOW)
    while count_marked(opened, NOW):
        pass
    yield opened
    opened.close()


def values(world, wanted):
    return {one.definition.id: one.figure for one in figures_of(world, "economy", wanted, NOW)}


def test_a_month(world):
    found = values(world, OCTOBER)
    assert found["output"].value == 8.0
    assert found["leading_share"].value == 100.0  # B told nothing
    assert found["output_growth"].value == pytest.approx(20.0)  # A alone told both: 6 after 5
    assert found["output_attainment"].value == pytest.approx(80.0)
    assert found["tax_growth"].value == pytest.approx(50.0)


def test_a_break_is_an_enterprise_that_owes_its_month(world):
    """A, B and C owe October; B's row is empty. D is below scale. September: C came on the 15th and owes nothing."""
    rows = rows_of(world, "series_broken", OCTOBER, NOW)
    broken = [row for row in rows.items if row["measures"].get("broken")]
    assert [row["title"] for row in broken] == ["B"]
    assert rows.total == 3
    september = rows_of(world, "series_broken", Wanted(PeriodKind.MONTH, date(2026, 9, 30)), NOW)
    assert [row["measures"] for row in september.items] == [{"expected": 1.0}] * 2


@pytest.mark.parametrize("kind", [PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.MONTH])
def test_what_comes_once_a_month_is_told_of_the_newest_month(world, kind):
    """In November the reports of October are the newest; what holds now is still told of now."""
    now = Wanted(kind, date(2026, 11, 23))
    told = {one.definition.id: one for one in figures_of(world, "economy", now, NOW)}
    for name in ("output", "leading_share", "output_growth", "output_attainment", "series_broken"):
        assert told[name].figure == values(world, OCTOBER)[name]
        assert (told[name].period.begin, told[name].period.end) == (date(2026, 10, 1), date(2026, 11, 1))
    assert told["above_scale"].period == now.period
    assert told["output"].trend[-1] == 8.0
    assert told["output"].mom == pytest.approx(6.0)  # after September's two


def test_the_rows_and_parts_behind_it_are_those_of_that_month(world):
    today = Wanted(PeriodKind.MONTH, date(2026, 11, 23))
    assert rows_of(world, "output", today, NOW).items == rows_of(world, "output", OCTOBER, NOW).items
    newest = newest_rows(world, "output", today, NOW, 50)
    assert [row["title"] for row in newest.items] == ["A", "B", "C"]
    assert split_of(world, "output", "category", today, NOW) == split_of(
        world, "output", "category", OCTOBER, NOW
    )
    months = split_of(world, "output", "month", today, NOW)
    assert [code for code, _ in months][-2:] == ["2026-09", "2026-10"]


def test_a_report_may_be_late_by_two_months_and_is_then_silent(world):
    told = [
        values(world, Wanted(PeriodKind.MONTH, day))["output"].value
        for day in (date(2026, 12, 31), date(2027, 1, 30), date(2027, 1, 31))
    ]
    assert told == [8.0, 8.0, None]


def test_a_quarter_reaches_to_the_month_that_has_arrived(world):
    today = Wanted(PeriodKind.QUARTER, date(2026, 11, 23))
    told = {one.definition.id: one for one in figures_of(world, "economy", today, NOW)}["output"]
    assert told.figure.value == 8.0
    assert (told.period.begin, told.period.end) == (date(2026, 10, 1), date(2026, 11, 1))


def test_the_page_and_rest_say_of_which_month_it_is(world):
    told = {one.definition.id: one for one in figures_of(world, "economy", YEAR, NOW)}
    assert indicator_row(told["output"], ZONE).notes[0] == "至10月"
    month = Wanted(PeriodKind.MONTH, date(2026, 11, 23))
    told = {one.definition.id: one for one in figures_of(world, "economy", month, NOW)}
    assert indicator_row(told["output"], ZONE).notes == ("10月数", "同期无数据")
    row = figure_json(told["output"], NOW)
    assert (row["begin"], row["end"]) == ("2026-10-01", "2026-11-01")


def test_the_year_up_to_now(world):
    found = values(world, YEAR)
    assert found["output"].value == 10.0
    assert found["above_scale"].value == 3
    assert found["above_scale_new"].value == 1
    assert found["listed"].value == 1
    assert found["output_attainment"].value == pytest.approx(100.0)  # November has told nothing yet
    assert found["projects_open"].value == found["projects_slipping"].value == 1


def test_a_project_counts_where_it_reached_a_stage(world):
    february = Wanted(PeriodKind.MONTH, date(2026, 2, 28))
    rows = rows_of(world, "sold_to_land_median", february, NOW)
    assert [(row["title"], row["state"], row["measures"]) for row in rows.items] == [
        ("厂房", "拿地", {"sold_to_land": 30 * 1440.0})
    ]
    kept = rows_of(world, "stages_on_plan", YEAR, NOW)
    assert sorted(row["measures"].get("reached_late", 0.0) for row in kept.items) == [0.0, 0.0, 1.0]


def test_a_correction_of_last_year_is_seen_this_year(world):
    """Counted anew from the rows, the comparison follows; the sums agree with the rows again."""
    with world.store.write() as transaction:
        m = enterprise_months.c
        change = update(enterprise_months).where(m.enterprise_code == A, m.month == date(2025, 10, 1))
        transaction.connection.execute(change.values(output_yuan=400_000_000))
    assert verify_aggregates(world, NOW).found
    mark_all(world, NOW)
    while count_marked(world, NOW):
        pass
    assert values(world, OCTOBER)["output_growth"].value == pytest.approx(50.0)
    assert verify_aggregates(world, NOW).found == 0


def test_a_case_does_not_make_a_monthly_report_new(world):
    """A figure is as old as what it rests on: reports as their load, requests of enterprises as the last case."""
    later = NOW + timedelta(hours=3)
    with world.store.write() as transaction:
        transaction.changed("loads", NOW)
        transaction.changed("cases", later)
    told = {one.definition.id: one.as_of for one in figures_of(world, "economy", OCTOBER, later)}
    assert (told["output"], told["above_scale"], told["requests_open"]) == (NOW, NOW, later)
