"""The published figures of 多元解纷, 法治民生 and 党建绩效 hold on the demo town, and its sums equal its rows."""

from collections import Counter
from datetime import date, timedelta

import pytest

from data.demo.modules import civic, mediation, party
from data.demo.modules.rows import Stage
from data.demo.plan import make_plan
from data.domain.mediation import SIGNALS_NEEDED, Team
from data.domain.party import Project
from data.store.modules.civic import deliberations, legal_services, safety_surveys, suggestions
from data.store.modules.mediation import agreements, disputes, mechanisms, mediation_stations, mediators
from data.store.modules.party import assessment_methods, assessments, partnership_tasks, party_activities
from data.town import Town
from tests.data.demo.conftest import KEY, REFERENCE, SEED

TODAY = REFERENCE.date()
YEAR = timedelta(days=365)


@pytest.fixture(scope="module")
def stage(scene, town: Town) -> Stage:
    """The full demo of two years."""
    return Stage(scene, make_plan(town, REFERENCE, SEED, None, 24), KEY)


@pytest.fixture(scope="module")
def made(stage):
    """The rows of the three modules, by table."""
    found = {}
    for module in (mediation, civic, party):
        found |= {table: list(rows) for table, rows in module.rows(stage).items()}
    return found


def test_a_station_in_every_village_and_three_teams(made, town):
    stations = made[mediation_stations]
    assert len(stations) == 20
    assert {row["village_code"] for row in stations} == {village.code for village in town.villages}
    assert {row["team"] for row in made[mediators]} == set(Team)


def test_six_mechanisms_of_which_three_are_published(made):
    rows = made[mechanisms]
    published = {row["name"] for row in rows if row["is_published"]}
    assert (len(rows), published) == (6, {"排查预警", "重大纠纷联合化解", "非诉纠纷分类衔接"})


def test_disputes_stand_where_their_times_say(made):
    for row in made[disputes]:
        level = "city" if row["city_at"] else "town" if row["town_at"] else "village"
        assert row["level"] == level
        assert (row["closed_at"] is None) == (row["outcome"] is None)
        assert (row["closed_at"] or REFERENCE) <= REFERENCE
    warned = [row for row in made[disputes] if row["warning"]]
    lone = [row for row in warned if row["signals"] < SIGNALS_NEEDED]
    assert 0 < len(lone) < len(warned)
    assert all(row["performed_on"] is None or row["performed_on"] <= TODAY for row in made[agreements])


@pytest.mark.parametrize("years_back", [0, 1])
def test_about_fifty_thousand_person_times_a_year(made, years_back):
    end = TODAY - years_back * YEAR
    given = [row for row in made[legal_services] if end - YEAR < row["given_on"] <= end]
    assert sum(row["persons"] for row in given) == 50_000
    assert all(row["persons"] > 0 for row in given)


def test_nearly_everybody_feels_safe_in_both_years(made):
    for begin in (TODAY - 2 * YEAR, TODAY - YEAR):
        rows = [row for row in made[safety_surveys] if begin < row["period"] <= begin + YEAR]
        asked, safe = (sum(row[name] for row in rows) for name in ("sample", "safe"))
        assert asked > 4000
        assert 0.98 < safe / asked < 1


def test_people_of_xiaojiaxiang_meet_again_and_again(made):
    held = [row for row in made[deliberations] if "肖家巷" in row["title"]]
    assert {row["village_code"] for row in held} == {"320582105209"}
    assert len(held) >= 20
    assert all(row["title"].startswith("有事好商量") for row in made[deliberations])
    assert {row["deliberation_code"] for row in made[suggestions]} <= {
        row["code"] for row in made[deliberations]
    }


def test_eight_villages_of_the_belt_and_four_projects_since_july_2023(made):
    belt = Counter(row["village_code"] for row in made[party_activities] if row["kind"] == "示范带联席")
    assert len(belt) == 8
    tasks = made[partnership_tasks]
    assert {row["project"] for row in tasks} == set(Project)
    assert {row["partner"] for row in tasks} == {"塘桥镇"}
    assert min(row["code"] for row in tasks).startswith("GJ-202307")
    assert date(2023, 7, 1) < min(row["due_on"] for row in tasks) < date(2023, 9, 1)


def test_the_method_changes_every_year_and_differs_by_staff_kind(made):
    methods = {(row["version"], row["staff_kind"]): row["weights"] for row in made[assessment_methods]}
    versions = sorted({version for version, _kind in methods})
    for kind in ("administrative", "institution", "contract"):
        assert len({methods[version, kind] for version in versions}) == len(versions)
    for version in versions:
        assert len({methods[version, kind] for kind in ("administrative", "institution", "contract")}) == 3
    assert {row["method_version"] for row in made[assessments]} <= set(versions)


def test_the_same_stage_gives_the_same_rows(stage, made):
    again = {table: list(rows) for table, rows in mediation.rows(stage).items()}
    assert all(made[table] == rows for table, rows in again.items())


def test_no_key_stands_twice(made):
    for table, rows in made.items():
        key = next(iter(c for c in table.constraints if type(c).__name__ == "UniqueConstraint")).columns
        names = [column.name for column in key]
        assert len({tuple(row[name] for name in names) for row in rows}) == len(rows), table.name
