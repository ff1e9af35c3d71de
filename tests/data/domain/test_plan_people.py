"""Which person a plan proposes, why another is missing, and who never is proposed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.domain.plan_values import OFFICERS, PlanPerson
from data.domain.vocabulary import ResponderKind, Severity, ShortfallReason
from tests.data.domain.plan_facts import (
    MEMBER,
    MINUTE,
    RULES,
    gaps,
    plan,
    with_people,
)


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


def test_the_grids_own_people_go_before_nearer_neighbours():
    busy = replace(MEMBER, load=3, distance_m=2900.0)
    near = replace(MEMBER, staff_id=2, grids=frozenset({"G2"}), distance_m=5.0, fix_age=MINUTE)
    found = plan(with_people(near, busy))
    assert [(r.key, r.is_proposed) for r in found.responders if r.staff_id] == [
        ("staff:1", True),
        ("staff:2", False),
    ]
    full = plan(with_people(near, replace(busy, load=4)))
    assert [r.key for r in full.proposed if r.staff_id] == ["staff:2"]
    assert gaps(full) == [("网格员（东片）", ShortfallReason.ALL_AT_LIMIT)]
