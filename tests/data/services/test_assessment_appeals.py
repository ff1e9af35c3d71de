"""Appeals of assessments: by whom, of what and until when; decided case by case, by another; facts stay."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import delete, select, update

from data.domain.errors import Conflict, Forbidden, InvalidInput, KeyReused, NotFound
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.appeal_judgement import DecideAppeal, RaiseAppeal
from data.services.assessment_appeals import check_appeal, check_decision
from data.store.account_tables import audit_log
from data.store.appeal_tables import assessment_appeal_cases, assessment_appeals
from data.store.measure_tables import measure_marks
from data.store.modules.party import assessment_methods, assessments
from data.store.tables import changes, request_keys
from data.views.assessments import assessment_of, read_appeals, recount, until_of
from tests.data.services.assessed import (
    CODE,
    NOVEMBER,
    OTHER,
    THEN,
    decided,
    live_cases,
    raised,
    write_assessments,
)
from tests.data.services.life import DISPATCHER, LEAD, LEADER, UNIT, Life
from tests.worlds import make_world


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The assessments and three cases of November, lived once."""
    opened = make_world(f"sqlite:///{tmp_path_factory.mktemp('assessed')}/cloud.db")
    write_assessments(opened)
    yield opened, live_cases(opened)
    opened.close()


@pytest.fixture
def world(town):
    """The same without any appeal."""
    with town[0].store.write() as transaction:
        for table in (assessment_appeal_cases, assessment_appeals, request_keys, audit_log, measure_marks):
            transaction.connection.execute(delete(table))
        transaction.connection.execute(update(assessments).values(score=88.0, exempted=0))
    return town[0]


@pytest.fixture
def cases(town):
    return town[1]


def stored(world):
    with world.store.read() as connection:
        return read_appeals(connection)


def test_a_unit_appeals_its_own_assessment(world, cases):
    told = raised(world, *cases[:2])
    assert (told.unit, told.cases, told.is_repeated) == ("enforcement", tuple(sorted(cases[:2])), False)
    assert told.until == "2027-01-04"  # 25 work days after November; of 2027 weekends alone are known
    [one] = stored(world)
    assert (one.number, one.score, one.asked_by, one.outcome) == (told.number, 88.0, "unit", None)
    with world.store.read() as connection:
        note = connection.execute(select(audit_log).where(audit_log.c.right == "appeal_assessment")).one()
        topics = set(connection.execute(select(changes.c.topic)).scalars())
    assert (note.actor, note.object, note.outcome) == ("unit", f"appeal:{told.number}", "done")
    assert "appeals" in topics


def test_the_same_press_twice_is_one_appeal_and_another_body_is_refused(world, cases):
    first = raised(world, cases[0])
    assert raised(world, cases[0]) == replace(first, is_repeated=True)
    with pytest.raises(KeyReused):
        raised(world, cases[1])
    assert len(stored(world)) == 1


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in ("unit_handler", "shift_lead", "system")]
)
def test_others_raise_none(world, cases, role):
    with pytest.raises(Forbidden):
        raised(world, cases[0], actor=Actor("other", role, unit_code="enforcement"))


def test_a_handler_reaches_no_other_unit_and_the_shift_lead_reaches_all(world, cases):
    with pytest.raises(Forbidden):
        raised(world, cases[0], assessment=OTHER)
    with pytest.raises(InvalidInput, match="不在安全环保局 2026-11 应处置的案卷之内"):
        raised(world, cases[0], assessment=OTHER, actor=LEAD)
    assert raised(world, cases[0], actor=LEAD).number


def test_only_cases_of_the_unit_and_month_can_be_exempted(world, cases):
    october = Life.begin(world, "10-26 08:50").sent("10-26 09:00").row["number"]
    for strange in (october, "320582105-20261123-9999", ""):
        with pytest.raises(InvalidInput) as refusal:
            raised(world, cases[0], strange)
        assert refusal.value.field == "cases"
    with pytest.raises(InvalidInput, match="不重复"):
        raised(world, cases[0], cases[0])
    with pytest.raises(InvalidInput, match="1 至 50 件"):
        raised(world)


def test_the_last_day_is_in_time_and_the_next_is_not(world, cases):
    assert until_of(world, NOVEMBER).isoformat() == "2027-01-04"
    late = datetime.fromisoformat("2027-01-05T00:00:00+08:00")
    with pytest.raises(Conflict) as refusal:
        raised(world, cases[0], now=late)
    assert (refusal.value.code, refusal.value.cure) == (
        "appeal_too_late", "申诉须在考核月结束后 25 个工作日内提出",
    )  # fmt: skip
    assert raised(world, cases[0], now=datetime.fromisoformat("2027-01-04T23:59:00+08:00")).number


@pytest.mark.parametrize(("assessment", "reason", "error"), [
    ("KH-none", "停电", NotFound), (CODE, "  ", InvalidInput), (CODE, "停" * 501, InvalidInput), (CODE, "\x00", InvalidInput),
])  # fmt: skip
def test_what_cannot_be_is_refused(world, cases, assessment, reason, error):
    with pytest.raises(error):
        raised(world, cases[0], assessment=assessment, reason=reason)
    assert stored(world) == []


def test_one_appeal_waits_at_a_time_and_a_case_is_decided_once(world, cases):
    first = raised(world, cases[0])
    with pytest.raises(Conflict, match="待裁定"):
        raised(world, cases[1], key="k9")
    decided(world, first.number)
    with pytest.raises(Conflict, match="已在申诉"):
        raised(world, *cases[:2], key="k9")
    assert raised(world, cases[1], key="k9").number != first.number


def test_a_leader_decides_wholly_in_part_or_not_at_all(world, cases):
    outcomes = []
    for n, granted in enumerate((cases[:1], [], [])):
        asked = raised(world, *(cases[:2] if n == 0 else cases[2:]), key=f"a{n}") if n < 2 else None
        if asked:
            outcomes.append(decided(world, asked.number, *granted, key=f"d{n}").outcome)
    assert outcomes == ["partial", "refused"]
    newest, first = stored(world)
    assert first.cases == {cases[0]: True, cases[1]: False}
    assert (first.granted, newest.granted, first.decision) == ((cases[0],), (), "停电属实")
    with world.store.read() as connection:
        assert assessment_of(connection, CODE).score == 88.0
        marks = {
            row.begin.isoformat()
            for row in connection.execute(select(measure_marks))
            if row.module == "party"
        }
    assert "2026-11-01" in marks


def test_a_decision_is_made_once_by_another_leader(world, cases):
    asked = raised(world, cases[0])
    for actor in (UNIT, LEAD, DISPATCHER):
        with pytest.raises(Forbidden):
            decided(world, asked.number, actor=actor)
    with pytest.raises(InvalidInput):
        decided(world, asked.number, cases[1])
    with pytest.raises(InvalidInput):
        decided(world, asked.number, reason=" ")
    first = decided(world, asked.number, cases[0])
    assert decided(world, asked.number, cases[0]) == replace(first, is_repeated=True)
    with pytest.raises(KeyReused):
        decided(world, asked.number)
    with pytest.raises(Conflict, match="全部准予"):
        decided(world, asked.number, key="k3")
    with pytest.raises(NotFound):
        decided(world, "KHSS-none", key="k4")


def test_nobody_decides_an_appeal_of_his_own(world, cases):
    """Somebody who was shift lead when he raised it, and is a leader now."""
    asked = raised(world, cases[0], actor=LEAD)
    promoted = replace(LEADER, name=LEAD.name)
    with pytest.raises(Forbidden, match="自己提出"):
        decided(world, asked.number, cases[0], actor=promoted)


def test_a_check_tells_the_same_and_writes_nothing(world, cases):
    told = check_appeal(world, RaiseAppeal(CODE, (cases[0],), "停电"), UNIT, THEN)
    assert (told.number, told.cases) == ("", (cases[0],))
    with pytest.raises(Forbidden):
        check_appeal(world, RaiseAppeal(OTHER, (cases[0],), "停电"), UNIT, THEN)
    assert stored(world) == []
    asked = raised(world, cases[0])
    command = DecideAppeal(asked.number, (cases[0],), "停电属实")
    assert check_decision(world, command, LEADER).outcome == "granted"
    assert stored(world)[0].outcome is None


def test_a_granted_case_leaves_the_recount_whole(world, cases):
    """Of three orders two late: 30 + 20·1/3 + 20 + 20 + 10; without one of the late ones 20·1/2."""
    strict = _scored(world)
    with strict.store.read() as connection:
        one = assessment_of(connection, CODE)
        found = recount(strict, connection, one, [cases[0]], THEN)
        assert (found.part, found.weight) == ("处置结果", 60)
        assert (found.before, found.after) == (pytest.approx(86.67), pytest.approx(90))
        assert found.words == "处置结果 86.67→90（权重 60），其余各项无从重算，总分待重新考核"
        assert recount(world, connection, one, [cases[0]], THEN).words == "派遣单不足以评分，待重新考核"


def weighed(world, weights):
    with world.store.write() as transaction:
        transaction.connection.execute(update(assessment_methods).values(weights=weights))


def _scored(world):
    """The world with a method that scores even three orders."""
    versions = tuple(one.model_copy(update={"minimum_orders": 1}) for one in world.town.score_versions)
    return replace(world, town=replace(world.town, score_versions=versions))


def test_an_assessment_that_rests_on_orders_alone_is_counted_anew_and_one_without_is_not(world, cases):
    with world.store.read() as connection:
        one = assessment_of(connection, CODE)
    for weights, words in (('{"处置结果": 100}', "重算 100"), ('{"重点任务": 100}', None)):
        weighed(world, weights)
        with world.store.read() as connection:
            found = recount(_scored(world), connection, one, cases[:2], THEN)
        assert (found and found.words) == words
    weighed(world, '{"处置结果": 60, "重点任务": 40}')


def test_a_file_that_assesses_anew_takes_the_appeal_in(world, cases):
    asked = raised(world, cases[0])
    decided(world, asked.number, cases[0])
    [one] = stored(world)
    with world.store.write() as transaction:
        connection = transaction.connection
        assert not one.is_taken_in(assessment_of(connection, CODE))
        anew = update(assessments).where(assessments.c.code == CODE)
        connection.execute(anew.values(score=90.4, exempted=1))
        assert one.is_taken_in(assessment_of(connection, CODE))
        assert connection.execute(select(assessment_appeals.c.score)).scalar_one() == 88.0


def test_raising_and_deciding_on_each_database(database_url):
    """The two writes meet the unique index and the row that waits; the rest is judged alike everywhere."""
    opened = make_world(database_url)
    write_assessments(opened)
    cases = live_cases(opened)[:2]
    asked = raised(opened, *cases)
    with pytest.raises(Conflict):
        raised(opened, cases[0], key="k9")
    assert decided(opened, asked.number, cases[1]).outcome == "partial"
    assert stored(opened)[0].granted == (cases[1],)
    opened.close()
