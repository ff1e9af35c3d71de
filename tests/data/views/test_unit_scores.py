"""Scores from the database: lives of cases through the services, reckoned by hand; each kind of database."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from data.domain.errors import InvalidInput, NotFound
from data.domain.vocabulary import Action
from data.store.tables import cases
from data.views.unit_scores import Days, days_of, score_of_unit, scores_of_units
from tests.data.domain.clock_oracle import local
from tests.data.services.life import DISPATCHER, LEAD, LEADER, UNIT, VERIFIER, Life
from tests.worlds import make_world

A = Action
NOVEMBER = Days(date(2026, 11, 1), date(2026, 11, 30))
NOW = local("11-24 12:00")


@pytest.fixture
def world(database_url):
    """The home town, with a method that asks for no more than two orders."""
    opened = make_world(database_url)
    few = tuple(version.model_copy(update={"minimum_orders": 2}) for version in opened.town.score_versions)
    yield replace(opened, town=replace(opened.town, score_versions=few))
    opened.close()


@pytest.fixture
def lives(world):
    """Six cases of two working hours, all sent on Monday at 09:00 and due at 11:00."""
    on_time, late, reworked, extended, returned, waiting = (Life.begin(world).sent() for _ in range(6))
    for life in (on_time, late, reworked, extended):
        life.walk("11-23 09:10", A.SIGN, A.ARRIVE)
    on_time.do(A.HANDLE, UNIT, "11-23 10:00")
    on_time.do(A.VERIFY, VERIFIER, "11-23 10:10")
    late.do(A.HANDLE, UNIT, "11-23 14:30")
    reworked.do(A.HANDLE, UNIT, "11-23 10:00")
    reworked.do(A.REWORK, VERIFIER, "11-23 10:20")
    reworked.do(A.HANDLE, UNIT, "11-23 10:50")
    extended.do(A.REQUEST_EXTENSION, UNIT, "11-23 10:50")
    extended.do(A.APPROVE_EXTENSION, LEAD, "11-23 10:55")
    extended.do(A.HANDLE, UNIT, "11-23 14:50")
    returned.do(A.RETURN, DISPATCHER, "11-23 09:20", code="wrong_unit")
    return {"late": late, "returned": returned, "waiting": waiting}


def figures(score):
    return {row["rate"]: (row["count"], row["total"]) for row in score["rates"]}


def number(life):
    return life.orders[0]["number"]


def test_a_score_by_hand(world, lives):
    """On time: 1, 3 and 4 (its extension moved the deadline to 15:00); late: 2; open and overdue: 6."""
    score = score_of_unit(world, "enforcement", NOVEMBER, NOW)
    assert figures(score) == {
        "handled_rate": (4, 5), "handled_on_time_rate": (3, 5), 
        "rework_rate": (1, 5), "overdue_open_rate": (1, 5), "extension_rate": (1, 5),
    }  # fmt: skip
    assert score["value"] == 76.0  # 30·0.8 + 20·0.6 + 20·0.8 + 20·0.8 + 10·0.8 = 24 + 12 + 16 + 16 + 8
    assert score["listed"]["late"] == (number(lives["late"]), number(lives["waiting"]))
    assert score["listed"]["wrong_unit"] == (number(lives["returned"]),)
    assert (score["unit_name"], score["version"]) == ("综合执法局", "2026-1")
    assert (score["from"], score["to"], score["until"]) == (
        "2026-11-01",
        "2026-11-30",
        "2026-11-24T04:00:00.000Z",
    )
    assert score["rates"][0]["label"] == "处置率"


def test_an_appeal_takes_the_late_one_out_of_the_statistic_and_lists_it(world, lives):
    lives["late"].do(A.APPEAL, DISPATCHER, "11-23 15:00")
    assert figures(score_of_unit(world, "enforcement", NOVEMBER, NOW))["handled_on_time_rate"] == (3, 5)
    lives["late"].do(A.DECIDE_APPEAL, LEADER, "11-23 16:00", exempt=True)
    score = score_of_unit(world, "enforcement", NOVEMBER, NOW)
    assert (figures(score)["handled_on_time_rate"], figures(score)["handled_rate"]) == ((3, 4), (4, 5))
    assert score["listed"]["exempt"] == (number(lives["late"]),)


def test_a_suspended_case_is_listed_and_does_not_count(world, lives):
    lives["waiting"].do(A.SUSPEND, LEAD, "11-23 10:30", until=local("11-25 09:00"))
    score = score_of_unit(world, "enforcement", NOVEMBER, local("11-27 12:00"))
    assert figures(score)["overdue_open_rate"] == (0, 4)
    assert score["listed"]["suspended"] == (number(lives["waiting"]),)


def test_a_case_whose_load_was_rolled_back_does_not_count(world, lives):
    with world.store.write() as transaction:
        away = update(cases).where(cases.c.id == lives["waiting"].case_id)
        transaction.connection.execute(away.values(is_withdrawn=True))
    assert figures(score_of_unit(world, "enforcement", NOVEMBER, NOW))["handled_rate"] == (4, 4)


def test_what_is_not_due_yet_does_not_count(world, lives):
    score = score_of_unit(world, "enforcement", NOVEMBER, local("11-23 10:59"))
    assert (score["value"], figures(score)["handled_rate"]) == (None, (0, 0))


def test_the_list_has_the_best_first_and_those_without_a_score_last(world, lives):
    other = Life.begin(world).sent()
    other.do(A.RETURN, DISPATCHER, "11-23 09:20", code="wrong_unit")
    other.do(A.DISPATCH, DISPATCHER, "11-23 09:30")
    found = scores_of_units(world, NOVEMBER, NOW)
    assert found[0] == score_of_unit(world, "enforcement", NOVEMBER, NOW)
    assert all(score["value"] is None and score["missing"] for score in found[1:])


def test_too_few_orders_give_words_instead_of_a_score(world, lives):
    score = score_of_unit(world, "market", NOVEMBER, NOW)
    assert score["value"] is None
    assert score["missing"][0] == "应处置的派遣单只有 0 件，少于评分所需的 2 件"


def test_the_usual_days_are_the_last_thirty(world):
    assert days_of(world, None, None, NOW) == Days(date(2026, 10, 26), date(2026, 11, 24))
    assert days_of(world, None, date(2026, 10, 30), NOW) == Days(date(2026, 10, 1), date(2026, 10, 30))
    assert days_of(world, date(2026, 11, 20), None, NOW) == Days(date(2026, 11, 20), date(2026, 11, 24))


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 11, 2), date(2026, 11, 1)), (date(2025, 11, 1), date(2026, 11, 2))]
)
def test_days_that_are_no_window_are_refused(world, first, last):
    with pytest.raises(InvalidInput) as refusal:
        days_of(world, first, last, NOW)
    assert refusal.value.field == "from"
    assert refusal.value.cure


def test_unknown_units_and_days_without_a_method(world):
    with pytest.raises(NotFound, match="nobody"):
        score_of_unit(world, "nobody", NOVEMBER, NOW)
    old = Days(date(2025, 11, 1), date(2025, 11, 30))
    with pytest.raises(NotFound, match="评分办法") as refusal:
        score_of_unit(world, "market", old, NOW)
    assert refusal.value.code == "no_score_method"


def test_an_order_that_was_withdrawn_overdue_is_listed(world, lives):
    lives["waiting"].do(A.RECALL, DISPATCHER, "11-23 15:00")
    listed = score_of_unit(world, "enforcement", NOVEMBER, NOW)["listed"]
    assert listed["recalled"] == listed["recalled_overdue"] == (number(lives["waiting"]),)
    assert number(lives["waiting"]) not in listed["late"]
