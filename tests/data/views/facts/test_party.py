"""党建绩效 by hand: activities, tasks, assessments; and the score of units, which is that of the dispatch results."""

from dataclasses import replace
from datetime import date

import pytest

from data.domain.measures import Lack
from data.domain.vocabulary import Action
from data.services.measures import count_marked, mark_all
from data.store.appeal_tables import assessment_appeal_cases, assessment_appeals
from data.store.modules.party import assessments, partnership_tasks, party_activities
from data.views.aggregate_check import verify_aggregates
from data.views.indicators import definition_of, split_of
from data.views.unit_scores import Days, scores_of_units
from tests.data.domain.clock_oracle import local
from tests.data.services.life import LEAD, UNIT, VERIFIER, Life
from tests.data.views.facts.records import MONDAY, NOVEMBER, behind, count, few_rows, split, values, write
from tests.worlds import make_world

VILLAGE = "320582105209"
A = Action


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    write(opened, party_activities, [activity("1", "党课", 20), activity("2", "主题党日", 30)])
    write(opened, partnership_tasks, [
        task("1", "industry", 5, 4), task("2", "industry", 10, 12), task("3", "reform", 20), task("4", "cadres", 28),
    ])  # fmt: skip
    write(opened, assessments, [assessed("1", "office", 90, 1), assessed("2", "safety", 80, 2)])
    count(opened)
    yield few_rows(opened)
    opened.close()


def activity(code, kind, attended):
    told = {"code": code, "village_code": VILLAGE, "held_on": date(2026, 11, 5), "kind": kind}
    return {**told, "attended": attended, "is_demo": True}


def task(code, project, due, done=None):
    days = {"due_on": date(2026, 11, due), "done_on": done and date(2026, 11, done)}
    return {"code": code, "project": project, "name": "对接会", "partner": "塘桥镇", **days, "is_demo": True}


def assessed(code, unit, score, exempted):
    who = {"code": code, "period": date(2026, 11, 1), "staff_kind": "institution", "unit_code": unit}
    return {**who, "method_version": "2026-1", "score": score, "exempted": exempted, "is_demo": True}


def test_figures_by_hand(world):
    found = values(world, "party")
    assert found["partnership_on_time_rate"] == pytest.approx(33.3333)  # of three that are due and over one
    assert (found["partnership_open"], found["partnership_overdue"]) == (2, 1)
    assert (found["party_activities_held"], found["party_attendance"]) == (2, 50)
    assert (found["assessment_mean"], found["assessment_exempted"]) == (85, 3)
    assert found["unit_score"] is None


def test_splits(world):
    assert split(world, "partnership_open", "category") == {"cadres": 1, "reform": 1}
    assert split(world, "assessment_mean", "unit")["safety"] == 80
    assert split(world, "party_activities_held", "village") == {VILLAGE: 2}


def test_an_appeal_waits_until_it_is_decided(world):
    life = Life.begin(world).sent()
    life.do(A.APPEAL, UNIT, "11-23 12:00")
    assert values(world, "party")["appeals_open"] == 1
    life.do(A.DECIDE_APPEAL, LEAD, "11-23 13:00", exempt=True)
    assert values(world, "party")["appeals_open"] == 0


def test_a_late_task_says_so(world):
    states = {row["number"]: row["state"] for row in behind(world, "partnership_on_time_rate")}
    assert states == {"1": "按期完成", "2": "逾期完成", "3": "未完成"}


def test_sums_equal_the_rows(world):
    assert verify_aggregates(world, MONDAY).found == 0


def test_the_score_of_a_unit_is_that_of_its_dispatch_results(world):
    """Twelve lives of four kinds: in time, late, given back once, extended."""
    for number in range(12):
        _live(world, number % 4)
    now = local("11-24 12:00")
    mark_all(world, now)
    while count_marked(world, now):
        pass
    month = replace(NOVEMBER, day=date(2026, 11, 24))
    figures = {code: one.value for code, one in split_of(world, "unit_score", "unit", month, now)}
    scores = scores_of_units(world, Days(date(2026, 11, 1), date(2026, 11, 24)), now)
    told = {score["unit_code"]: score["value"] for score in scores if score["value"] is not None}
    assert told
    assert {unit: round(figures[unit], 2) for unit in told} == told


def _live(world, kind):
    life = Life.begin(world).sent()
    if kind == 3:
        life.do(A.REQUEST_EXTENSION, UNIT, "11-23 10:50")
        life.do(A.APPROVE_EXTENSION, LEAD, "11-23 10:55")
    life.walk("11-23 10:56", A.SIGN)
    life.walk("11-23 10:57", A.ARRIVE)
    life.do(A.HANDLE, UNIT, "11-23 14:30" if kind == 1 else "11-23 10:58")
    if kind == 2:
        life.do(A.REWORK, VERIFIER, "11-23 10:59")


def test_a_unit_with_few_orders_has_no_score(world):
    definition = definition_of(world.town, "unit_score", date(2026, 11, 23))
    strict = replace(
        world, town=replace(world.town, indicators=(definition.model_copy(update={"minimum_sample": 10}),))
    )
    _live(strict, 0)
    now = local("11-24 12:00")
    count_marked(strict, now)
    month = replace(NOVEMBER, day=date(2026, 11, 24))
    lacks = {one.lack for _code, one in split_of(strict, "unit_score", "unit", month, now)}
    assert lacks == {Lack.SMALL_SAMPLE}


def test_the_formula_repeats_the_weights_of_the_score(town):
    """Five rates, each with the points that score.yaml gives it on the same day."""
    version = town.score_version(date(2026, 11, 23))
    formula = definition_of(town, "unit_score", date(2026, 11, 23)).formula
    points = [float(part.split("*")[0]) for part in formula.split(" + ")]
    assert points == [float(version.weights[name]) for name in (
        "handled_rate", "handled_on_time_rate", "rework_rate", "overdue_open_rate", "extension_rate",
    )]  # fmt: skip
    assert definition_of(town, "unit_score", date(2026, 11, 23)).minimum_sample == version.minimum_orders


def test_granted_cases_count_as_exempted_and_waiting_appeals_are_counted(world):
    """A granted case beside the three of the file, until the file brings that assessment anew; one more appeal waits."""
    write(world, assessment_appeals, [appealed(1, "1", 90, decided=True), appealed(2, "2", 80)])
    ids = [Life.begin(world).case_id for _ in range(2)]
    told = {"appeal_id": 1, "is_exempt": True}
    write(
        world,
        assessment_appeal_cases,
        [told | {"case_id": ids[0]}, {"appeal_id": 2, "is_exempt": None, "case_id": ids[1]}],
    )
    count(world)
    found = values(world, "party")
    assert (found["assessment_exempted"], found["appeals_open"], found["assessment_mean"]) == (4, 1, 85)
    assert split(world, "appeals_open", "category")["assessment_appeal"] == 1
    assert "另申诉准予 1 件" in str(behind(world, "assessment_exempted"))
    with world.store.write() as transaction:
        anew = assessments.update().where(assessments.c.code == "1").values(score=91, exempted=2)
        transaction.connection.execute(anew)
    count(world)
    assert values(world, "party")["assessment_exempted"] == 4
    assert verify_aggregates(world, MONDAY).found == 0


def appealed(number, code, score, *, decided=False):
    row = {
        "id": number,
        "number": f"S{number}",
        "assessment_code": code,
        "unit_code": "office",
        "score": score,
    }
    told = {"staff_kind": "institution", "method_version": "2026-1", "exempted": number, "reason": "停电"}
    ended = MONDAY if decided else None
    who = {"period": date(2026, 11, 1), "asked_at": MONDAY, "asked_by": "unit", "decided_at": ended}
    return row | told | who


def test_a_case_appeal_waits_until_it_is_decided(world):
    life = Life.begin(world).sent()
    life.walk("11-23 09:10", A.SIGN)
    life.walk("11-23 09:30", A.ARRIVE)
    life.do(A.HANDLE, UNIT, "11-23 14:30")
    life.do(A.APPEAL, UNIT, "11-23 15:00")
    assert split(world, "appeals_open", "unit") == {"": 0, "enforcement": 1}
    life.do(A.DECIDE_APPEAL, LEAD, "11-23 16:00", exempt=False)
    assert values(world, "party")["appeals_open"] == 0
