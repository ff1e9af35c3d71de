"""One ordinary case with its facts, for tests of plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from data.domain.plan import dispatch_plan
from data.domain.plan_rules import PlanRules
from data.domain.plan_values import Duties, PlanCase, PlanFacts, PlanLimit, PlanPerson, PlanUnit
from data.domain.vocabulary import ClockKind, LocationGrade, Severity

NOW = datetime(2026, 11, 23, 9, 32, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULES = PlanRules()
CASE = PlanCase(
    id=7,
    number="320582105-20261123-0007",
    version=3,
    severity=Severity.NORMAL,
    category_code="0103",
    category_name="占道经营",
    has_place=True,
    location_grade=LocationGrade.A,
    comprehensive="G1",
    comprehensive_name="东片",
    skills=("执法",),
)
LIMIT = PlanLimit(2, ClockKind.WORK_HOURS, NOW + 2 * 60 * MINUTE, NOW + 2 * 60 * MINUTE)
UNITS = {
    "enforcement": PlanUnit("enforcement", "综合执法局", "bureau", 3, 1, frozenset({"执法"}), frozenset()),
    "market": PlanUnit("market", "市场监管分局", "linked", 0, 0, frozenset(), frozenset({"油锯"})),
    "police": PlanUnit("police", "派出所", "police"),
}
MEMBER = PlanPerson(
    1, "网格员甲", "V1", "grid_member", frozenset({"G1"}), distance_m=300.0, fix_age=2 * MINUTE
)
FACTS = PlanFacts(CASE, Duties("enforcement", ("market",), "样例"), LIMIT, None, (MEMBER,), UNITS)


def plan(facts=FACTS, rules=RULES, **case):
    return dispatch_plan(replace(facts, case=replace(facts.case, **case)), rules, NOW)


def with_people(*people):
    return replace(FACTS, people=people)


def gaps(found):
    return [(gap.wanted, gap.reason) for gap in found.shortfalls]
