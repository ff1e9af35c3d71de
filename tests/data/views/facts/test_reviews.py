"""The rate of repairs and the map of 审批服务 by hand: in time, late, exempted, declined, waiting; what a visitor sees."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from data.domain.board import Listing
from data.domain.people import VISITOR
from data.domain.periods import PeriodKind
from data.domain.vocabulary import Action
from data.services.review_cases import open_review_cases
from data.store.modules.approval import assist_jobs, reviews
from data.store.modules.economy import enterprises
from data.store.tables import cases
from data.views.aggregate_check import verify_aggregates
from data.views.indicator_rows import rows_of
from data.views.indicators import Wanted
from data.views.modules import VIEWS
from data.views.modules.view import Asked
from tests.data.services.life import DISPATCHER, LEAD, LEADER, Life
from tests.data.views.facts.records import NOVEMBER, count, few_rows, values, write
from tests.worlds import NOW, advance, make_world

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATER = NOW + 3 * HOUR


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Six bad reviews and a good one: R1 repaired by the register, R2 by its case, R3 late, R4 late but exempted,
    R5 declined, R6 dispatched and not yet due."""
    opened = few_rows(make_world(f"sqlite:///{tmp_path_factory.mktemp('reviews')}/town.db"))
    said = {"approval_number": "A1", "stars": 2, "repaired_at": None}
    rows = [{**said, "number": f"R{n}", "reviewed_at": NOW - n * DAY} for n in range(1, 7)]
    rows[0] |= {"repaired_at": NOW}
    write(opened, reviews, [*rows, {**said, "number": "R7", "stars": 5, "reviewed_at": NOW - DAY}])
    count(opened)
    open_review_cases(opened, NOW)
    ends = {"R2": NOW + HOUR, "R3": NOW + 8 * DAY, "R4": NOW + 8 * DAY, "R5": None, "R6": None}
    for number, at in ends.items():
        live(opened, number, at)
    exempt(opened, "R4")
    count(opened, NOW + 9 * DAY)
    yield opened
    opened.close()


def case_of(world, number):
    with world.store.read() as connection:
        query = reviews.select().where(reviews.c.number == number)
        return connection.execute(query).one().case_id


def live(world, number, closed_at):
    """Take a case to its dispatch, and to its end; R5 is declined."""
    case_id = case_of(world, number)
    if number == "R5":
        advance(world, case_id, Action.DECLINE, DISPATCHER, NOW)
        return
    steps = (Action.ACCEPT, Action.FILE, Action.DISPATCH, Action.SIGN, Action.ARRIVE)
    last = (Action.HANDLE, Action.UNIT_CONFIRM, Action.VERIFY, Action.CLOSE) if closed_at else ()
    for action in steps:
        advance(world, case_id, action, DISPATCHER, NOW)
    for action in last:
        advance(world, case_id, action, DISPATCHER, closed_at)


def exempt(world, number):
    life = Life(world, case_of(world, number))
    life.do(Action.APPEAL, LEAD, "12-02 09:00")
    life.do(Action.DECIDE_APPEAL, LEADER, "12-02 09:10", exempt=True)


def test_the_rate_counts_what_is_owed_and_lists_the_rest(town):
    now = NOW + 9 * DAY
    found = values(town, "approval", NOVEMBER, now)
    assert found["reviews_bad"] == 6
    assert found["reviews_bad_share"] == pytest.approx(100 * 6 / 7, abs=1e-3)
    first, last = (Wanted(PeriodKind.MONTH, date(2026, 11, day)) for day in (29, 30))
    assert values(town, "approval", NOVEMBER, now)["bad_repaired"] is None  # nothing was owed yet
    assert values(town, "approval", first, now)["bad_repaired"] == 100.0  # R1
    assert values(town, "approval", last, now)["bad_repaired"] == 50.0  # R1 and R2 of R1, R2, R3, R6
    present = values(town, "approval", Wanted(PeriodKind.MONTH, date(2026, 12, 2)), now)
    assert (present["bad_unrepaired"], present["bad_overdue"]) == (1, 1)  # R6, two days late by then
    flags = {row["number"]: row["flag"] for row in rows_of(town, "bad_repaired", last, now).items}
    assert {number for number, flag in flags.items() if flag == "declined"} == {"R5"}
    assert {number for number, flag in flags.items() if flag == "exempt"} == {"R4"}
    assert verify_aggregates(town, now).found == 0


def test_the_board_tells_the_clock_and_leads_to_the_case(town):
    def said(now, actor=DISPATCHER):
        parts = VIEWS["approval"].board(town, Asked(actor, now)).parts
        return next(one for one in parts if isinstance(one, Listing) and "差评" in one.title)

    soon = said(NOW + 6 * DAY)
    assert soon.title == "差评待整改 1 件，超期 0 件"
    first = soon.rows[0]
    assert (first[0], first[1].words, first[1].tone) == ("R6", "剩 1.0 天", "soon")
    assert first[4].href == f"/desk?tab=all&case={case_of(town, 'R6')}"
    late = said(NOW + 9 * DAY)
    told = {row[0]: row[1].words for row in late.rows}
    assert told == {
        "R6": "超期 2.0 天",
        "R1": "按期整改",
        "R2": "按期整改",
        "R3": "逾期整改",
        "R4": "逾期整改",
    }
    assert said(NOW, VISITOR).rows == ()


def test_the_map_shows_jobs_and_the_centre_and_names_nothing_to_a_visitor(town):
    firm = {"industry": "other", "is_above_scale": False, "lat": 31.76}
    write(
        town,
        enterprises,
        [{**firm, "code": f"E{n}", "name": f"企业{n}", "lon": 120.6 + n / 100} for n in (1, 2, 3)],
    )
    job = {"agent_no": "7", "item_code": "I1", "opened_at": NOW - 9 * DAY}
    due = {"J1": (1, DAY, None), "J2": (1, -DAY, None), "J3": (2, DAY, None), "J4": (3, DAY, -DAY)}
    rows = [
        {
            **job,
            "number": key,
            "subject_key": f"enterprise:E{n}",
            "due_at": NOW + due_in,
            "closed_at": done and NOW + done,
        }
        for key, (n, due_in, done) in due.items()
    ]
    write(town, assist_jobs, [*rows, {**rows[0], "number": "J5", "subject_key": "person:x"}])
    jobs, places = VIEWS["approval"].layers(town, Asked(DISPATCHER, LATER))
    assert {(spot.name, spot.kind) for spot in jobs.spots} == {
        ("企业1 · 代办在办 1 件、代办超期 1 件", "late"),
        ("企业2 · 代办在办 1 件", "running"),
        ("企业3 · 近 30 天办结 1 件", "done"),
    }
    assert jobs.note == "另有 1 件委托人没有登记位置，未上图"
    centre = town.town.approval.service_centre.name
    assert [(spot.name, spot.kind) for spot in places.spots] == [(f"{centre} · 差评整改中 1 件", "review")]
    for layer in VIEWS["approval"].layers(town, Asked(VISITOR, LATER)):
        assert layer.spots
        assert not any(spot.name or spot.pick for spot in layer.spots)
    with town.store.write() as transaction:
        transaction.connection.execute(update(cases).values(is_open=False))
    places = VIEWS["approval"].layers(town, Asked(DISPATCHER, LATER))[1]
    assert [(spot.name, spot.kind) for spot in places.spots] == [(centre, "centre")]
