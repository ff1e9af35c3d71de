"""Assessments of units with what became of their appeals, and what can be counted anew from the orders of a month."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, select

from data.domain.errors import CloudError
from data.domain.order_facts import OrderFacts
from data.domain.party import AppealOutcome, StaffKind, appeal_until
from data.domain.score import ScoreRules, Window, unit_score
from data.store.appeal_tables import assessment_appeal_cases, assessment_appeals
from data.store.measure_marks import month_end
from data.store.modules.party import assessment_methods, assessments
from data.store.tables import orders, visible_cases
from data.views.order_facts import read_order_facts
from data.views.unit_scores import Days, method_of
from data.world import World

WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class Assessment:
    """A unit's score of a month by a version, for a kind of staff, as the newest file has it."""

    code: str
    period: date
    kind: StaffKind
    unit: str
    version: str
    score: float
    exempted: int
    load_id: int | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal of an assessment; `cases` are ids with number and what was decided (None: not yet)."""

    number: str
    assessment: str
    unit: str
    period: date
    kind: StaffKind
    version: str
    score: float
    exempted: int
    reason: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    outcome: AppealOutcome | None
    decision: str
    cases: Mapping[str, bool | None]

    @property
    def granted(self) -> tuple[str, ...]:
        """The numbers of the cases that are exempted."""
        return tuple(number for number, is_exempt in self.cases.items() if is_exempt)

    def is_taken_in(self, now_stands: Assessment | None) -> bool:
        """Whether the file has brought another score or number of exempted cases since: it was assessed anew."""
        return now_stands is not None and (now_stands.score, now_stands.exempted) != (
            self.score,
            self.exempted,
        )


@dataclass(frozen=True, slots=True)
class Recount:
    """The part that rests on orders, counted with and without the granted cases; None where it cannot be scored.

    `weight` is what the part weighs in the assessment's method: at 100 it is the assessment, below it a share.
    """

    part: str
    weight: float
    rules: str
    before: float | None
    after: float | None

    @property
    def words(self) -> str:
        """What to say beside the score that the file brought."""
        if self.before is None or self.after is None:
            return "派遣单不足以评分，待重新考核"
        if self.weight >= WHOLE:
            return f"重算 {self.after:g}"
        moved = f"{self.part} {self.before:g}→{self.after:g}（权重 {self.weight:g}）"
        return f"{moved}，其余各项无从重算，总分待重新考核"


NO_RECOUNT = "办法没有以派遣单计的部分，待重新考核"


def read_assessments(connection: Connection, *wanted: ColumnElement[bool]) -> list[Assessment]:
    """Return assessments, the newest month first, in it by unit and kind of staff as they were written."""
    c = assessments.c
    columns = (c.code, c.period, c.staff_kind, c.unit_code, c.method_version, c.score, c.exempted)
    query = select(*columns, c.load_id, c.source_line).where(*wanted)
    rows = connection.execute(query.order_by(c.period.desc(), c.unit_code, c.id))
    return [Assessment(row.code, row.period, StaffKind(row.staff_kind), *row[3:]) for row in rows]


def assessment_of(connection: Connection, code: str) -> Assessment | None:
    """Return one assessment by its code."""
    return next(iter(read_assessments(connection, assessments.c.code == code)), None)


def read_appeals(connection: Connection, *wanted: ColumnElement[bool]) -> list[Appeal]:
    """Return appeals of assessments, the newest first."""
    a, ac, c = assessment_appeals.c, assessment_appeal_cases.c, visible_cases.c
    rows = connection.execute(
        select(assessment_appeals).where(*wanted).order_by(a.asked_at.desc(), a.id.desc())
    ).all()
    query = select(ac.appeal_id, c.number, ac.is_exempt).join(visible_cases, c.id == ac.case_id)
    of_appeal: dict[int, dict[str, bool | None]] = defaultdict(dict)
    for row in connection.execute(query.where(ac.appeal_id.in_([row.id for row in rows])).order_by(c.number)):
        of_appeal[row.appeal_id][row.number] = row.is_exempt
    return [
        Appeal(
            number=row.number,
            assessment=row.assessment_code,
            unit=row.unit_code,
            period=row.period,
            kind=StaffKind(row.staff_kind),
            version=row.method_version,
            score=row.score,
            exempted=row.exempted,
            reason=row.reason,
            asked_at=row.asked_at,
            asked_by=row.asked_by,
            decided_at=row.decided_at,
            outcome=AppealOutcome(row.outcome) if row.outcome else None,
            decision=row.decision or "",
            cases=of_appeal[row.id],
        )
        for row in rows
    ]


def until_of(world: World, period: date) -> date:
    """Return the last day on which assessments of a month may be appealed."""
    days = world.town.appeal_rules.work_days
    return appeal_until(month_end(period), days, world.calendar.is_workday)


def cases_of_month(
    world: World, connection: Connection, unit: str, period: date, now: datetime
) -> dict[str, int]:
    """Return the cases that a unit owed in a month by number: those with an order of its whose limit lies there."""
    facts, window = _facts(world, connection, unit, period, now)
    owed = {one.order.number for one in facts if one.is_the_units and _counts(one, window)}
    query = select(orders.c.number, visible_cases.c.number.label("case_number"), visible_cases.c.id)
    rows = connection.execute(
        query.join(visible_cases, visible_cases.c.id == orders.c.case_id).where(
            orders.c.due_at >= window.begin - window.verify,
            orders.c.due_at < window.end,
            orders.c.unit_code == unit,
        )
    )
    return {row.case_number: row.id for row in rows if row.number in owed}


def recount(
    world: World, connection: Connection, one: Assessment, exempt: Collection[str], now: datetime
) -> Recount | None:
    """Count anew what rests on orders, leaving out the cases with these numbers; None where nothing does.

    A granted case leaves the recount whole, with all orders of the unit: it neither helps nor harms.
    """
    part = world.town.appeal_rules.orders_part
    weight = _weights(connection, one).get(part, 0.0)
    if not weight:
        return None
    try:
        rules, _window = method_of(world, Days(one.period, month_end(one.period)), now)
    except CloudError:
        return None
    facts, window = _facts(world, connection, one.unit, one.period, now)
    left_out = _orders_of(connection, exempt)
    kept = [fact for fact in facts if fact.order.number not in left_out]
    return Recount(
        part, weight, rules.version, *(_points(one.unit, rules, window, some) for some in (facts, kept))
    )


def _points(unit: str, rules: ScoreRules, window: Window, facts: Sequence[OrderFacts]) -> float | None:
    return unit_score(unit, facts, rules, window).value


def _facts(
    world: World, connection: Connection, unit: str, period: date, now: datetime
) -> tuple[list[OrderFacts], Window]:
    zone = world.town.profile.zone
    begin = datetime(period.year, period.month, 1, tzinfo=zone)
    last = month_end(period)
    end = datetime(last.year + last.month // 12, last.month % 12 + 1, 1, tzinfo=zone)
    window = Window(begin, max(begin, min(end, now)), now, world.town.stages.verify)
    found = read_order_facts(connection, window.begin - window.verify, window.end, unit)
    return [one for one in found if one.order.unit_code == unit and one.order.due_at], window


def _counts(one: OrderFacts, window: Window) -> bool:
    return window.holds(one.due_at) or window.holds(one.due_at + window.verify)


def _weights(connection: Connection, one: Assessment) -> Mapping[str, float]:
    m = assessment_methods.c
    query = select(m.weights).where(m.version == one.version, m.staff_kind == str(one.kind))
    found = connection.execute(query).scalar_one_or_none()
    weights: Mapping[str, float] = json.loads(found) if found else {}
    return weights


def _orders_of(connection: Connection, numbers: Collection[str]) -> set[str]:
    query = select(orders.c.number).join(visible_cases, visible_cases.c.id == orders.c.case_id)
    return set(connection.execute(query.where(visible_cases.c.number.in_(list(numbers)))).scalars())
