"""The stored deadlines of a case under way: each action moves them as the clock reads the journal.

Monday 23 November 2026; two working hours from 09:00 end at 11:00, two more after lunch at 15:00.
"""

import pytest

from data.domain.errors import Conflict, InvalidInput
from data.domain.vocabulary import Action, CaseState, IntakeChannel
from data.views.cases import case_detail
from data.views.live import LivePicture
from tests.data.domain.clock_oracle import local
from tests.data.services.life import DISPATCHER, LEAD, UNIT, VERIFIER, Life

A = Action


@pytest.fixture
def life(world):
    return Life.begin(world).sent()


def test_a_reported_case_waits_to_be_accepted_and_then_to_be_dispatched(world):
    life = Life.begin(world)
    assert life.due == local("11-23 09:05")
    life.do(A.ACCEPT, DISPATCHER, "11-23 08:52")
    assert life.due == local("11-23 09:07")
    assert life.row["category_due_at"] is None
    assert life.agrees()


def test_the_stricter_deadline_of_the_sender_counts_from_the_report_on(world):
    told = {"intake_channel": IntakeChannel.HOTLINE, "external_number": "12345-7"}
    life = Life.begin(world, external_due_at=local("11-23 10:30"), **told).sent()
    assert (life.due, life.row["category_due_at"]) == (local("11-23 10:30"), local("11-23 11:00"))
    life.do(A.REQUEST_EXTENSION, UNIT, "11-23 10:00")
    life.do(A.APPROVE_EXTENSION, LEAD, "11-23 10:10")
    assert (life.due, life.row["category_due_at"]) == (local("11-23 10:30"), local("11-23 15:00"))
    assert life.agrees()


def test_an_extension_moves_case_and_order_by_one_more_limit_once_it_is_granted(life):
    life.do(A.REQUEST_EXTENSION, UNIT, "11-23 10:50")
    assert life.due == local("11-23 11:00")
    receipt = life.do(A.APPROVE_EXTENSION, LEAD, "11-23 11:10")
    assert receipt.due_at == local("11-23 15:00").isoformat()
    assert life.due == life.orders[0]["due_at"] == local("11-23 15:00")
    assert life.reading("11-23 12:00").overdue_since is None
    assert life.agrees()


def test_a_refused_extension_moves_nothing_and_may_be_asked_for_again(life):
    life.do(A.REQUEST_EXTENSION, UNIT, "11-23 10:00")
    life.do(A.REFUSE_EXTENSION, LEAD, "11-23 10:05")
    assert life.due == local("11-23 11:00")
    life.do(A.REQUEST_EXTENSION, UNIT, "11-23 10:20")
    life.do(A.APPROVE_EXTENSION, LEAD, "11-23 10:25")
    assert life.due == local("11-23 15:00")


def test_two_extensions_and_no_third(life):
    for asked, granted in (("10:00", "10:05"), ("14:30", "14:40")):
        life.do(A.REQUEST_EXTENSION, UNIT, f"11-23 {asked}")
        life.do(A.APPROVE_EXTENSION, LEAD, f"11-23 {granted}")
    assert life.due == local("11-23 17:00")
    with pytest.raises(Conflict) as refused:
        life.do(A.REQUEST_EXTENSION, UNIT, "11-23 16:00")
    assert refused.value.code == "extension_left"


def test_an_extension_is_asked_for_before_the_deadline_and_no_claim_reaches_back_before_it(life):
    with pytest.raises(Conflict) as refused:
        life.do(A.REQUEST_EXTENSION, UNIT, "11-23 11:01")
    assert refused.value.code == "not_overdue"
    with pytest.raises(InvalidInput) as claimed:
        life.do(A.REQUEST_EXTENSION, UNIT, "11-23 11:01", happened="11-23 10:58")
    assert (claimed.value.field, life.due) == ("happened_at", local("11-23 11:00"))


def test_a_desk_does_not_say_that_it_suspended_or_verified_earlier(life):
    """Either could reach back before a deadline; both happen as they are pressed."""
    with pytest.raises(InvalidInput) as claimed:
        life.do(A.SUSPEND, LEAD, "11-23 10:30", happened="11-23 10:00", until=local("11-25 09:00"))
    assert (claimed.value.field, life.row["state"]) == ("happened_at", "dispatched")
    for action in (A.SIGN, A.ARRIVE, A.HANDLE):
        life.do(action, UNIT, "11-23 10:40")
    with pytest.raises(InvalidInput) as claimed:
        life.do(A.VERIFY, VERIFIER, "11-23 12:00", happened="11-23 10:50")
    assert (claimed.value.field, life.row["state"]) == ("happened_at", "handled")


def test_an_extension_asked_for_in_time_may_be_granted_after_the_deadline(life):
    life.do(A.REQUEST_EXTENSION, UNIT, "11-23 10:58")
    life.do(A.APPROVE_EXTENSION, LEAD, "11-23 11:05")
    assert life.due == local("11-23 15:00")
    assert life.agrees()


def test_a_suspension_moves_on_what_was_left_and_an_early_resume_brings_it_back(life):
    life.do(A.SUSPEND, LEAD, "11-23 10:00", until=local("11-25 09:00"))
    assert life.state is CaseState.SUSPENDED
    assert life.due == life.orders[0]["due_at"] == local("11-25 10:00")
    assert life.agrees()
    life.do(A.RESUME, DISPATCHER, "11-24 09:00")
    assert life.due == life.orders[0]["due_at"] == local("11-24 10:00")
    assert life.state is CaseState.DISPATCHED
    assert life.agrees("11-24 09:30")


def test_a_suspension_before_the_dispatch_stops_the_wait_for_it(world):
    life = Life.begin(world).walk("11-23 08:52", A.ACCEPT, A.FILE)
    life.do(A.SUSPEND, LEAD, "11-23 09:00", until=local("11-24 09:00"))
    assert life.due == local("11-24 09:07")
    life.do(A.RESUME, DISPATCHER, "11-24 08:30")
    assert life.due == local("11-24 08:37")


def test_a_return_leaves_the_case_clock_and_the_next_order_has_its_own(life):
    life.do(A.RETURN, UNIT, "11-23 10:00", code="wrong_unit")
    assert life.due == local("11-23 11:00")
    life.do(A.DISPATCH, DISPATCHER, "11-23 10:30")
    assert life.due == local("11-23 11:00")
    assert [order["due_at"] for order in life.orders] == [local("11-23 11:00"), local("11-23 14:30")]
    life.do(A.REQUEST_EXTENSION, UNIT, "11-23 10:40")
    life.do(A.APPROVE_EXTENSION, LEAD, "11-23 10:41")
    assert life.due == local("11-23 15:00")
    assert [order["due_at"] for order in life.orders] == [local("11-23 11:00"), local("11-23 16:30")]
    assert life.agrees()


def test_after_an_adjudication_the_case_waits_for_its_dispatch_within_its_own_deadline(life):
    life.do(A.RETURN, UNIT, "11-23 10:00", code="wrong_unit")
    life.do(A.DISPATCH, DISPATCHER, "11-23 10:10")
    life.do(A.RETURN, UNIT, "11-23 10:20", code="wrong_unit")
    assert (life.state, life.due) == (CaseState.ADJUDICATING, local("11-23 11:00"))
    life.do(A.ADJUDICATE, LEAD, "11-23 10:30", unit="construction")
    assert (life.state, life.due) == (CaseState.FILED, local("11-23 10:45"))
    life.do(A.DISPATCH, DISPATCHER, "11-23 10:40")
    assert life.due == local("11-23 11:00")
    assert life.agrees()


def test_handled_in_time_it_waits_for_the_check_and_a_rework_takes_the_old_clock_up(life):
    life.walk("11-23 10:00", A.SIGN, A.ARRIVE, A.HANDLE, A.UNIT_CONFIRM)
    assert life.due == local("11-23 10:30")
    life.do(A.REWORK, DISPATCHER, "11-23 10:20")
    assert life.due == local("11-23 11:00")
    assert life.agrees()


def test_a_reopened_case_waits_for_a_dispatch_and_keeps_its_clock(life):
    life.walk("11-23 10:00", A.SIGN, A.ARRIVE, A.HANDLE, A.UNIT_CONFIRM, A.VERIFY, A.CLOSE)
    assert life.due == local("11-23 11:00")
    life.do(A.REOPEN, DISPATCHER, "11-24 09:00")
    assert life.due == local("11-24 09:15")
    life.do(A.DISPATCH, DISPATCHER, "11-24 09:10")
    assert life.due == local("11-23 11:00")
    assert life.orders[-1]["due_at"] == local("11-24 11:10")
    assert life.orders[0]["due_at"] == local("11-23 11:00")
    assert life.agrees("11-24 10:00")


def test_an_undone_dispatch_does_not_restart_the_case_clock(life):
    life.do(A.UNDO, DISPATCHER, "11-23 09:00")
    assert life.due == local("11-23 09:15")
    life.do(A.DISPATCH, DISPATCHER, "11-23 09:14")
    assert (life.due, life.orders[-1]["due_at"]) == (local("11-23 11:00"), local("11-23 11:14"))


def test_the_limit_of_the_dispatch_is_written_down(life):
    assert life.entries[-1].payload["limit"] == [2.0, "work_hours"]


def test_the_feed_and_the_case_show_the_moved_deadline(life):
    picture = LivePicture(life.world)
    picture.refresh(local("11-23 09:30"))
    life.do(A.SUSPEND, LEAD, "11-23 10:00", until=local("11-25 09:00"))
    shown = picture.refresh(local("11-23 10:01"))["cases"][str(life.case_id)]
    detail = case_detail(life.world, life.case_id, LEAD)
    assert shown["due_at"] == detail["due_at"] == detail["orders"][0]["due_at"] == "2026-11-25T02:00:00.000Z"
