"""The dispatch plan of a case (一键决策): a pure function of the facts, the town's rules and the instant.

The responsibility list decides on units, shifts and positions on people; every proposal carries its
points and reasons, every gap its reason. A town does not dispatch police: the police half is a 联动
request to the police desk, which names its own people.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from data.domain.clock import stricter
from data.domain.plan_people import SHOWN_PER_POST, Post, load_reason, staff_post
from data.domain.plan_rules import AT_ONCE, CardRule, PlanRules, choose_card
from data.domain.plan_values import (
    DispatchPlan,
    PlanCard,
    PlanCase,
    PlanFacts,
    PlanStep,
    PlanUnit,
    QueueChange,
    Reason,
    Responder,
    Shortfall,
)
from data.domain.vocabulary import LocationGrade, ResponderKind, ShortfallReason

__all__ = ["DispatchPlan", "Reason", "Responder", "Shortfall", "dispatch_plan"]

POLICE = "police"
LOCATION_NOTES = {
    LocationGrade.C: "地点只到村社区，派遣前请核对具体位置",
    LocationGrade.D: "坐标是默认点位，派遣前必须核对地点",
    LocationGrade.NONE: "案卷未定位，只能派到单位，请补充地点",
}


def dispatch_plan(
    facts: PlanFacts, rules: PlanRules, now: datetime, shown: int = SHOWN_PER_POST
) -> DispatchPlan:
    """Return the plan of a case at `now` (aware). It proposes nobody off duty, no officer, no old position.

    Of the people of each grid at most `shown` are listed.
    """
    case = facts.case
    card = choose_card(facts.cards, case.category_code, case.severity)
    units = _unit_responders(facts, rules, card)
    people, gaps = _people(facts, rules, shown)
    responders = (*units, *people)
    proposed = [responder for responder in responders if responder.is_proposed]
    return DispatchPlan(
        case_id=case.id,
        number=case.number,
        version=case.version,
        made_at=now,
        main_unit=facts.duties.main,
        main_unit_name=_name_of(facts, facts.duties.main),
        responders=responders,
        shortfalls=(*_unit_gaps(facts, rules), *gaps, *_skill_gaps(facts, proposed)),
        card=_card(card, facts, proposed) if card else None,
        limit=facts.limit,
        external_due_at=facts.external_due_at,
        is_edge=bool(case.neighbours),
        edge_note=_edge_note(case),
        location_grade=case.location_grade,
        location_note=LOCATION_NOTES.get(case.location_grade),
        channels=rules.channels_of(case.severity),
        is_at_once=case.severity in AT_ONCE,
        queue_after=_queues(facts, proposed, now),
    )


# --- Units -------------------------------------------------------------------------------------------


def _unit_responders(facts: PlanFacts, rules: PlanRules, card: CardRule | None) -> list[Responder]:
    """Main unit, assisting units, those that the plan card names, and the police desk; each once."""
    duties, case = facts.duties, facts.case
    found = (
        {} if duties.main is None else {duties.main: _unit(facts, rules, duties.main, "主办", is_main=True)}
    )
    helps = case.severity.rank >= rules.assist_from.rank
    for code in duties.assisting:
        is_proposed = helps or _brings_what_main_lacks(facts, code)
        found.setdefault(code, _unit(facts, rules, code, "协办", is_proposed=is_proposed))
    for code in (step.unit for step in (card.steps if card else ()) if step.unit):
        found.setdefault(code, _unit(facts, rules, code, "预案需要"))
    return [
        *(r for code, r in found.items() if not _is_police(facts, code) or r.is_main),
        *_police(facts, rules, found),
    ]


def _unit(
    facts: PlanFacts,
    rules: PlanRules,
    code: str,
    why: str,
    *,
    is_main: bool = False,
    is_proposed: bool = True,
) -> Responder:
    unit = facts.units.get(code) or PlanUnit(code, code, "")
    limit = rules.limit_of(code)
    skilled = sorted(frozenset(facts.case.skills) & (unit.skills or frozenset()))
    source = f"（{facts.duties.citation}）" if facts.duties.citation and why in ("主办", "协办") else ""
    reasons = [Reason(f"{why}{source}", rules.points.duty if is_main else rules.points.same_village)]
    if skilled:
        reasons.append(Reason(f"技能：{'、'.join(skilled)}", rules.points.skill))
    return Responder(
        key=f"unit:{code}",
        kind=ResponderKind.POLICE_LINK if unit.kind == POLICE else ResponderKind.UNIT,
        unit_code=code,
        staff_id=None,
        name=unit.name,
        is_main=is_main,
        reasons=(*reasons, load_reason(unit.open, limit, rules)),
        is_proposed=is_proposed,
        load=unit.open,
        load_limit=limit,
        has_skill=bool(skilled) or not facts.case.skills,
    )


def _brings_what_main_lacks(facts: PlanFacts, code: str) -> bool:
    """Whether an assisting unit has a wanted skill or piece of equipment that the main unit has not."""
    main, unit = facts.units.get(facts.duties.main or ""), facts.units.get(code)
    if unit is None or main is None:
        return False
    skills = frozenset(facts.case.skills) - (main.skills or frozenset())
    equipment = frozenset(facts.case.equipment) - (main.equipment or frozenset())
    return bool(skills & (unit.skills or frozenset()) or equipment & (unit.equipment or frozenset()))


def _police(facts: PlanFacts, rules: PlanRules, found: dict[str, Responder]) -> list[Responder]:
    """The police desk as a 联动 request: proposed where the category needs it, offered where the list names it."""
    code = next((unit.code for unit in facts.units.values() if unit.kind == POLICE), None)
    if code is None or (code in found and found[code].is_main):
        return []
    if not facts.case.needs_police and code not in found:
        return []
    return [_unit(facts, rules, code, "联动请求，由派出所确定人员", is_proposed=facts.case.needs_police)]


def _is_police(facts: PlanFacts, code: str) -> bool:
    unit = facts.units.get(code)
    return unit is not None and unit.kind == POLICE


def _unit_gaps(facts: PlanFacts, rules: PlanRules) -> list[Shortfall]:
    gaps, main = [], facts.duties.main
    if main is None:
        words = "权责清单没有这一类别的主办单位，请选择单位"
        gaps.append(Shortfall("主办单位", ShortfallReason.NO_UNIT, words))
    elif (unit := facts.units.get(main)) and unit.open >= rules.limit_of(main):
        words = f"{unit.name}在办 {unit.open} 单，已达上限 {rules.limit_of(main)} 单"
        gaps.append(Shortfall("主办单位", ShortfallReason.ALL_AT_LIMIT, words))
    if facts.case.needs_police and not any(unit.kind == POLICE for unit in facts.units.values()):
        words = "单位表里没有派出所，请电话联动"
        gaps.append(Shortfall(ResponderKind.POLICE_LINK.label, ShortfallReason.NO_UNIT, words))
    return gaps


# --- People ------------------------------------------------------------------------------------------


def _people(facts: PlanFacts, rules: PlanRules, shown: int) -> tuple[list[Responder], list[Shortfall]]:
    """The grid member and the site owner of the grids that the point lies in."""
    case = facts.case
    if not case.has_place:
        words = "案卷没有地点，无从确定网格和人员"
        return [], [Shortfall("网格人员", ShortfallReason.NO_PLACE, words)]
    posts = [
        Post(kind, code, name or code, frozenset(case.skills))
        for kind, code, name in (
            (ResponderKind.GRID_MEMBER, case.comprehensive, case.comprehensive_name),
            (ResponderKind.SITE_OWNER, case.professional, case.professional_name),
        )
        if code is not None
    ]
    staffed = [staff_post(post, facts.people, rules, shown) for post in posts]
    return [r for found, _ in staffed for r in found], [gap for _, gaps in staffed for gap in gaps]


# --- What is missing ---------------------------------------------------------------------------------


def _skill_gaps(facts: PlanFacts, proposed: list[Responder]) -> list[Shortfall]:
    """Wanted skills and equipment that nobody proposed has; nothing where the town registers no teams."""
    if all(unit.skills is None for unit in facts.units.values()):
        return []
    skills, equipment = _at_hand(facts, proposed)
    return [
        *(
            _lack(word, "技能", ShortfallReason.SKILL_MISSING)
            for word in facts.case.skills
            if word not in skills
        ),
        *(
            _lack(word, "装备", ShortfallReason.EQUIPMENT_MISSING)
            for word in facts.case.equipment
            if word not in equipment
        ),
    ]


def _lack(word: str, what: str, reason: ShortfallReason) -> Shortfall:
    return Shortfall(word, reason, f"拟派单位和人员都没有登记{what}“{word}”")


def _at_hand(facts: PlanFacts, proposed: Iterable[Responder]) -> tuple[set[str], set[str]]:
    """The skills and the equipment of those who are proposed."""
    people = {person.staff_id: person for person in facts.people}
    skills: set[str] = set()
    equipment: set[str] = set()
    for responder in proposed:
        if responder.staff_id is not None:
            skills |= people[responder.staff_id].skills
        elif unit := facts.units.get(responder.unit_code):
            skills |= unit.skills or frozenset()
            equipment |= unit.equipment or frozenset()
    return skills, equipment


def _card(card: CardRule, facts: PlanFacts, proposed: list[Responder]) -> PlanCard:
    skills, equipment = _at_hand(facts, proposed)
    units = {responder.unit_code for responder in proposed}
    steps = []
    for step in card.steps:
        wants = (
            (step.unit, units, "未拟派"),
            (step.skill, skills, "缺技能"),
            (step.equipment, equipment, "缺装备"),
        )
        missing = tuple(
            f"{word} {_name_of(facts, want)}" for want, having, word in wants if want and want not in having
        )
        steps.append(PlanStep(step.words, _name_of(facts, step.unit) if step.unit else None, missing))
    return PlanCard(card.key, card.name, tuple(steps), card.citation)


# --- Words and queues --------------------------------------------------------------------------------


def _edge_note(case: PlanCase) -> str | None:
    if not case.neighbours:
        return None
    places = "；".join(f"距{n.kind.label}“{n.name}” {n.metres:.0f} 米" for n in case.neighbours)
    return f"边界案件：{places}，请核对归属"


def _queues(facts: PlanFacts, proposed: list[Responder], now: datetime) -> dict[str, QueueChange]:
    """What the queue of each unit would become: its order is overdue at once where the sender's deadline is past."""
    due = stricter(facts.limit.order_due_at, facts.external_due_at)
    is_late = due is not None and due <= now
    changes = {}
    for responder in proposed:
        if responder.staff_id is None:
            unit = facts.units.get(responder.unit_code)
            count, overdue = (unit.open, unit.overdue) if unit else (0, 0)
            changes[responder.unit_code] = QueueChange(count, count + 1, overdue, is_late)
    return changes


def _name_of(facts: PlanFacts, code: str | None) -> str:
    unit = facts.units.get(code or "")
    return unit.name if unit else code or ""
