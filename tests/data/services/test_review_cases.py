"""Bad reviews open a case each, once, whoever looks; the case's end is the repair."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from data.domain.vocabulary import Action, IntakeChannel, LoadStatus
from data.services import review_cases
from data.services.review_cases import ReviewWatch, open_review_cases
from data.services.sealing import seal_next
from data.store.measure_tables import measure_marks
from data.store.modules.approval import approvals, departments, reviews, service_items
from data.store.tables import case_contents, cases, journal, loads, request_keys
from data.views.verification import verify_journal
from tests.data.services.life import DISPATCHER, Life
from tests.worlds import NOW, advance, make_world

DAY = timedelta(days=1)


def rows(world, table):
    with world.store.read() as connection:
        return connection.execute(select(table).order_by(*table.primary_key)).all()


def say(world, number="R1", stars=1, days=2, **more):
    """Write a review as a load would."""
    row = {"approval_number": "A1", "reviewed_at": NOW - days * DAY, "is_demo": False, "repaired_at": None}
    with world.store.write() as transaction:
        transaction.connection.execute(insert(reviews).values(number=number, stars=stars, **{**row, **more}))
        transaction.changed("loads", NOW)


def review(world, number="R1"):
    return next(row for row in rows(world, reviews) if row.number == number)


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def both(database_url):
    """The same on each kind of database, for what depends on who waits for whom."""
    opened = make_world(database_url)
    yield opened
    opened.close()


@pytest.fixture
def register(world):
    """What the review is about: an approval of an item of a department."""
    item = {"department_code": "D1", "item_class": "construction", "limit_work_days": 1}
    times = {"received_at": NOW - 5 * DAY, "due_at": NOW - 3 * DAY}
    with world.store.write() as transaction:
        write = transaction.connection.execute
        write(insert(departments).values(code="D1", name="市监"))
        write(insert(service_items).values(code="I1", name="食品经营许可", **item))
        write(insert(approvals).values(number="A1", item_code="I1", is_online=True, **times))
    return world


def test_a_bad_review_opens_an_ordinary_case_at_the_service_centre(register):
    say(register, stars=2)
    (receipt,) = open_review_cases(register, NOW).receipts
    (case,) = rows(register, cases)
    assert (case.id, case.title, case.category_code) == (receipt.id, "差评整改：食品经营许可（2 星）", "1007")
    assert (case.intake_channel, case.main_unit, case.external_number) == (
        IntakeChannel.REVIEW,
        "approval",
        "R1",
    )
    assert (case.reported_at, case.address) == (NOW, register.town.approval.service_centre.name)
    assert case.comprehensive_code
    assert not case.is_demo
    (content,) = rows(register, case_contents)
    assert content.description == (
        "好差评 R1：2026-11-21 17:32 评 2 星。办件 A1，部门 市监。由系统自动立案。"
    )
    (entry,) = rows(register, journal)
    assert (entry.actor, entry.actor_role, entry.action) == ("system", "system", Action.REPORT)
    assert review(register).case_id == case.id
    assert seal_next(register, NOW)
    assert verify_journal(register.store).found == 0


def test_good_repaired_and_old_reviews_open_none(world):
    say(world, "R1", stars=3)
    say(world, "R2", repaired_at=NOW - DAY)
    say(world, "R3", days=31)
    say(world, "R4", days=29)
    assert len(open_review_cases(world, NOW).receipts) == 1
    assert [row.case_id is not None for row in rows(world, reviews)] == [False, False, False, True]


def test_a_review_is_as_old_as_on_the_day_that_its_file_came(world):
    """A server that was down for a fortnight still opens the case; a file that is being written opens none."""
    came = {"source_key": "approval_reviews", "target": "reviews", "file_name": "f", "file_hash": "h"}
    came |= {"actor": "cli", "started_at": NOW - 14 * DAY, "is_demo": False}
    with world.store.write() as transaction:
        for key, status, at in ((1, LoadStatus.PUBLISHED, NOW - 14 * DAY), (2, LoadStatus.STAGING, None)):
            transaction.connection.execute(
                insert(loads).values(id=key, status=status, published_at=at, **came)
            )
    say(world, "R1", days=40, load_id=1)
    say(world, "R2", days=1, load_id=2)
    assert [one.id for one in open_review_cases(world, NOW).receipts] == [review(world, "R1").case_id]
    assert review(world, "R2").case_id is None


def test_looking_twice_or_at_the_same_time_opens_one(both):
    say(both)
    watches = [ReviewWatch(both) for _ in range(4)]
    start = threading.Barrier(4)

    def look(watch):
        start.wait()
        watch.look(NOW)

    threads = [threading.Thread(target=look, args=(watch,)) for watch in watches]
    [thread.start() for thread in threads]
    [thread.join(60) for thread in threads]
    assert len(rows(both, cases)) == len(rows(both, journal)) == 1
    assert [watch.look(NOW + DAY) for watch in watches] == [0] * 4


def test_killed_between_case_and_review_neither_stands(both, monkeypatch):
    say(both)

    def die(*_args):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(review_cases, "_tie", die)
        with pytest.raises(SystemExit):
            open_review_cases(both, NOW)
    assert rows(both, cases) == []
    assert review(both).case_id is None
    assert len(open_review_cases(both, NOW).receipts) == 1


def test_a_review_that_changed_meanwhile_opens_nothing(world, monkeypatch):
    """The centre read two stars; before it wrote, the register was corrected to four."""
    say(world)
    report = review_cases.report_case

    def correct_first(*args, **kwargs):
        with world.store.write() as transaction:
            transaction.connection.execute(update(reviews).values(stars=4))
        return report(*args, **kwargs)

    monkeypatch.setattr(review_cases, "report_case", correct_first)
    opened = open_review_cases(world, NOW)
    assert (opened.receipts, [*opened.refused], rows(world, cases)) == ([], ["R1"], [])


def test_a_row_that_came_again_finds_its_case(world):
    say(world)
    (receipt,) = open_review_cases(world, NOW).receipts
    with world.store.write() as transaction:
        transaction.connection.execute(reviews.delete())
        transaction.connection.execute(request_keys.delete())  # after a month they are forgotten
    say(world, stars=2)
    assert open_review_cases(world, NOW + DAY).receipts == []
    assert review(world).case_id == receipt.id


def test_one_that_cannot_be_a_case_stops_no_other(world, caplog):
    outside = world.town.approval.service_centre.model_copy(update={"lon": 121.5})
    rules = world.town.approval.model_copy(update={"service_centre": outside})
    elsewhere = replace(world, town=replace(world.town, approval=rules))
    say(world)
    watch = ReviewWatch(elsewhere)
    assert watch.look(NOW) == 0
    say(world, "R2")
    assert watch.look(NOW) == 0
    assert [record.args[0] for record in caplog.records] == ["R1", "R2"]  # each told once
    assert len(open_review_cases(world, NOW).receipts) == 2


def test_a_town_without_the_rule_opens_none(world):
    rules = world.town.approval.model_copy(update={"bad_reviews": None})
    say(world)
    assert open_review_cases(replace(world, town=replace(world.town, approval=rules)), NOW).receipts == []


def opened(world, **more):
    say(world, **more)
    (receipt,) = open_review_cases(world, NOW).receipts
    return Life(world, receipt.id)


def closed(life, now):
    for action in (Action.ACCEPT, Action.FILE, Action.DISPATCH, Action.SIGN, Action.ARRIVE, Action.HANDLE):
        advance(life.world, life.case_id, action, DISPATCHER, NOW)
    for action in (Action.UNIT_CONFIRM, Action.VERIFY, Action.CLOSE):
        advance(life.world, life.case_id, action, DISPATCHER, now)


def marked(world):
    return {(row.begin, row.end) for row in rows(world, measure_marks) if row.module == "approval"}


def test_closing_is_the_repair_and_opening_again_takes_it_back(world):
    life = opened(world)
    closed(life, NOW + DAY)
    assert review(world).repaired_at == NOW + DAY == life.row["closed_at"]
    reviewed = (NOW - 2 * DAY).date()
    until = {(at + 2 * DAY).date() for at in (NOW, NOW + DAY)}  # dispatched, closed
    assert marked(world) == {(reviewed - DAY, end) for end in until}  # any day since may count the repair
    advance(world, life.case_id, Action.REOPEN, DISPATCHER, NOW + 2 * DAY)
    assert review(world).repaired_at is None


def test_a_merged_review_waits_for_the_case_that_goes_on(both):
    life, other = opened(both), opened(both, number="R2", days=1)
    life.do(Action.MERGE, DISPATCHER, "11-23 18:00", into_case_id=other.case_id)
    closed(other, NOW + DAY)
    assert [(row.case_id, row.repaired_at) for row in rows(both, reviews)] == [(other.case_id, NOW + DAY)] * 2


def test_a_declined_case_is_no_repair(world):
    life = opened(world)
    advance(world, life.case_id, Action.DECLINE, DISPATCHER, NOW)
    assert (review(world).case_id, review(world).repaired_at) == (life.case_id, None)
