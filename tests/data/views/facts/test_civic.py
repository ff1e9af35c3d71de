"""法治民生 by hand: services, a deliberation with three suggestions, two surveys, three rated hotline cases."""

from datetime import date

import pytest
from sqlalchemy import update

from data.domain.vocabulary import Action
from data.services.measures import count_marked
from data.store.modules.civic import deliberations, legal_services, safety_surveys, suggestions
from data.store.tables import cases
from data.views.aggregate_check import verify_aggregates
from tests.data.services.life import DISPATCHER, UNIT, VERIFIER, Life
from tests.data.views.facts.records import MONDAY, behind, count, few_rows, split, values, write
from tests.worlds import make_world

ONE, TWO = "320582105001", "320582105209"
A = Action


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    write(opened, legal_services, [service("1", 30, "lecture", ONE), service("2", 5), service("3", 7)])
    write(opened, legal_services, [service("4", 100, given=date(2026, 10, 31))])
    held = {"village_code": TWO, "held_on": date(2026, 11, 2), "attended": 20, "is_demo": True}
    write(opened, deliberations, [{"code": "Y", "title": "有事好商量：肖家巷停车位", **held}])
    write(opened, suggestions, [suggestion(1, 10, 12), suggestion(2, 20), suggestion(3, 23)])
    write(opened, safety_surveys, [survey("甲", 400, 396), survey("乙", 100, 99)])
    count(opened)
    yield few_rows(opened)
    opened.close()


def service(number, persons, kind="consultation", village=TWO, given=date(2026, 11, 3)):
    what = {"number": number, "kind": kind, "place": "工作室", "unit_code": "justice", "persons": persons}
    return {**what, "given_on": given, "village_code": village, "is_demo": True}


def suggestion(number, due, done=None):
    days = {"due_on": date(2026, 11, due), "done_on": done and date(2026, 11, done)}
    return {"code": f"Y-{number}", "deliberation_code": "Y", "words": "划线", **days, "is_demo": True}


def survey(source, asked, safe):
    return {"period": date(2026, 11, 1), "sample": asked, "safe": safe, "source": source, "is_demo": True}


def rated(world, rating):
    """Bring a hotline case to its end on the 23rd and let the caller rate it."""
    life = Life.begin(world).sent()
    for at, action in (("11-23 09:10", A.SIGN), ("11-23 09:30", A.ARRIVE)):
        life.walk(at, action)
    life.do(A.HANDLE, UNIT, "11-23 10:00")
    life.do(A.VERIFY, VERIFIER, "11-23 10:10")
    life.do(A.CLOSE, VERIFIER, "11-23 10:20")
    with world.store.write() as transaction:
        of_case = update(cases).where(cases.c.id == life.row["id"])
        transaction.connection.execute(of_case.values(intake_channel="hotline"))
    life.do(A.REPLY, DISPATCHER, "11-23 10:30", text="已处理")
    life.do(A.RATE, VERIFIER, "11-23 11:00", rating=rating, revisited=True)
    return life


def test_figures_by_hand(world):
    found = values(world, "civic")
    assert (found["legal_service_persons"], found["legal_services_given"]) == (42, 3)
    assert found["deliberations_held"] == 1
    assert (
        found["suggestions_done_rate"] == 50
    )  # two are due and over, one of them done; the third is due today
    assert (found["suggestions_open"], found["suggestions_overdue"]) == (2, 1)
    assert (found["safety_sense"], found["safety_survey_sample"]) == (99, 500)
    assert found["hotline_satisfaction"] is None


def test_services_split_by_kind_and_village(world):
    assert split(world, "legal_service_persons", "category") == {"consultation": 12, "lecture": 30}
    assert split(world, "legal_service_persons", "village") == {ONE: 30, TWO: 12}


def test_rows_behind_the_figures(world):
    assert [row["title"] for row in behind(world, "deliberations_held")] == ["有事好商量：肖家巷停车位"]
    assert sorted(row["state"] for row in behind(world, "suggestions_done_rate")) == ["已办结", "未办结"]


def test_satisfaction_comes_from_rated_hotline_cases(world):
    """Of the ratings 5, 4 and 3 two are satisfied; a case that nobody rated does not count."""
    for rating in (5, 4, 3):
        rated(world, rating)
    Life.begin(world).sent()
    while count_marked(world, MONDAY):
        pass
    assert values(world, "civic")["hotline_satisfaction"] == pytest.approx(66.6667)
    assert verify_aggregates(world, MONDAY).found == 0


def test_sums_equal_the_rows(world):
    assert verify_aggregates(world, MONDAY).found == 0
