"""The score of a unit: every figure reckoned by hand; nothing is scored where something is missing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.domain.order_facts import OrderFacts, SentOrder
from data.domain.score import Rate, ScoreRules, Window, unit_score
from data.domain.vocabulary import OrderState

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
DUE = BEGIN + timedelta(days=10)
NOW = BEGIN + timedelta(days=20)
HOUR = timedelta(hours=1)
WINDOW = Window(BEGIN, NOW, NOW, timedelta(minutes=30))
WEIGHTS = {Rate.HANDLED: 30, Rate.ON_TIME: 20, Rate.REWORK: 20, Rate.OVERDUE_OPEN: 20, Rate.EXTENSION: 10}
RULES = ScoreRules("2026-1", WEIGHTS, 1, "样例")


def order(number, state=OrderState.CONFIRMED, *, done=-HOUR, due=DUE, main=True, code=None, **facts):
    """An order due on the tenth day, handled an hour before unless told otherwise (`done` counts from there)."""
    sent = SentOrder(f"o{number}", "market", main, state, due, code)
    return OrderFacts(sent, None if done is None else due + done, **facts)


ON_TIME = [order(number) for number in range(1, 7)]
LATE = order(7, done=HOUR)
OPEN = order(8, OrderState.ON_SCENE, done=None)
REWORKED = order(9, is_reworked=True, is_extended=True)
RETURNED = order(10, OrderState.RETURNED, done=None, code="other_owner")
EXEMPT = order(11, done=HOUR, is_exempt=True)
SUSPENDED = order(12, OrderState.SIGNED, done=None, is_suspended=True)
WRONG_UNIT = order(13, OrderState.RETURNED, done=None, code="wrong_unit")
RECALLED = order(14, OrderState.RECALLED, done=None)
ALL = [*ON_TIME, LATE, OPEN, REWORKED, RETURNED, EXEMPT, SUSPENDED, WRONG_UNIT, RECALLED]


def score(facts, rules=RULES, window=WINDOW):
    return unit_score("market", facts, rules, window)


def figures(found):
    return {str(rate.rate): (rate.count, rate.total) for rate in found.rates}


def test_a_score_by_hand():
    """Orders 1–11 count; 12 is suspended, 13 another unit's, 14 withdrawn. The appeal of 11 leaves its lateness out."""
    found = score(ALL)
    assert figures(found) == {
        "handled_rate": (9, 11),  # all but 8 and 10
        "handled_on_time_rate": (7, 10),  # 1–6 and 9, of 1–10
        "rework_rate": (1, 11),
        "overdue_open_rate": (1, 10),  # 8; a returned order is not open
        "extension_rate": (1, 11),
    }
    # 30·9/11 + 20·7/10 + 20·10/11 + 20·9/10 + 10·10/11 = 24.545 + 14 + 18.182 + 18 + 9.091
    assert found.value == 83.82
    assert found.missing == ()
    assert [round(rate.points, 3) for rate in found.rates] == [24.545, 14.0, 18.182, 18.0, 9.091]
    assert found.listed == {
        "late": ("o7", "o8", "o10"),
        "overdue_open": ("o8",),
        "reworked": ("o9",),
        "extended": ("o9",),
        "exempt": ("o11",),
        "suspended": ("o12",),
        "wrong_unit": ("o13",),
        "recalled": (),
        "recalled_overdue": (),
    }


def test_everything_right_is_a_hundred_and_everything_wrong_is_nothing():
    assert score(ON_TIME).value == 100.0
    wrong = order(1, OrderState.ON_SCENE, done=None, is_reworked=True, is_extended=True)
    assert score([wrong]).value == 0.0


def test_other_weights_give_another_score():
    weights = {Rate.HANDLED: 0, Rate.ON_TIME: 100, Rate.REWORK: 0, Rate.OVERDUE_OPEN: 0, Rate.EXTENSION: 0}
    assert score(ALL, replace(RULES, weights=weights)).value == 70.0


def test_without_an_appeal_the_late_one_counts():
    plain = [replace(one, is_exempt=False) for one in ALL]
    assert figures(score(plain))["handled_on_time_rate"] == (7, 11)
    assert score(plain).listed["exempt"] == ()


def test_an_appeal_of_one_that_was_in_time_after_all_changes_nothing():
    assert figures(score([*ON_TIME, order(8, is_exempt=True)]))["handled_on_time_rate"] == (7, 7)


def test_no_score_from_nothing():
    found = score([])
    assert found.value is None
    assert found.missing[0] == "应处置的派遣单只有 0 件，少于评分所需的 1 件"
    assert [rate.share for rate in found.rates] == [None] * 5
    assert [rate.points for rate in found.rates] == [None] * 5


def test_no_score_from_too_few():
    found = score(ON_TIME, replace(RULES, minimum_orders=7))
    assert (found.value, found.missing) == (None, ("应处置的派遣单只有 6 件，少于评分所需的 7 件",))
    assert score(ON_TIME, replace(RULES, minimum_orders=6)).value == 100.0


def test_no_score_where_one_rate_has_nothing_to_count():
    """A unit that only assisted has nothing to close; one whose every order is exempt has nothing timed."""
    assisting = [order(number, main=False) for number in range(3)]
    assert score(assisting).missing == ("没有可计算返工率的派遣单",)
    assert score(assisting).value is None
    assert score([EXEMPT]).missing == ("没有可计算按期处置率的派遣单", "没有可计算超期待处置率的派遣单")


def test_orders_of_others_and_without_a_deadline_do_not_count():
    other = replace(order(1), order=replace(order(1).order, unit_code="justice"))
    endless = replace(order(2), order=replace(order(2).order, due_at=None))
    assert figures(score([other, endless, order(3)]))["handled_rate"] == (1, 1)


@pytest.mark.parametrize(
    ("due", "handled", "rework"),
    [
        (BEGIN - timedelta(minutes=31), 0, 0),
        (BEGIN - timedelta(minutes=30), 0, 1),  # its closing limit lies in the window already
        (BEGIN, 1, 1),
        (NOW - timedelta(minutes=31), 1, 1),
        (NOW - timedelta(minutes=30), 1, 0),
        (NOW - timedelta(seconds=1), 1, 0),
        (NOW, 0, 0),
    ],
)
def test_the_window_holds_deadlines_and_closing_limits(due, handled, rework):
    totals = {name: total for name, (_, total) in figures(score([order(1, due=due)])).items()}
    assert (totals["handled_rate"], totals["rework_rate"]) == (handled, rework)


def test_the_very_deadline_is_in_time():
    assert figures(score([order(1, done=timedelta()), order(2, done=timedelta(seconds=1))]))[
        "handled_on_time_rate"
    ] == (
        1,
        2,
    )


def test_a_withdrawn_order_is_listed_with_whether_it_was_overdue_by_then():
    """Neither counts in a rate; one that was undone within thirty seconds never was anybody's."""

    def recalled(number, after_due):
        sent = SentOrder(
            f"o{number}", "market", True, OrderState.RECALLED, DUE,
            sent_at=DUE - HOUR, recalled_at=DUE + after_due,
        )  # fmt: skip
        return OrderFacts(sent)

    early, overdue = recalled(20, -HOUR / 2), recalled(21, HOUR)
    undone = recalled(22, -HOUR + timedelta(seconds=30))
    found = score([*ALL, early, overdue, undone])
    assert found.listed["recalled"] == ("o20", "o21")
    assert found.listed["recalled_overdue"] == ("o21",)
    assert figures(found) == figures(score(ALL))
