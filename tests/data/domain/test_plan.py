"""The dispatch plan: who is proposed and why, what is missing and why, and who never is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.domain.plan import dispatch_plan
from data.domain.plan_rules import CardRule, CardStep, PlanRules, choose_card
from data.domain.plan_values import (
    OFFICERS,
    Duties,
    Neighbour,
    PlanCase,
    PlanFacts,
    PlanLimit,
    PlanPerson,
    PlanUnit,
)
from data.domain.vocabulary import (
    Channel,
    ClockKind,
    GridKind,
    LocationGrade,
    ResponderKind,
    Severity,
    ShortfallReason,
)

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


@pytest.mark.parametrize(
    ("change", "reason", "is_proposed"),
    [
        ({"is_on_duty": False}, ShortfallReason.NOBODY_ON_DUTY, False),
        ({"distance_m": 3001.0}, ShortfallReason.OUTSIDE_RADIUS, False),
        ({"load": 4}, ShortfallReason.ALL_AT_LIMIT, False),
        ({"fix_age": 31 * MINUTE}, ShortfallReason.POSITION_TOO_OLD, True),  # his own grid: duty alone counts
        ({"distance_m": None, "fix_age": None}, ShortfallReason.POSITION_TOO_OLD, True),
    ],
)
def test_why_a_person_is_missing(change, reason, is_proposed):
    found = plan(with_people(replace(MEMBER, **change)))
    assert [gap for _, gap in gaps(found)] == [reason]
    assert ("staff:1" in [r.key for r in found.proposed]) is is_proposed


def test_the_bounds_of_radius_age_and_load_belong_inside():
    edge = replace(MEMBER, distance_m=3000.0, fix_age=30 * MINUTE, load=3)
    found = plan(with_people(edge))
    assert found.shortfalls == ()
    assert found.responders[-1].distance_m == 3000.0


def test_nobody_in_the_grid_lets_a_neighbour_cover_on_a_fresh_position_only():
    near = replace(MEMBER, staff_id=2, name="网格员乙", grids=frozenset({"G2"}))
    old = replace(near, staff_id=3, fix_age=40 * MINUTE, distance_m=10.0)
    found = plan(with_people(near, old))
    assert [r.key for r in found.responders if r.staff_id] == ["staff:2"]
    assert found.responders[-1].reasons[0].words == "邻近网格在岗，代东片"
    assert gaps(found) == [("网格员（东片）", ShortfallReason.NOBODY_ON_DUTY)]
    alone = plan(with_people(old))
    assert [gap for _, gap in gaps(alone)] == [
        ShortfallReason.NOBODY_ON_DUTY,
        ShortfallReason.POSITION_TOO_OLD,
    ]


def test_an_old_position_gives_no_points_and_no_distance():
    [old] = [r for r in plan(with_people(replace(MEMBER, fix_age=31 * MINUTE))).responders if r.staff_id]
    assert old.distance_m is None
    assert old.points == 40 + 20


def test_the_owner_of_a_site_is_proposed_beside_the_member():
    owner = PlanPerson(9, "专管员", "centre", "site", frozenset({"P1"}), distance_m=50.0, fix_age=MINUTE)
    found = plan(with_people(MEMBER, owner), professional="P1", professional_name="凤凰山景区")
    assert [(r.kind, r.is_proposed) for r in found.responders if r.staff_id] == [
        (ResponderKind.GRID_MEMBER, True),
        (ResponderKind.SITE_OWNER, True),
    ]
    without = plan(professional="P1", professional_name="凤凰山景区")
    assert ("场所负责人（凤凰山景区）", ShortfallReason.NOBODY_ON_DUTY) in gaps(without)


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


PEOPLE = st.lists(
    st.builds(
        PlanPerson,
        staff_id=st.integers(1, 30),
        name=st.just("某"),
        unit_code=st.sampled_from(["V1", "police"]),
        role=st.sampled_from(["grid_member", "site", "police", "auxiliary", "bureau"]),
        grids=st.frozensets(st.sampled_from(["G1", "G2", "P1"]), min_size=1),
        skills=st.frozensets(st.sampled_from(["执法", "调解"])),
        load=st.integers(0, 6),
        distance_m=st.none() | st.floats(0, 5000),
        fix_age=st.none() | st.timedeltas(timedelta(minutes=-20), timedelta(hours=2)),
        is_on_duty=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda person: person.staff_id,
)


@given(people=PEOPLE, severity=st.sampled_from(list(Severity)), needs_police=st.booleans())
def test_no_plan_names_an_officer_or_somebody_off_duty_or_rests_on_an_old_position(
    people, severity, needs_police
):
    found = plan(with_people(*people), severity=severity, needs_police=needs_police, professional="P1")
    by_id = {person.staff_id: person for person in people}
    for responder in (r for r in found.responders if r.staff_id is not None):
        person = by_id[responder.staff_id]
        assert person.role not in OFFICERS
        assert person.is_on_duty
        assert person.load < RULES.person_limit
        if responder.distance_m is None:
            assert "距现场" not in "".join(reason.words for reason in responder.reasons)
            assert responder.is_own_grid
        else:
            assert person.fix_age <= RULES.fix_limit
            assert responder.distance_m <= RULES.radius_m
    assert len({r.key for r in found.responders}) == len(found.responders)
    assert sum(r.is_main for r in found.proposed) == 1
