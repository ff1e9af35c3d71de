"""A batch at the desk: what is proposed, in whose words it is refused, and that it writes nothing."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

import layouts
from callbacks.desk.batch import batch_of
from callbacks.desk.press import MOST_AT_ONCE, outcomes_of
from data.domain.vocabulary import IntakeChannel
from data.services.report import ReportCase, report_case
from data.store.tables import cases, journal, orders
from data.views.batch import MOST_CASES
from data.world import utc_now
from tests.callbacks.desk.conftest import WANG, ZHANG

SCRIPT = Path(layouts.__file__).parent / "assets" / "desk_batch.js"


@pytest.fixture
def other_id(world):
    """A second case that waits."""
    command = ReportCase("井盖松动", "0201", IntakeChannel.WINDOW, 120.63, 31.77)
    return report_case(world, command, WANG, utc_now()).id


def wish(*ids, version=1, n=7):
    return {"n": n, "cases": [{"case_id": one, "version": version} for one in ids]}


def count(world, table):
    with world.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_batch_proposes_each_case_and_writes_nothing(world, case_id, other_id):
    written = count(world, journal)
    answer = batch_of(world, wish(case_id, other_id), ZHANG)
    assert (answer["n"], answer["refusal"], answer["refused"]) == (7, None, {})
    assert [item["case_id"] for item in answer["items"]] == [case_id, other_id]
    assert all(item["main_unit"] and item["responders"] for item in answer["items"])
    assert answer["total_cost"] <= answer["one_by_one_cost"]
    assert (count(world, journal), count(world, orders)) == (written, 0)


def test_what_was_proposed_is_what_the_desk_presses(world, case_id, other_id):
    """The presses that follow are the desk's own: each with its key, its orders and its answer."""
    items = batch_of(world, wish(case_id, other_id), ZHANG)["items"]
    intents = [
        {
            "key": f"k{item['case_id']}",
            "action": "dispatch",
            "case_id": item["case_id"],
            "version": item["version"],
            "fields": {"responders": item["responders"], "main_unit": None},
        }
        for item in items
    ]
    outcomes = outcomes_of(world, intents, ZHANG)
    assert [outcome["ok"] for outcome in outcomes] == [True, True]
    assert count(world, orders) == sum(len(item["responders"]) for item in items)


def test_a_case_that_went_on_is_named_and_the_others_are_assigned(world, desk, case_id, other_id):
    desk("dispatch", 1, actor=ZHANG)
    answer = batch_of(world, wish(case_id, other_id), ZHANG)
    assert [item["case_id"] for item in answer["items"]] == [other_id]
    assert list(answer["refused"]) == [str(case_id)]
    assert "已由 zhang 于" in answer["refused"][str(case_id)]


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        "1",
        {},
        {"n": 7, "cases": None},
        {"n": 7, "cases": []},
        {"n": 7, "cases": [{"case_id": "x", "version": 1}]},
        {"n": 7, "cases": [{"case_id": 1}]},
        {"n": 7, "cases": [{"case_id": 1, "version": 1, "actor": "li"}]},
        wish(*range(1, MOST_CASES + 2)),
    ],
)
def test_a_wish_that_cannot_be_read_says_so(world, asked):
    assert batch_of(world, asked, ZHANG)["refusal"] == "选中的案卷无法读取，请刷新页面后重试"


def test_a_repeated_case_is_refused_in_chinese(world, case_id):
    assert "不能重复" in batch_of(world, wish(case_id, case_id), ZHANG)["refusal"]


def test_who_may_not_dispatch_is_told_so(world, case_id):
    answer = batch_of(world, wish(case_id), WANG)
    assert "items" not in answer
    assert "受理员" in answer["refusal"]


def test_an_unknown_case_is_refused_by_itself(world, case_id):
    answer = batch_of(world, wish(case_id, 4711), ZHANG)
    assert [item["case_id"] for item in answer["items"]] == [case_id]
    assert count(world, cases) == 1
    assert list(answer["refused"]) == ["4711"]


def test_the_sheet_never_presses_more_than_the_server_takes_at_once():
    most = re.search(r"const MOST = (\d+);", SCRIPT.read_text())
    assert most is not None
    assert int(most[1]) == MOST_AT_ONCE
