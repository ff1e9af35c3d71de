"""The dispatch plan: units, police desk, plan card, deadlines, channels, queues and warnings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from data.domain.plan_rules import CardRule, CardStep, PlanRules, choose_card
from data.domain.plan_values import Duties, Neighbour, PlanPerson
from data.domain.vocabulary import Channel, GridKind, LocationGrade, ResponderKind, Severity, ShortfallReason
from tests.data.domain.plan_facts import (
    FACTS,
    LIMIT,
    MEMBER,
    MINUTE,
    NOW,
    UNITS,
    gaps,
    plan,
    with_people,
)


def test_an_ordinary_case_goes_to_its_unit_and_the_member_of_its_grid():
    found = plan()
    assert [(r.key, r.is_main) for r in found.proposed] == [("unit:enforcement", True), ("staff:1", False)]
    assert [r.key for r in found.responders] == ["unit:enforcement", "unit:market", "staff:1"]
    assert found.shortfalls == ()
    member = found.responders[-1]
    assert [reason.words for reason in member.reasons] == [
        "东片在岗",
        "手上 0 单，上限 4 单",
        "距现场 300 米",
        "位置 2 分钟前",
    ]
    assert member.points == sum(reason.points for reason in member.reasons) == 40 + 20 + 14 + 5


def test_assisting_units_are_proposed_from_the_towns_severity_on():
    assert "unit:market" in [r.key for r in plan(severity=Severity.ELEVATED).proposed]
    assert "unit:market" not in [r.key for r in plan(severity=Severity.NORMAL).proposed]


def test_an_assisting_unit_that_brings_what_the_main_unit_lacks_is_proposed_for_any_severity():
    assert "unit:market" in [r.key for r in plan(equipment=("油锯",)).proposed]


def test_police_is_a_request_to_the_desk_and_nobody_is_named():
    officer = PlanPerson(2, "民警乙", "police", "police", frozenset({"G1"}), distance_m=1.0, fix_age=MINUTE)
    found = plan(with_people(MEMBER, officer), needs_police=True)
    link = next(r for r in found.responders if r.kind is ResponderKind.POLICE_LINK)
    assert (link.key, link.staff_id, link.is_main, link.is_proposed) == ("unit:police", None, False, True)
    assert 2 not in [r.staff_id for r in found.responders]


def test_a_town_without_a_police_desk_is_told_to_telephone():
    units = {code: unit for code, unit in UNITS.items() if code != "police"}
    found = plan(replace(FACTS, units=units), needs_police=True)
    assert gaps(found) == [("联动请求", ShortfallReason.NO_UNIT)]


def test_a_case_without_a_place_goes_to_its_unit_with_the_reason():
    found = plan(has_place=False, comprehensive=None, location_grade=LocationGrade.NONE)
    assert [r.key for r in found.proposed] == ["unit:enforcement"]
    assert gaps(found) == [("网格人员", ShortfallReason.NO_PLACE)]
    assert "未定位" in found.location_note


@pytest.mark.parametrize(("grade", "is_warned"), [("A", False), ("B", False), ("C", True), ("D", True)])
def test_a_doubtful_place_is_warned_of(grade, is_warned):
    assert (plan(location_grade=LocationGrade(grade)).location_note is not None) is is_warned


def test_a_category_without_a_unit_says_so():
    found = plan(replace(FACTS, duties=Duties(None)))
    assert found.main_unit is None
    assert ("主办单位", ShortfallReason.NO_UNIT) in gaps(found)


def test_a_full_unit_is_still_proposed_with_a_warning():
    full = replace(FACTS, units=UNITS | {"enforcement": replace(UNITS["enforcement"], open=40)})
    found = plan(full)
    assert found.proposed[0].key == "unit:enforcement"
    assert gaps(found) == [("主办单位", ShortfallReason.ALL_AT_LIMIT)]


def test_skills_and_equipment_that_nobody_has_are_named():
    found = plan(skills=("捕犬",), equipment=("捕犬笼",))
    assert gaps(found) == [
        ("捕犬", ShortfallReason.SKILL_MISSING),
        ("捕犬笼", ShortfallReason.EQUIPMENT_MISSING),
    ]
    unknown = {code: replace(unit, skills=None, equipment=None) for code, unit in UNITS.items()}
    assert plan(replace(FACTS, units=unknown), skills=("捕犬",)).shortfalls == ()


def test_the_queue_after_the_press():
    change = plan().queue_after["enforcement"]
    assert tuple(change) == (3, 4, 1, False)
    late = plan(replace(FACTS, external_due_at=NOW - MINUTE)).queue_after["enforcement"]
    assert late.is_new_overdue


def test_both_deadlines_are_there_and_the_stricter_counts():
    found = plan(replace(FACTS, external_due_at=NOW + MINUTE))
    assert (found.due_at, found.limit.case_due_at) == (NOW + MINUTE, LIMIT.case_due_at)
    assert plan(replace(FACTS, external_due_at=NOW + timedelta(days=9))).due_at == LIMIT.case_due_at


def test_urgent_notices_go_at_once_over_the_towns_channels():
    rules = PlanRules(channels={Severity.URGENT: (Channel.SMS,)})
    urgent, normal = plan(rules=rules, severity=Severity.URGENT), plan(rules=rules)
    assert (urgent.channels, urgent.is_at_once) == ((Channel.WEB, Channel.SMS), True)
    assert (normal.channels, normal.is_at_once) == ((Channel.WEB,), False)


def test_an_edge_case_names_the_neighbour_and_the_metres():
    found = plan(neighbours=(Neighbour(GridKind.COMPREHENSIVE, "G2", "西片", 12.4),))
    assert found.is_edge
    assert found.edge_note == "边界案件：距综合网格“西片” 12 米，请核对归属"
    assert not plan().is_edge


CARD = CardRule(
    "flood",
    "内涝卡",
    ("0404",),
    (Severity.URGENT,),
    (
        CardStep("设警示"),
        CardStep("开泵", "hydraulics", "排涝", "水泵"),
        CardStep("执法", "enforcement", "执法"),
    ),
    "样例",
)


def test_the_plan_card_brings_its_units_and_says_what_is_missing():
    found = plan(replace(FACTS, cards=(CARD,)), category_code="0404", severity=Severity.URGENT)
    assert "unit:hydraulics" in [r.key for r in found.proposed]
    assert [step.missing for step in found.card.steps] == [(), ("缺技能 排涝", "缺装备 水泵"), ()]
    assert found.card.missing == ("缺技能 排涝", "缺装备 水泵")
    assert plan(replace(FACTS, cards=(CARD,)), category_code="0404").card is None


def test_the_closest_card_counts():
    major = replace(CARD, key="major", categories=("04",))
    anything = replace(CARD, key="any", categories=("*",), severities=())
    cards = (anything, major, CARD)
    wanted = [("0404", "flood"), ("0405", "major"), ("0101", "any")]
    assert [choose_card(cards, code, Severity.URGENT).key for code, _ in wanted] == [key for _, key in wanted]
    assert choose_card((major,), "0101", Severity.URGENT) is None
