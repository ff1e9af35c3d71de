"""多元解纷 by hand: seven disputes and three agreements."""

from datetime import date, datetime

import pytest

from data.domain.measures import Lack
from data.store.modules.mediation import agreements, disputes, mediation_stations
from data.views.aggregate_check import verify_aggregates
from data.views.indicators import figures_of
from tests.data.views.facts.records import (
    MONDAY,
    NOVEMBER,
    behind,
    count,
    few_rows,
    split,
    values,
    write,
)
from tests.worlds import make_world

ONE, TWO = "320582105001", "320582105209"
GRID = "320582105001001"


def at(text):
    return None if text is None else datetime.fromisoformat(f"2026-{text}+08:00")


def dispute(number, opened, closed=None, outcome=None, town=None, city=None, **more):
    level = "city" if city else "town" if town else "village"
    fixed = {"number": number, "station_code": "A", "kind": "邻里纠纷", "level": level, "outcome": outcome}
    times = {"opened_at": at(opened), "town_at": at(town), "city_at": at(city), "closed_at": at(closed)}
    signs = {"warning": False, "signals": 0, "is_relapse": False, "is_demo": True}
    return {**fixed, **times, **signs, "comprehensive_code": GRID, **more}


ROWS = [
    dispute("1", "11-02 09:00", "11-04 09:00", "agreed"),  # two days in the village
    dispute("2", "11-03 09:00", "11-13 09:00", "agreed", town="11-07 09:00"),  # four, then six
    dispute("3", "10-20 09:00", "11-20 09:00", "court", town="10-25 09:00", city="11-05 09:00"),  # 5, 11, 15
    dispute("4", "10-28 09:00", "11-03 09:00", "failed"),  # six
    dispute("5", "11-05 23:30", warning=True, signals=2, station_code="B", comprehensive_code=None),
    dispute("6", "11-06 09:00", warning=True, signals=1, kind="劳动争议"),
    dispute("7", "11-08 09:00", town="11-18 09:00", is_relapse=True),  # ten days in the village, not ended
]
AGREED = [("1", "11-04", "11-10", "11-09"), ("2", "11-13", "11-22", None), ("3", "11-20", "11-23", None)]


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    write(opened, mediation_stations, [station("A", ONE), station("B", TWO)])
    write(opened, disputes, ROWS)
    write(opened, agreements, [agreement(*row) for row in AGREED])
    count(opened)
    yield few_rows(opened)
    opened.close()


def station(code, village):
    return {"code": code, "name": f"{code}站", "village_code": village, "is_demo": True}


def agreement(number, signed, due, performed):
    days = (signed, due, performed)
    signed, due, performed = (day and date.fromisoformat(f"2026-{day}") for day in days)
    told = {"number": f"X{number}", "dispute_number": number, "signed_on": signed, "due_on": due}
    return {**told, "performed_on": performed, "is_demo": True}


def test_figures_by_hand(world):
    found = values(world, "mediation")
    assert found["disputes_opened"] == 5
    assert found["dispute_relapse_rate"] == 20  # one of five
    assert found["mediation_success_rate"] == 50  # two of the four that ended
    assert found["out_of_court_rate"] == 75
    assert found["early_warnings"] == 1
    assert (found["open_disputes"], found["open_disputes_village"], found["open_disputes_town"]) == (3, 2, 1)
    assert found["open_disputes_city"] == 0


def test_days_on_each_level_count_when_it_is_left(world):
    found = values(world, "mediation")
    assert found["village_level_days"] == pytest.approx(4, rel=0.02)  # of 2, 4, 6 and 10 the lower median
    assert found["town_level_days"] == pytest.approx(6, rel=0.02)  # of 6 and 11 the lower median
    assert found["city_level_days"] == pytest.approx(15, rel=0.02)


def test_an_agreement_is_due_when_its_day_is_over(world):
    """One was performed and one was not; what falls due today does not count yet."""
    assert values(world, "mediation")["agreement_performed_rate"] == 50


def test_a_warning_on_one_sign_is_listed_and_does_not_count(world):
    rows = {row["number"]: row["flag"] for row in behind(world, "early_warnings")}
    assert rows == {"5": "", "6": "unconfirmed"}


def test_disputes_split_by_place_and_kind(world):
    assert split(world, "disputes_opened", "village") == {ONE: 4, TWO: 1}
    assert split(world, "disputes_opened", "unit") == {ONE: 4, TWO: 1}
    assert split(world, "disputes_opened", "category") == {"劳动争议": 1, "邻里纠纷": 4}


def test_rows_say_neither_matter_nor_grid(world):
    [row] = [row for row in behind(world, "disputes_opened") if row["number"] == "1"]
    assert (row["title"], row["state"]) == ("A站 · 村级（内容遮蔽）", "达成协议")
    assert "邻里" not in str(row)
    assert GRID not in str(row)


def test_sums_equal_the_rows(world):
    check = verify_aggregates(world, MONDAY)
    assert (check.found, check.sums > 0) == (0, True)


def test_without_rows_there_is_no_figure(sqlite_url):
    opened = make_world(sqlite_url)
    found = {one.definition.id: one.figure for one in figures_of(opened, "mediation", NOVEMBER, MONDAY)}
    assert found["mediation_success_rate"].lack is Lack.NO_ROWS
    assert verify_aggregates(opened, MONDAY).found == 0
    opened.close()
