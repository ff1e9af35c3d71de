"""The reviewed table: every right × role, whose case it is, and refusals that say who may."""

import pytest

from data.domain.errors import Forbidden
from data.domain.people import SYSTEM, VISITOR, Actor
from data.domain.rights import BOUND, ONLY_OWN, ROLES, Owned, Right, authorise, may
from data.domain.steps import CASE_STEPS
from data.domain.vocabulary import Action, Role

# One column a role; what the town's centre reviewed. `o` is only what is the role's own.
COLUMNS = ("intake", "dispatcher", "shift_lead", "unit_handler", "grid_member", "verifier", "leader", "wall")
REVIEWED = """
see_situation    x x x x x x x x
see_desk         x x x . . x x .
see_case         x x x o o x x .
see_journal      x x x o o x x .
see_sensitive    x x x o o x x .
see_resident     x x x o o x . .
see_plan         x x x . . x x .
see_score        x x x o . x x .
report_case      x x x x x . . .
act_on_case      x x x o o x x .
dispatch_case    . x x . . . . .
add_photo        x x x o o x . .
handle_alarm     x x x . . . . .
manage_accounts  . . x . . . . .
manage_data      . . . . . . . .
change_grids     . . x . . . . .
appeal_assessment . . x o . . . .
decide_assessment . . . . . . x .
change_mechanisms . . x . . . . .
check_exemption  . . x o . . . .
invite_observer  . . x . . . . .
answer_observer  . . x o . . . .
see_audit        . . x . . . x .
"""
MARKS = {
    (line.split()[0], role): mark
    for line in REVIEWED.strip().splitlines()
    for role, mark in zip(COLUMNS, line.split()[1:], strict=True)
}
OWN = Owned(frozenset({"safety"}), frozenset({"W0001"}))


def actor(role: str) -> Actor:
    return Actor("W0001", Role(role), unit_code="safety")


@pytest.mark.parametrize(("right", "role"), MARKS, ids=lambda v: v)
def test_the_table_is_the_reviewed_one(right, role):
    mark = MARKS[(right, role)]
    assert may(actor(role), Right(right)) == (mark != ".")
    if mark == ".":
        with pytest.raises(Forbidden) as refusal:
            authorise(actor(role), Right(right), OWN)
        assert refusal.value.status == 403
        assert Right(right).label in refusal.value.message
        assert refusal.value.cure
    else:
        authorise(actor(role), Right(right), OWN)


def test_the_review_covers_every_right_and_role():
    assert {right for right, _ in MARKS} == set(Right) == set(ROLES)
    assert {role for _, role in MARKS} == set(Role) - {Role.SYSTEM}


@pytest.mark.parametrize("right", sorted(ONLY_OWN))
@pytest.mark.parametrize("role", sorted(BOUND))
@pytest.mark.parametrize("obj", [None, Owned(), Owned(frozenset({"rural"}), frozenset({"W0002"}))])
def test_a_bound_role_has_nothing_of_others(right, role, obj):
    with pytest.raises(Forbidden):
        authorise(actor(role), right, obj)


def test_a_handler_without_a_unit_and_a_member_in_the_unit_own_nothing():
    with pytest.raises(Forbidden):
        authorise(Actor("W0001", Role.UNIT_HANDLER), Right.SEE_CASE, OWN)
    with pytest.raises(Forbidden):
        authorise(Actor("W0002", Role.GRID_MEMBER, unit_code="safety"), Right.SEE_CASE, OWN)


def test_the_program_may_everything_and_a_visitor_only_look():
    assert all(may(SYSTEM, right) for right in Right)
    assert [right for right in Right if may(VISITOR, right)] == [Right.SEE_SITUATION]


def test_whoever_the_lifecycle_lets_act_has_the_right_to():
    acting = {step.role for step in CASE_STEPS if step.action != Action.REPORT}
    reporting = {step.role for step in CASE_STEPS if step.action == Action.REPORT}
    dispatching = {step.role for step in CASE_STEPS if step.action == Action.DISPATCH}
    assert acting - {Role.SYSTEM} == ROLES[Right.ACT_ON_CASE]
    assert reporting - {Role.SYSTEM} == ROLES[Right.REPORT_CASE]
    assert dispatching - {Role.SYSTEM} == ROLES[Right.DISPATCH_CASE]
