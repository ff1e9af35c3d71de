"""The drawer of a case, state by state: its due step, menu, orders, clock, chain, and what a leader does not see."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from data.domain.errors import Conflict, Forbidden, NotFound
from data.domain.people import Actor
from data.domain.vocabulary import Action, CaseState, IntakeChannel, OrderState, Role
from data.services.dispatch import dispatch_case
from data.services.dispatch_choice import DispatchCase
from data.store.account_tables import users
from data.store.tables import orders
from data.views import desk
from data.views.desk import read_drawer
from data.views.desk_search import search_cases
from tests.data.domain.clock_oracle import local
from tests.data.services.life import DISPATCHER, INTAKE, LEAD, LEADER, UNIT, VERIFIER, Life
from tests.data.services.presses import send_dispatch_now
from tests.data.views.tampering import tamper

A, S = Action, CaseState
AT = "11-23 10:00"
DONE = (A.SIGN, A.ARRIVE, A.HANDLE, A.UNIT_CONFIRM)
TOLD = {"reporter_name": "王大妈", "reporter_telephone": "13900000000", "description": "三楼漏水"}


def drawer(life, actor=DISPATCHER, at=AT):
    return read_drawer(life.world, life.case_id, actor, local(at))


def due(life, actor=DISPATCHER, at=AT):
    found = drawer(life, actor, at).primary
    return None if found is None else found.action


def menu(life, actor=DISPATCHER, at=AT):
    return {one.action for one in drawer(life, actor, at).menu}


def pressed(life, at="11-23 09:00", **change):
    dispatch_case(
        life.world, DispatchCase(life.case_id, life.row["version"], **change), DISPATCHER, local(at)
    )
    return life


# --- Each state --------------------------------------------------------------------------------------


def test_from_reported_to_rated_each_state_offers_its_step(world):
    life = Life.begin(world, intake_channel=IntakeChannel.HOTLINE, external_number="12345-7")
    seen = [(drawer(life).state, due(life), due(life, INTAKE))]
    for action in (A.ACCEPT, A.FILE, A.DISPATCH, *DONE, A.VERIFY, A.CLOSE):
        life.do(action, DISPATCHER, "11-23 09:10")
        seen.append((drawer(life).state, due(life), due(life, INTAKE)))
    assert seen == [
        (S.REPORTED, A.DISPATCH, A.ACCEPT),
        (S.ACCEPTED, A.DISPATCH, A.FILE),
        (S.FILED, A.DISPATCH, None),
        (S.DISPATCHED, A.SIGN, None),
        (S.SIGNED, A.ARRIVE, None),
        (S.ON_SCENE, A.HANDLE, None),
        (S.ON_SCENE, A.UNIT_CONFIRM, None),
        (S.HANDLED, A.VERIFY, None),
        (S.VERIFIED, A.CLOSE, None),
        (S.CLOSED, None, None),
    ]
    assert menu(life) == {A.REOPEN, A.REPLY}
    life.do(A.REPLY, INTAKE, "11-23 09:20", text="已清理")
    assert menu(life) == {A.REOPEN, A.REPLY, A.RATE}
    life.do(A.RATE, INTAKE, "11-23 09:30", rating=5, revisited=True)
    assert (drawer(life).state, due(life), menu(life)) == (S.RATED, None, {A.REOPEN})


def test_the_states_beside_the_straight_road(world):
    life = Life.begin(world).sent()
    life.do(A.RETURN, UNIT, "11-23 09:10", code="wrong_unit")
    assert (drawer(life).state, due(life)) == (S.RETURNED, A.DISPATCH)
    assert drawer(life).plan is not None
    life.do(A.DISPATCH, DISPATCHER, "11-23 09:15")
    life.do(A.RETURN, UNIT, "11-23 09:20", code="wrong_unit")
    assert (due(life, LEAD), due(life)) == (A.ADJUDICATE, None)
    assert drawer(life).waits_for == ("值班长",)
    life.do(A.ADJUDICATE, LEAD, "11-23 09:25", unit="construction")
    life.do(A.DISPATCH, DISPATCHER, "11-23 09:26")
    life.walk("11-23 09:30", *DONE)
    life.do(A.REWORK, VERIFIER, "11-23 09:40")
    assert (drawer(life).state, due(life)) == (S.REWORK, A.HANDLE)
    life.do(A.SUSPEND, LEAD, "11-23 09:45", until="2026-12-01T09:00:00+08:00")
    assert (drawer(life).state, due(life), due(life, LEAD)) == (S.SUSPENDED, A.RESUME, A.RESUME)
    assert drawer(life, LEADER).primary is None


@pytest.mark.parametrize(("action", "words"), [(A.DECLINE, {"reason": "不属本镇"}), (A.MERGE, {})])
def test_a_case_that_ended_early_offers_a_reply_alone(world, action, words):
    other, life = Life.begin(world), Life.begin(world)
    into = {"into_case_id": other.case_id} if action is A.MERGE else {}
    life.do(action, DISPATCHER, "11-23 09:00", **words, **into)
    assert (due(life), menu(life)) == (None, {A.REPLY})


def test_what_hangs_on_facts_is_offered_only_where_they_hold(world):
    life = Life.begin(world).sent()
    assert A.APPROVE_EXTENSION not in menu(life, LEAD)
    life.do(A.REQUEST_EXTENSION, UNIT, "11-23 09:30")
    assert {A.APPROVE_EXTENSION, A.REFUSE_EXTENSION} <= menu(life, LEAD)
    assert A.REQUEST_EXTENSION not in menu(life)
    assert A.APPEAL not in menu(life)
    assert A.APPEAL in menu(life, at="11-24 10:00")
    assert A.ANSWER_SUPERVISION not in menu(life)
    life.do(A.SUPERVISE, LEADER, "11-23 09:40", reply_by="2026-11-24T09:00:00+08:00")
    assert A.ANSWER_SUPERVISION in menu(life)


# --- The press and its thirty seconds ----------------------------------------------------------------


def test_the_thirty_seconds_after_a_press(world):
    life = pressed(Life.begin(world))
    shown = drawer(life, at="11-23 09:00")
    assert shown.undo_until == local("11-23 09:00") + timedelta(seconds=30)
    assert shown.may_send_now
    assert [line.is_main for line in shown.orders][:1] == [True]
    assert shown.plan is None
    assert drawer(life, INTAKE, "11-23 09:00").undo_until is None
    assert drawer(life, at="11-23 09:01").undo_until is None


def test_sent_now_leaves_nothing_to_undo(world):
    life = pressed(Life.begin(world))
    send_dispatch_now(world, life.case_id, life.row["version"], DISPATCHER, local("11-23 09:00"))
    shown = drawer(life, at="11-23 09:00")
    assert (shown.undo_until, shown.may_send_now) == (None, False)


def test_the_reports_of_an_assisting_order_follow_case_and_order(world):
    life = pressed(Life.begin(world))
    with world.store.write() as transaction:
        row = {
            "is_main": False,
            "unit_code": "construction",
            "sent_at": local("11-23 09:00"),
            "is_demo": True,
        }
        row |= {"case_id": life.case_id, "number": "协-1", "state": "sent"}
        transaction.connection.execute(insert(orders).values(row))

    def reports(actor=DISPATCHER):
        line = next(line for line in drawer(life, actor).orders if line.number == "协-1")
        return [one.action for one in line.offers]

    assert reports() == [A.SIGN, A.RETURN, A.RECALL]
    assert reports(INTAKE) == []
    [first, *_] = [one for line in drawer(life).orders for one in line.offers]
    assert first.details["order_id"] in {order["id"] for order in life.orders}
    life.do(A.SUSPEND, LEAD, "11-23 09:10", until="2026-12-01T09:00:00+08:00")
    assert reports() == []
    life.do(A.RESUME, LEAD, "11-23 09:20")
    life.walk("11-23 09:30", *DONE)
    assert due(life) is None  # 核查 waits for the assisting order
    assert reports() == [A.SIGN, A.RETURN, A.RECALL]
    assert OrderState.CONFIRMED in {line.state for line in drawer(life).orders}


def test_a_plan_that_cannot_be_made_says_why_and_nothing_is_dispatched(world, monkeypatch):
    def refused(*_arguments):
        raise Conflict("权责清单正在载入", code="busy", field="plan", cure="请稍后再试")

    monkeypatch.setattr(desk, "plan_for", refused)
    life = Life.begin(world)
    shown = drawer(life)
    assert (shown.plan, shown.primary.action) == (None, A.ACCEPT)
    assert "权责清单正在载入" in shown.no_plan
    assert A.DISPATCH not in {one.action for one in shown.menu}


# --- What a seat may see -----------------------------------------------------------------------------


def test_a_leader_sees_the_case_without_the_words_of_residents(world):
    life = Life.begin(world, **TOLD)
    seen, masked = drawer(life).facts, drawer(life, LEADER).facts
    assert (seen.description, seen.reporter) == ("三楼漏水", "王大妈 · 13900000000")
    assert (masked.description, masked.reporter, masked.answers) == (None, None, ())
    assert not any(word in repr(drawer(life, LEADER)) for word in TOLD.values())


def test_who_has_no_desk_and_what_is_not_there(world):
    life = Life.begin(world)
    for role in (Role.WALL, Role.UNIT_HANDLER, Role.GRID_MEMBER):
        with pytest.raises(Forbidden):
            drawer(life, Actor("x", role, unit_code="enforcement"))
    for case_id in (0, -1, 4711, 2**70):
        with pytest.raises(NotFound):
            read_drawer(world, case_id, DISPATCHER, local(AT))


# --- Chain, names, place -----------------------------------------------------------------------------


def test_a_broken_chain_names_its_first_entry(world):
    life = Life.begin(world).sent()
    assert drawer(life).broken_at is None
    tamper(world.store, f"UPDATE journal SET reason = '改过' WHERE case_id = {life.case_id} AND sequence = 3")
    assert drawer(life).broken_at == 3
    assert len(drawer(life).journal) == 4


def test_people_units_and_cases_are_named_as_people_know_them(world):
    at = {"created_at": local(AT), "password_changed_at": local(AT)}
    rest = {"role": "dispatcher", "password_hash": "-", **at}
    rows = [{"name": "zhang", "display_name": "张三", **rest}, {"name": "li", "display_name": "李四", **rest}]
    with world.store.write() as transaction:
        transaction.connection.execute(insert(users), rows)
    other = Life.begin(world)
    life = Life.begin(world).sent()
    life.do(A.SUSPEND, LEAD, "11-23 09:10", until="2026-12-01T09:00:00+08:00")
    shown = drawer(life)
    assert [line.actor for line in shown.journal][-2:] == ["张三", "李四"]
    assert shown.clock.pauses[0].approver == "李四"
    merged = Life.begin(world)
    merged.do(A.MERGE, DISPATCHER, "11-23 09:20", into_case_id=other.case_id)
    assert drawer(merged).journal[-1].words == f"并入 {other.row['number']}，试"


def test_the_place_that_comes_back_is_counted(world):
    lives = [Life.begin(world, f"11-2{day} 08:50") for day in (1, 2, 3)]
    assert [drawer(life).repeats for life in lives] == [0, 0, 3]


def test_likely_duplicates_carry_the_merge_of_those_who_may(world):
    first, second = Life.begin(world), Life.begin(world, "11-23 08:55")
    [likely] = drawer(second).likely
    assert (likely.number, likely.merge.details) == (
        first.row["number"],
        {"into_number": first.row["number"]},
    )
    assert likely.merge.fields == ()
    assert [one.merge for one in drawer(second, INTAKE).likely] == [None]


# --- What waits for somebody's decision ---------------------------------------------------------------


def test_a_request_that_waits_for_a_decision_is_told_until_it_is_decided(world):
    life = Life.begin(world).sent()
    life.do(A.REQUEST_EXTENSION, UNIT, "11-23 09:30", reason="等配件")
    assert drawer(life, LEAD).pending == ("延期待批：等配件",)
    life.do(A.APPROVE_EXTENSION, LEAD, "11-23 09:40")
    assert drawer(life, LEAD).pending == ()


def test_a_returned_order_tells_why(world):
    life = Life.begin(world).sent()
    life.do(A.RETURN, UNIT, "11-23 09:30", code="wrong_unit")
    assert [order.returned for order in drawer(life).orders] == ["非本单位职责"]


def test_a_case_that_is_done_has_a_verdict_by_its_clock(world):
    """The same steps, once within the limit of the closing and once past it; an open case has none."""
    for minute, is_on_time in (("11-23 09:41", True), ("11-26 09:41", False)):
        life = Life.begin(world).sent()
        life.walk("11-23 09:30", *DONE)
        assert drawer(life).clock.closed_on_time is None
        life.do(A.VERIFY, VERIFIER, minute)
        life.do(A.CLOSE, VERIFIER, minute)
        assert drawer(life, at=minute).clock.closed_on_time is is_on_time
        [hit] = search_cases(world, drawer(life).number, VERIFIER, local(minute))
        assert hit.is_on_time is is_on_time


def test_a_settled_case_owes_its_sender_an_answer_until_he_has_it(world):
    life = Life.begin(world, intake_channel=IntakeChannel.HOTLINE, external_number="12345-8").sent()
    life.walk("11-23 09:30", *DONE)
    assert drawer(life).owes_reply is False
    life.do(A.VERIFY, VERIFIER, "11-23 09:40")
    life.do(A.CLOSE, VERIFIER, "11-23 09:41")
    assert drawer(life).owes_reply is True
    life.do(A.REPLY, INTAKE, "11-23 09:50", text="已清理")
    settled = drawer(life)
    assert settled.owes_reply is False
    assert [one.action for one in settled.menu][-1] is A.REPLY  # the rating comes first now
