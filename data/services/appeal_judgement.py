"""Whether an appeal of an assessment may be raised, and whether it may be decided so: judged alike before and on a press."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from data.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from data.domain.party import AppealOutcome, outcome_of
from data.domain.people import Actor
from data.domain.rights import Owned, Right, authorise
from data.domain.texts import check_printable
from data.store.appeal_tables import assessment_appeals
from data.views.assessments import (
    Appeal,
    Assessment,
    assessment_of,
    cases_of_month,
    read_appeals,
    until_of,
)
from data.world import World

REASON_LIMIT, MOST_CASES = 500, 50


@dataclass(frozen=True, slots=True)
class RaiseAppeal:
    """Which assessment (by its code), which cases should be exempted (by number), and why."""

    assessment: str
    cases: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class DecideAppeal:
    """Which appeal (by its number), which of its cases are exempted, and why so."""

    appeal: str
    granted: tuple[str, ...]
    reason: str


def judged_appeal(
    world: World, connection: Connection, command: RaiseAppeal, actor: Actor, now: datetime
) -> tuple[Assessment, dict[str, int]]:
    """Return the assessment and the ids of the cases by number, or raise why they cannot be appealed."""
    one = assessment_of(connection, command.assessment)
    if one is None:
        cure = "请从考核结果中选择"
        raise NotFound("没有这次考核", field="assessment", value=command.assessment[:60], cure=cure)
    authorise(actor, Right.APPEAL_ASSESSMENT, Owned(frozenset({one.unit})))
    _require_in_time(world, one, now)
    _require_reason(command.reason)
    cases = _judged_cases(world, connection, one, command.cases, now)
    _require_new(read_appeals(connection, assessment_appeals.c.assessment_code == one.code), cases)
    return one, cases


def _require_in_time(world: World, one: Assessment, now: datetime) -> None:
    until, today = until_of(world, one.period), now.astimezone(world.town.profile.zone).date()
    if today > until:
        raise Conflict(
            f"{one.period:%Y-%m} 的考核申诉截至 {until}，已经过期",
            code="appeal_too_late",
            field="assessment",
            value=one.code,
            cure=f"申诉须在考核月结束后 {world.town.appeal_rules.work_days} 个工作日内提出",
        )


def _require_reason(reason: str) -> None:
    check_printable("reason", reason)
    if not 1 <= len(reason.strip()) <= REASON_LIMIT:
        raise InvalidInput(
            f"理由应为 1 至 {REASON_LIMIT} 字", field="reason", value=reason[:60], cure="请写明理由"
        )


def _judged_cases(
    world: World, connection: Connection, one: Assessment, numbers: Sequence[str], now: datetime
) -> dict[str, int]:
    if not 1 <= len(numbers) <= MOST_CASES or len(set(numbers)) < len(numbers):
        raise InvalidInput(
            f"申请免计的案卷应为 1 至 {MOST_CASES} 件，不重复",
            field="cases",
            value=len(numbers),
            cure="请勾选或填写案卷号",
        )
    owed = cases_of_month(world, connection, one.unit, one.period, now)
    strange = [number for number in numbers if number not in owed]
    if strange:
        unit = world.town.unit_names.get(one.unit, one.unit)
        raise InvalidInput(
            f"案卷 {strange[0][:60]} 不在{unit} {one.period:%Y-%m} 应处置的案卷之内",
            field="cases",
            value=strange[0][:60],
            cure="只能对本单位当月到期的案卷申诉，请核对案卷号",
        )
    return {number: owed[number] for number in sorted(numbers)}


def _require_new(earlier: Sequence[Appeal], cases: dict[str, int]) -> None:
    waiting = next((appeal for appeal in earlier if appeal.decided_at is None), None)
    if waiting is not None:
        raise Conflict(
            f"这次考核已有申诉 {waiting.number} 待裁定",
            code="appeal_waits",
            field="assessment",
            value=waiting.number,
            cure="请等裁定之后再提",
        )
    for appeal in earlier:
        decided = sorted({*appeal.cases} & {*cases})
        if decided:
            raise Conflict(
                f"案卷 {decided[0]} 已在申诉 {appeal.number} 中裁定过",
                code="appeal_decided",
                field="cases",
                value=decided[0],
                cure="一件案卷对一次考核只裁定一次，请去掉它",
            )


def judged_decision(
    connection: Connection, command: DecideAppeal, actor: Actor
) -> tuple[Appeal, AppealOutcome]:
    """Return the appeal and how it ends, or raise why it cannot be decided so."""
    found = read_appeals(connection, assessment_appeals.c.number == command.appeal)
    if not found:
        raise NotFound("没有这份申诉", field="appeal", value=command.appeal[:60], cure="请从待裁申诉中选择")
    [one] = found
    if one.asked_by == actor.name:
        cure = "请由另一位领导裁定"
        raise Forbidden("不能裁定自己提出的申诉", field="actor", value=actor.name, cure=cure)
    _require_waiting(one)
    _require_reason(command.reason)
    strange = sorted({*command.granted} - {*one.cases})
    if strange or len({*command.granted}) < len(command.granted):
        raise InvalidInput(
            "准予的案卷须是申诉中的案卷，不重复",
            field="granted",
            value=(strange or command.granted)[0][:60],
            cure="请从申诉的案卷中勾选",
        )
    return one, outcome_of(len(one.cases), len(command.granted))


def _require_waiting(one: Appeal) -> None:
    if one.outcome is not None:
        raise Conflict(
            f"申诉 {one.number} 已经裁定：{one.outcome.label}",
            code="appeal_decided",
            field="appeal",
            value=one.number,
            cure="请刷新后查看裁定",
        )
