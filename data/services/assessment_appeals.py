"""Appeals of assessments: raised by the unit or the shift lead, decided case by case by a leader who did not raise them.

The score that a file brought is never rewritten. A granted case stands beside it as exempted, until a file brings
an assessment anew. Every verb can be checked first: the same judgement, and nothing is written.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from data.domain.errors import Conflict
from data.domain.party import AppealOutcome
from data.domain.people import Actor
from data.domain.rights import Right, require
from data.services.appeal_judgement import DecideAppeal, RaiseAppeal, judged_appeal, judged_decision
from data.services.audit import Note, Outcome, note_in
from data.services.requests import Request, claim, remember
from data.store.appeal_tables import assessment_appeal_cases, assessment_appeals
from data.store.measure_marks import days_of, mark_days
from data.store.numbers import take_numbers
from data.store.tables import visible_cases
from data.store.unit_of_work import Transaction
from data.store.upsert import insert_if_new
from data.views.assessments import (
    Appeal,
    Assessment,
    until_of,
)
from data.world import World

RAISE, DECIDE = "appeal_assessment", "decide_assessment"
NUMBERED = "KHSS"
TOPIC = "appeals"


@dataclass(frozen=True, slots=True)
class RaisedAppeal:
    """What was raised; `until` is the last day for it (ISO). `number` is "" for one that was only checked."""

    number: str
    assessment: str
    unit: str
    cases: tuple[str, ...]
    until: str
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class DecidedAppeal:
    """How an appeal ended, or would."""

    number: str
    assessment: str
    outcome: str
    granted: tuple[str, ...]
    is_repeated: bool = False


def raise_appeal(
    world: World, command: RaiseAppeal, actor: Actor, now: datetime, request_key: str
) -> RaisedAppeal:
    """Raise an appeal; the same request key gives the first answer.

    Raises `Forbidden`, `NotFound`, `Conflict` (too late, one waits already, a case was decided before) and
    `InvalidInput` naming the field.
    """
    require(actor, Right.APPEAL_ASSESSMENT)
    request = Request(actor.name, RAISE, request_key, asdict(command))
    with world.store.write() as transaction:
        connection = transaction.connection
        known = claim(connection, request, now)
        if known is not None:
            return RaisedAppeal(**_as_told(known, "cases"))
        one, cases = judged_appeal(world, connection, command, actor, now)
        number = _write(world, transaction, one, cases, command.reason.strip(), actor, now)
        told = _told(world, one, cases, number)
        remember(connection, request, asdict(told))
    return told


def check_appeal(world: World, command: RaiseAppeal, actor: Actor, now: datetime) -> RaisedAppeal:
    """Return what raising an appeal would do, or raise why it cannot be."""
    require(actor, Right.APPEAL_ASSESSMENT)
    with world.store.read() as connection:
        one, cases = judged_appeal(world, connection, command, actor, now)
    return _told(world, one, cases, "")


def decide_appeal(
    world: World, command: DecideAppeal, actor: Actor, now: datetime, request_key: str
) -> DecidedAppeal:
    """Decide an appeal wholly, in part or not at all; the same request key gives the first answer.

    Raises `Forbidden` for anybody but a leader and for the one who raised it, `NotFound`, `Conflict` (decided
    already) and `InvalidInput` naming the field.
    """
    require(actor, Right.DECIDE_ASSESSMENT)
    request = Request(actor.name, DECIDE, request_key, asdict(command))
    with world.store.write() as transaction:
        connection = transaction.connection
        known = claim(connection, request, now)
        if known is not None:
            return DecidedAppeal(**_as_told(known, "granted"))
        one, outcome = judged_decision(connection, command, actor)
        _settle(world, transaction, one, outcome, command, actor, now)
        told = DecidedAppeal(one.number, one.assessment, str(outcome), tuple(sorted(command.granted)))
        remember(connection, request, asdict(told))
    return told


def check_decision(world: World, command: DecideAppeal, actor: Actor) -> DecidedAppeal:
    """Return what a decision would do, or raise why it cannot be."""
    require(actor, Right.DECIDE_ASSESSMENT)
    with world.store.read() as connection:
        one, outcome = judged_decision(connection, command, actor)
    return DecidedAppeal(one.number, one.assessment, str(outcome), tuple(sorted(command.granted)))


def _write(
    world: World,
    transaction: Transaction,
    one: Assessment,
    cases: dict[str, int],
    reason: str,
    actor: Actor,
    now: datetime,
) -> str:
    connection = transaction.connection
    [number] = take_numbers(connection, NUMBERED, now.astimezone(world.town.profile.zone).date())
    row = _row(one, number, now) | {"reason": reason, "asked_by": actor.name}
    if not insert_if_new(connection, assessment_appeals, row):
        cure = "请等裁定之后再提"
        raise Conflict("这次考核刚有人提出申诉", code="appeal_waits", value=one.code, cure=cure)
    a = assessment_appeals.c
    appeal_id = connection.execute(select(a.id).where(a.number == number)).scalar_one()
    rows = [{"appeal_id": appeal_id, "case_id": case_id} for case_id in cases.values()]
    connection.execute(insert(assessment_appeal_cases), rows)
    told = {"assessment": one.code, "unit": one.unit, "cases": len(cases)}
    _note(transaction, actor, Right.APPEAL_ASSESSMENT, number, now, told)
    return number


def _row(one: Assessment, number: str, now: datetime) -> dict[str, Any]:
    """Return an appeal with what the assessment said when it was raised."""
    return {
        "number": number,
        "assessment_code": one.code,
        "unit_code": one.unit,
        "period": one.period,
        "staff_kind": str(one.kind),
        "method_version": one.version,
        "score": one.score,
        "exempted": one.exempted,
        "asked_at": now,
    }


def _settle(
    world: World,
    transaction: Transaction,
    one: Appeal,
    outcome: AppealOutcome,
    command: DecideAppeal,
    actor: Actor,
    now: datetime,
) -> None:
    """Write the decision, case by case; the days on which exempted cases count are counted anew."""
    connection, a, ac = transaction.connection, assessment_appeals.c, assessment_appeal_cases.c
    decided = {"decided_at": now, "decided_by": actor.name, "outcome": str(outcome)}
    is_open = (a.number == one.number, a.decided_at.is_(None))
    written = connection.execute(
        update(assessment_appeals).where(*is_open).values(decision=command.reason.strip(), **decided)
    )
    if not written.rowcount:
        raise Conflict(f"申诉 {one.number} 刚由别人裁定", code="appeal_decided", cure="请刷新后查看裁定")
    of_this = ac.appeal_id == select(a.id).where(a.number == one.number).scalar_subquery()
    granted = select(visible_cases.c.id).where(visible_cases.c.number.in_(command.granted))
    table = update(assessment_appeal_cases).where(of_this)
    connection.execute(table.values(is_exempt=False))
    connection.execute(table.where(ac.case_id.in_(granted)).values(is_exempt=True))
    mark_days(connection, days_of([{"period": one.period}], world.town.profile.zone), now, ["party"])
    told = {"assessment": one.assessment, "outcome": str(outcome), "granted": len(command.granted)}
    _note(transaction, actor, Right.DECIDE_ASSESSMENT, one.number, now, told)


def _note(
    transaction: Transaction, actor: Actor, right: Right, number: str, now: datetime, told: dict[str, Any]
) -> None:
    """Tell the audit log and the screens."""
    note_in(transaction.connection, Note(now, actor, str(right), f"appeal:{number}", Outcome.DONE, told))
    transaction.changed(TOPIC, now)


def _told(world: World, one: Assessment, cases: dict[str, int], number: str) -> RaisedAppeal:
    return RaisedAppeal(number, one.code, one.unit, tuple(cases), until_of(world, one.period).isoformat())


def _as_told(known: dict[str, Any], *lists: str) -> dict[str, Any]:
    """Return an earlier answer as it was given, marked as repeated."""
    return {**known, **{name: tuple(known[name]) for name in lists}, "is_repeated": True}
