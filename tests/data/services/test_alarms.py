"""Alarms in the database: raised once, ended, returned, acknowledged and shelved, on both databases."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from data.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.alarms import AlarmWatch, Attention, _wanted, acknowledge_alarm, shelve_alarm, watch_alarms
from data.services.report import report_case
from data.store.account_tables import sessions, users
from data.store.tables import cases
from data.store.work_tables import alarms
from data.views.alarms import alarm_board
from tests.data.services.test_report import ACTOR, COMMAND
from tests.worlds import NOW

MINUTE = timedelta(minutes=1)
FIRE = replace(COMMAND, category="0401", title="厂房起火")
ZHANG = Actor("zhang", Role.DISPATCHER, "张三")
LI = Actor("li", Role.SHIFT_LEAD, "李四")


def rows(world):
    with world.store.read() as connection:
        return connection.execute(select(alarms).order_by(alarms.c.id)).all()


def change(world, case_id, **values):
    with world.store.write() as transaction:
        transaction.connection.execute(update(cases).where(cases.c.id == case_id).values(values))


def attention(minutes=15, alarm_id=1, reason="已电话通知"):
    return Attention(alarm_id, reason, NOW + minutes * MINUTE)


@pytest.fixture
def fire(world):
    return report_case(world, FIRE, ACTOR, NOW).id


def test_a_critical_case_is_alarmed_in_its_own_transaction(world, fire):
    (alarm,) = rows(world)
    assert (alarm.case_id, alarm.kind, alarm.raised_at, alarm.ended_at) == (fire, "critical", NOW, None)
    assert watch_alarms(world, NOW) == 0


def test_an_ordinary_case_is_not(world):
    report_case(world, COMMAND, ACTOR, NOW)
    assert rows(world) == []
    assert watch_alarms(world, NOW + 60 * MINUTE) == 0


def test_an_overdue_urgent_case_is_alarmed_once(world):
    report_case(world, replace(COMMAND, category="0501"), ACTOR, NOW)
    assert watch_alarms(world, NOW + 14 * MINUTE) == 0
    assert watch_alarms(world, NOW + 15 * MINUTE) == 1
    assert watch_alarms(world, NOW + 16 * MINUTE) == 0
    assert [row.kind for row in rows(world)] == ["overdue"]


def test_of_what_is_late_the_most_urgent_stands_first_and_is_named(world):
    report_case(world, replace(COMMAND, category="0501"), ACTOR, NOW)
    change(world, report_case(world, FIRE, ACTOR, NOW).id, state="dispatched")  # it waits no more, it is late
    watch_alarms(world, NOW + 60 * MINUTE)
    board = alarm_board(world, NOW + 60 * MINUTE)
    assert [one["kind_label"] for one in board["alarms"]] == ["特急超期", "紧急超期"]


def test_it_ends_when_its_cause_does_and_returns_as_the_same(world, fire):
    change(world, fire, state="dispatched")
    assert watch_alarms(world, NOW + MINUTE) == 1
    assert rows(world)[0].ended_at == NOW + MINUTE
    change(world, fire, state="returned")
    assert watch_alarms(world, NOW + 5 * MINUTE) == 1
    (alarm,) = rows(world)
    assert (alarm.ended_at, alarm.raised_at) == (None, NOW)


def test_what_comes_back_late_is_a_new_alarm(world, fire):
    change(world, fire, state="dispatched")
    watch_alarms(world, NOW + MINUTE)
    change(world, fire, state="returned")
    watch_alarms(world, NOW + 12 * MINUTE)
    assert [row.raised_at for row in rows(world)] == [NOW, NOW + 12 * MINUTE]


def test_many_watchers_at_once_raise_one(world):
    report_case(world, replace(COMMAND, category="0501"), ACTOR, NOW)
    errors = []

    def watch():
        try:
            watch_alarms(world, NOW + 20 * MINUTE)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=watch) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert errors == []
    assert len(rows(world)) == 1


def test_an_acknowledgement_ends_by_itself_and_may_be_given_again(world, fire):
    acknowledge_alarm(world, attention(), ZHANG, NOW)
    board = alarm_board(world, NOW + 14 * MINUTE)
    assert (board["sounding"], board["alarms"][0]["acknowledged_by"]) == (0, "张三")
    assert alarm_board(world, NOW + 15 * MINUTE)["sounding"] == 1
    acknowledge_alarm(world, attention(40), LI, NOW + 16 * MINUTE)
    assert alarm_board(world, NOW + 17 * MINUTE)["alarms"][0]["acknowledged_by"] == "李四"


def test_of_two_operators_the_second_hears_who_was_first(world, fire):
    acknowledge_alarm(world, attention(), ZHANG, NOW)
    with pytest.raises(Conflict, match="已由 张三 于 17:32 确认"):
        acknowledge_alarm(world, attention(), LI, NOW + MINUTE)
    assert rows(world)[0].acknowledged_by == "张三"


def test_two_pressing_at_once_give_one_acknowledgement(world, fire):
    outcomes = []

    def press(actor):
        try:
            acknowledge_alarm(world, attention(), actor, NOW)
            outcomes.append("done")
        except Conflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=press, args=(actor,)) for actor in (ZHANG, LI) * 4]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(outcomes) == ["done"] + ["refused"] * 7


def test_shelving_and_acknowledging_do_not_touch_each_other(world, fire):
    shelve_alarm(world, attention(60), ZHANG, NOW)
    acknowledge_alarm(world, attention(15), LI, NOW)
    (alarm,) = rows(world)
    assert (alarm.shelved_by, alarm.acknowledged_by) == ("张三", "李四")
    shown = alarm_board(world, NOW + 20 * MINUTE)["alarms"][0]
    assert (shown["is_shelved"], shown["is_acknowledged"], shown["is_sounding"]) == (True, False, False)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (attention(0), "until"),
        (attention(-5), "until"),
        (attention(121), "until"),
        (Attention(1, "好", (NOW + MINUTE).replace(tzinfo=None)), "until"),
        (attention(reason="  "), "reason"),
        (attention(reason="长" * 101), "reason"),
    ],
)
def test_bad_words_are_refused_by_field(world, fire, words, field):
    with pytest.raises(InvalidInput) as refusal:
        acknowledge_alarm(world, words, ZHANG, NOW)
    assert refusal.value.field == field
    assert rows(world)[0].acknowledged_at is None


def test_unknown_and_ended_alarms_are_refused(world, fire):
    with pytest.raises(NotFound):
        acknowledge_alarm(world, attention(alarm_id=99), ZHANG, NOW)
    change(world, fire, state="closed", is_open=False)
    watch_alarms(world, NOW)
    with pytest.raises(Conflict, match="已经解除"):
        shelve_alarm(world, attention(), ZHANG, NOW)


@pytest.mark.parametrize("role", [Role.WALL, Role.LEADER, Role.UNIT_HANDLER])
def test_only_the_desk_handles_alarms(world, fire, role):
    with pytest.raises(Forbidden):
        acknowledge_alarm(world, attention(), Actor("x", role), NOW)


def test_the_load_is_per_operator_seen_lately(world, fire):
    for _ in range(5):
        report_case(world, FIRE, ACTOR, NOW)
    assert alarm_board(world, NOW)["load"] == {
        "per_operator": 1.0, "raised": 6, "operators": 0, "is_too_high": True,
    }  # fmt: skip
    with world.store.write() as transaction:
        for n, (role, ago) in enumerate([("dispatcher", 1), ("intake", 2), ("leader", 1), ("intake", 30)], 1):
            user = {"id": n, "name": f"u{n}", "display_name": "x", "role": role, "password_hash": "x"}
            dates = {"created_at": NOW, "password_changed_at": NOW}
            transaction.connection.execute(insert(users).values(user | dates))
            seat = {"token_hash": f"{n}", "user_id": n, "created_at": NOW, "expires_at": NOW}
            transaction.connection.execute(insert(sessions).values(seat | {"seen_at": NOW - ago * MINUTE}))
    load = alarm_board(world, NOW)["load"]
    assert (load["operators"], load["per_operator"], load["is_too_high"]) == (2, 0.5, False)
    assert alarm_board(world, NOW + 61 * MINUTE)["load"]["raised"] == 0


def test_a_watch_reads_nothing_while_nothing_can_have_changed(world, fire, monkeypatch):
    watch, looked = AlarmWatch(world), []
    monkeypatch.setattr(
        "data.services.alarms._wanted", lambda *given: looked.append(given) or _wanted(*given)
    )
    for seconds in (0, 2, 29):
        watch.look(NOW + timedelta(seconds=seconds))
    assert len(looked) == 1


def test_a_watch_sees_the_deadline_pass_without_any_commit(world):
    report_case(world, replace(COMMAND, category="0501"), ACTOR, NOW)
    watch = AlarmWatch(world)
    assert [watch.look(NOW + minutes * MINUTE) for minutes in (1, 14, 15, 16)] == [0, 0, 1, 0]


def test_a_watch_sees_what_another_process_committed(world, fire):
    watch = AlarmWatch(world)
    assert watch.look(NOW) == 0
    with world.store.write() as transaction:
        transaction.connection.execute(update(cases).where(cases.c.id == fire).values(state="dispatched"))
        transaction.changed("cases", NOW, fire)
    assert watch.look(NOW + MINUTE) == 1
    assert rows(world)[0].ended_at == NOW + MINUTE
