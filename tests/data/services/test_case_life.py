"""The turns that a case can take besides the straight road, each through `act` and with all that it writes."""

import threading
from datetime import date

import pytest
from sqlalchemy import select

from data.domain.errors import Conflict, Forbidden, InvalidInput, KeyReused
from data.domain.journal import commitment
from data.domain.people import Actor
from data.domain.vocabulary import Action, CaseState, IntakeChannel, Role
from data.store.tables import case_contents
from data.store.work_tables import appeals, case_merges, case_replies, responsibility_changes, supervisions
from data.views.case_clock import clock_of
from data.views.plan import plan_for
from tests.data.domain.clock_oracle import local
from tests.data.services.life import DISPATCHER, INTAKE, LEAD, LEADER, UNIT, VERIFIER, Life

A, S = Action, CaseState
HANDLED = (A.SIGN, A.ARRIVE, A.HANDLE, A.UNIT_CONFIRM)
HOTLINE = {"intake_channel": IntakeChannel.HOTLINE, "external_number": "12345-7"}


@pytest.fixture
def life(world):
    return Life.begin(world).sent()


def rows(world, table, **where):
    with world.store.read() as connection:
        return [dict(row) for row in connection.execute(select(table).filter_by(**where)).mappings()]


# --- 并案 --------------------------------------------------------------------------------------------


def test_a_merged_case_names_the_one_that_goes_on_and_keeps_its_reporter(world):
    first = Life.begin(world, reporter_name="甲")
    second = Life.begin(world, "11-23 08:55", reporter_name="乙")
    second.do(A.MERGE, DISPATCHER, "11-23 09:00", into_case_id=first.case_id)
    assert (second.state, second.row["is_open"]) == (S.MERGED, False)
    assert second.entries[-1].payload["into"] == first.case_id
    [row] = rows(world, case_merges)
    assert (row["case_id"], row["into_case_id"]) == (second.case_id, first.case_id)
    assert [row["reporter_name"] for row in rows(world, case_contents)] == ["甲", "乙"]
    assert (first.state, first.row["version"]) == (S.REPORTED, 1)
    assert second.agrees("11-23 10:00")


def test_a_case_is_merged_only_into_another_open_one(world):
    first, second = Life.begin(world), Life.begin(world)
    first.do(A.DECLINE, INTAKE, "11-23 09:00")
    for into in (first.case_id, second.case_id, 4711, None):
        with pytest.raises(InvalidInput) as refused:
            second.do(A.MERGE, DISPATCHER, "11-23 09:01", into_case_id=into)
        assert (refused.value.code, refused.value.field) == ("other_open_case", "into_case_id")
    assert second.state is S.REPORTED
    assert rows(world, case_merges) == []


# --- 退单 and 裁定 -----------------------------------------------------------------------------------


def test_the_second_return_is_adjudicated_and_corrects_the_responsibility_list(world, life):
    life.do(A.RETURN, UNIT, "11-23 10:00", code="wrong_unit")
    life.do(A.DISPATCH, DISPATCHER, "11-23 10:10")
    life.do(A.RETURN, UNIT, "11-23 10:20", code="wrong_unit")
    assert life.state is S.ADJUDICATING
    with pytest.raises(Forbidden):
        life.do(A.ADJUDICATE, DISPATCHER, "11-23 10:30", unit="construction")
    said = {"village": "*", "assisting": ["enforcement"], "citation": "镇府〔2026〕9号"}
    life.do(A.ADJUDICATE, LEAD, "11-23 10:30", unit="construction", responsibility=said)
    assert (life.state, life.row["main_unit"], life.row["returns"]) == (S.FILED, "construction", 2)
    assert life.entries[-1].payload == {"unit": "construction", "responsibility": True}
    [change] = rows(world, responsibility_changes)
    assert (change["main_unit"], change["village_code"], change["valid_from"]) == (
        "construction", "*", date(2026, 11, 23),
    )  # fmt: skip
    assert (change["decided_in"], change["decided_by"], change["citation"]) == (
        life.case_id, "li", "镇府〔2026〕9号",
    )  # fmt: skip
    another = Life.begin(world, "11-23 11:00")
    assert plan_for(world, another.case_id, local("11-23 11:01")).main_unit == "construction"


def test_an_adjudication_binds_its_case_where_the_list_stays_as_it_is(world, life):
    """Plan and press go to the unit that was named; other cases of the category go where the list sends them."""
    listed = plan_for(world, life.case_id, local("11-23 09:30")).main_unit
    life.do(A.RETURN, UNIT, "11-23 10:00", code="wrong_unit")
    life.do(A.DISPATCH, DISPATCHER, "11-23 10:10")
    life.do(A.RETURN, UNIT, "11-23 10:20", code="wrong_unit")
    life.do(A.ADJUDICATE, LEAD, "11-23 10:30", unit="construction")
    assert rows(world, responsibility_changes) == []
    plan = plan_for(world, life.case_id, local("11-23 10:31"))
    [main] = [one for one in plan.responders if one.is_main]
    assert (plan.main_unit, main.unit_code, listed != "construction") == (
        "construction",
        "construction",
        True,
    )
    assert any("本案裁定，2026-11-23 10:30" in reason.words for reason in main.reasons)
    life.do(A.DISPATCH, DISPATCHER, "11-23 10:40")
    assert life.row["main_unit"] == "construction"
    another = Life.begin(world, "11-23 11:00")
    assert plan_for(world, another.case_id, local("11-23 11:01")).main_unit == listed


def test_a_decision_for_a_unit_that_the_town_lacks_changes_nothing(world, life):
    life.do(A.RETURN, UNIT, "11-23 10:00", code="wrong_unit")
    life.do(A.DISPATCH, DISPATCHER, "11-23 10:10")
    life.do(A.RETURN, UNIT, "11-23 10:20", code="wrong_unit")
    with pytest.raises(InvalidInput) as refused:
        life.do(A.ADJUDICATE, LEAD, "11-23 10:30", unit="navy", responsibility={"village": "*"})
    assert refused.value.field == "unit"
    assert (life.state, rows(world, responsibility_changes)) == (S.ADJUDICATING, [])


# --- 申诉 --------------------------------------------------------------------------------------------


def test_an_appeal_exempts_the_statistic_and_leaves_the_fact(world, life):
    with pytest.raises(Conflict) as refused:
        life.do(A.APPEAL, UNIT, "11-23 11:00")
    assert refused.value.code == "was_overdue"
    life.walk("11-23 11:20", *HANDLED)
    life.do(A.APPEAL, UNIT, "11-23 11:30", reason="道路封闭")
    due = life.due
    with pytest.raises(Conflict) as refused:
        life.do(A.APPEAL, UNIT, "11-23 11:31")
    assert refused.value.code == "no_appeal_pending"
    life.do(A.DECIDE_APPEAL, LEAD, "11-23 11:40", reason="属实", exempt=True)
    [row] = rows(world, appeals)
    assert (row["asked_by"], row["reason"], row["decided_by"], row["is_exempt"]) == (
        "unit", "道路封闭", "li", True,
    )  # fmt: skip
    assert life.reading("11-23 12:00").overdue_since == local("11-23 11:00")
    assert life.due == due
    assert life.agrees()


def test_a_refused_appeal_exempts_nothing_and_needs_a_clear_word(world, life):
    life.do(A.APPEAL, UNIT, "11-23 11:30")
    with pytest.raises(InvalidInput) as refused:
        life.do(A.DECIDE_APPEAL, LEAD, "11-23 11:40")
    assert refused.value.field == "exempt"
    life.do(A.DECIDE_APPEAL, LEAD, "11-23 11:40", exempt=False)
    assert [row["is_exempt"] for row in rows(world, appeals)] == [False]


# --- 督办 --------------------------------------------------------------------------------------------


def test_a_supervision_is_numbered_and_answered_by_its_number(world, life):
    version = life.row["version"]
    for reply_by in ("11-24 09:00", "11-25 09:00"):
        life.do(A.SUPERVISE, LEADER, "11-23 10:00", reason="请抓紧", reply_by=local(reply_by))
    number = f"督办-{life.row['number']}"
    assert [row["number"] for row in rows(world, supervisions)] == [f"{number}-1", f"{number}-2"]
    life.do(A.ANSWER_SUPERVISION, UNIT, "11-23 11:00", reason="已到现场", supervision=f"{number}-2")
    first, second = rows(world, supervisions)
    assert (first["replied_at"], first["reply"]) == (None, None)
    assert (second["replied_at"], second["reply"]) == (local("11-23 11:00"), "已到现场")
    assert life.entries[-1].payload == {"number": f"{number}-2"}
    assert (life.state, life.row["version"], life.due) == (S.DISPATCHED, version + 3, local("11-23 11:00"))


def test_which_supervision_is_answered_is_named_where_more_than_one_waits(world, life):
    with pytest.raises(Conflict) as none_waits:
        life.do(A.ANSWER_SUPERVISION, UNIT, "11-23 09:30")
    assert none_waits.value.code == "supervision_pending"
    for _ in range(2):
        life.do(A.SUPERVISE, LEADER, "11-23 10:00", reply_by=local("11-24 09:00"))
    number = f"督办-{life.row['number']}"
    for wrong in (f"{number}-3", None):
        with pytest.raises(InvalidInput) as refused:
            life.do(A.ANSWER_SUPERVISION, UNIT, "11-23 11:01", supervision=wrong)
        assert (refused.value.code, refused.value.field) == ("supervision_named", "supervision")
    life.do(A.ANSWER_SUPERVISION, UNIT, "11-23 11:02", supervision=f"{number}-1")
    life.do(A.ANSWER_SUPERVISION, UNIT, "11-23 11:03")
    assert all(row["replied_at"] for row in rows(world, supervisions))


def test_a_supervision_needs_a_date_to_come_and_somebody_who_may(life):
    with pytest.raises(InvalidInput) as refused:
        life.do(A.SUPERVISE, LEADER, "11-23 10:00", reply_by=local("11-23 10:00"))
    assert refused.value.field == "reply_by"
    with pytest.raises(Forbidden):
        life.do(A.SUPERVISE, DISPATCHER, "11-23 10:00", reply_by=local("11-24 10:00"))


# --- 回复 and 评价 -----------------------------------------------------------------------------------


def test_a_hotline_case_is_answered_and_revisited_before_it_is_rated(world):
    life = Life.begin(world, **HOTLINE).sent().walk("11-23 10:00", *HANDLED, A.VERIFY, A.CLOSE)
    rated = {"rating": 5, "revisited": True}
    with pytest.raises(Conflict) as refused:
        life.do(A.RATE, VERIFIER, "11-23 10:30", **rated)
    assert refused.value.code == "replied"
    life.do(A.REPLY, INTAKE, "11-23 10:31", text="已清理，感谢来电")
    for told in ({"rating": 5}, {"rating": 6, "revisited": True}):
        with pytest.raises(InvalidInput):
            life.do(A.RATE, VERIFIER, "11-23 10:32", **told)
    life.do(A.RATE, VERIFIER, "11-23 10:40", **rated)
    assert (life.state, life.row["is_open"]) == (S.RATED, False)
    assert life.entries[-1].payload == {"rating": 5, "revisited": True}
    assert life.agrees()


def test_the_words_of_a_reply_can_be_erased_and_the_journal_keeps_their_commitment(world, life):
    life.walk("11-23 10:00", *HANDLED)
    life.do(A.REPLY, INTAKE, "11-23 10:31", text="王先生您好")
    [reply] = rows(world, case_replies)
    assert (reply["text"], reply["replied_by"]) == ("王先生您好", "wang")
    assert life.entries[-1].payload == {"text_hash": commitment(reply["salt"], "王先生您好")}


# --- 版本 and 请求标识 -------------------------------------------------------------------------------


def test_a_stale_version_hears_who_did_what_when(life):
    version = life.row["version"]
    life.do(A.SIGN, UNIT, "11-23 09:20", version=version)
    with pytest.raises(Conflict) as refused:
        life.do(A.RECALL, DISPATCHER, "11-23 09:30", version=version)
    assert refused.value.code == "stale_version"
    assert refused.value.message == "已由 unit 于 09:20 签收"
    assert refused.value.details["version"] == version + 1


def test_the_same_key_answers_the_first_result_and_another_body_is_refused(life):
    first = life.do(A.SIGN, UNIT, "11-23 09:20", key="k")
    again = life.do(A.SIGN, UNIT, "11-23 09:50", key="k")
    assert (again.is_repeated, again.version, again.sequence) == (True, first.version, first.sequence)
    with pytest.raises(KeyReused):
        life.do(A.ARRIVE, UNIT, "11-23 09:51", key="k")
    other = Actor("unit2", Role.UNIT_HANDLER, unit_code="enforcement")
    assert not life.do(A.ARRIVE, other, "11-23 09:52", key="k").is_repeated
    assert [entry.action for entry in life.entries][-2:] == [A.SIGN, A.ARRIVE]


def test_a_refused_action_leaves_its_key_free(life):
    with pytest.raises(Conflict):
        life.do(A.ARRIVE, UNIT, "11-23 09:20", key="k")
    life.do(A.SIGN, UNIT, "11-23 09:21")
    assert not life.do(A.ARRIVE, UNIT, "11-23 09:22", key="k").is_repeated


def test_one_key_sent_ten_times_at_once_acts_once(life):
    start, receipts = threading.Barrier(10), []

    def one():
        start.wait()
        receipts.append(life.do(A.SIGN, UNIT, "11-23 09:20", key="k"))

    threads = [threading.Thread(target=one) for _ in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(receipt.is_repeated for receipt in receipts) == [False] + [True] * 9
    assert len({receipt.sequence for receipt in receipts}) == 1
    assert [entry.action for entry in life.entries].count(A.SIGN) == 1


# --- 类别 --------------------------------------------------------------------------------------------


def test_a_category_that_the_town_has_lost_is_named_with_the_cure(world, life):
    with pytest.raises(InvalidInput, match=r"9999.*时限") as refused:
        clock_of(world, life.row | {"category_code": "9999"}, life.entries, local("11-23 10:00"))
    assert "categories.csv" in refused.value.cure
