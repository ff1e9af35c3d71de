"""Batches: the solver against every possible assignment, and never worse than one case after the other."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.domain.batch import BatchProblem, Capacity, is_possible, offer_cost, one_by_one, total_cost
from data.domain.errors import InvalidInput
from data.domain.plan_rules import Costs
from data.domain.plan_values import Responder
from data.domain.vocabulary import ResponderKind
from data.views.batch import batch_plan, solve
from tests.conftest import ROOT
from tests.data.views.test_plan import GRID, add_person, report
from tests.worlds import NOW

COSTS = Costs(load=1.0, unassigned=50.0)
KEYS = ("a", "b", "c")


def brute_force(problem: BatchProblem) -> float:
    """The least cost of all assignments, tried one by one."""
    choices = [(None, *offers) for offers in problem.offers]
    possible = (found for found in itertools.product(*choices) if is_possible(problem, found))
    return min(total_cost(problem, found) for found in possible)


@st.composite
def problems(draw, most_cases):
    count = draw(st.integers(1, most_cases))
    quarters = st.integers(0, 40).map(lambda n: n / 4)
    offers = [draw(st.dictionaries(st.sampled_from(KEYS), quarters)) for _ in range(count)]
    capacities = {key: Capacity(draw(st.integers(0, 5)), draw(st.integers(0, 5))) for key in KEYS}
    costs = Costs(load=draw(quarters), unassigned=draw(st.sampled_from([0.0, 3.0, 50.0])))
    return BatchProblem(tuple(offers), capacities, costs)


@settings(max_examples=150, deadline=None)
@given(problems(most_cases=6))
def test_the_solver_finds_the_least_cost_of_all(problem):
    found = solve(problem)
    assert is_possible(problem, found)
    assert total_cost(problem, found) == pytest.approx(brute_force(problem))


@settings(max_examples=100, deadline=None)
@given(problems(most_cases=40))
def test_never_worse_than_one_by_one(problem):
    greedy = one_by_one(problem)
    assert is_possible(problem, greedy)
    assert total_cost(problem, solve(problem)) <= total_cost(problem, greedy) + 1e-9


def test_the_first_case_does_not_take_what_only_the_second_can_have():
    problem = BatchProblem(
        ({"a": 1.0, "b": 2.0}, {"a": 1.0}), {"a": Capacity(0, 1), "b": Capacity(0, 1)}, COSTS
    )
    assert one_by_one(problem) == ("a", None)
    assert solve(problem) == ("b", "a")


def test_a_full_person_gets_nothing_and_a_case_without_offers_stays_with_its_unit():
    problem = BatchProblem(({"a": 0.0}, {}), {"a": Capacity(4, 4)}, COSTS)
    assert solve(problem) == (None, None)


def test_load_spreads_the_work():
    problem = BatchProblem(({"a": 0.0, "b": 0.5},) * 2, {key: Capacity(0, 4) for key in "ab"}, COSTS)
    assert sorted(solve(problem)) == ["a", "b"]


def test_the_formula():
    costs = Costs(km=2.0, unknown_place=7.0, other_grid=3.0, skill_missing=1.5)
    near = Responder(
        "staff:1", ResponderKind.GRID_MEMBER, "v", 1, "甲", False, (), True, distance_m=500.0, load_limit=4
    )
    assert offer_cost(near, costs) == 1.0
    far = Responder(
        "staff:2", ResponderKind.GRID_MEMBER, "v", 2, "乙", False, (), False,
        distance_m=None, has_skill=False, is_own_grid=False,
    )  # fmt: skip
    assert offer_cost(far, costs) == 7.0 + 3.0 + 1.5


def test_a_batch_of_one_village_spreads_over_its_people(world):
    """Five cases in one grid whose member can take four orders: a neighbour takes the fifth."""
    cases = [report(world) for _ in range(5)]
    add_person(world, 1, GRID)
    add_person(world, 2, "320582105204001", fix=(120.6301, 31.77))
    found = batch_plan(world, cases, NOW)
    people = [item.person.key for item in found.items]
    assert [item.case_id for item in found.items] == cases
    assert (people.count("staff:1"), people.count("staff:2")) == (4, 1)
    assert all(item.responders == ("unit:enforcement", item.person.key) for item in found.items)
    assert sum(item.cost for item in found.items) == pytest.approx(found.total_cost)
    assert found.total_cost <= found.one_by_one_cost


def test_a_batch_wants_cases_each_once(world):
    case_id = report(world)
    for wanted in ([], [case_id, case_id], list(range(1, 202))):
        with pytest.raises(InvalidInput):
            batch_plan(world, wanted, NOW)


def test_the_solver_is_imported_only_when_a_batch_is_planned():
    probe = "import sys, app; sys.exit(any(name.startswith('scipy') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", probe], cwd=ROOT, check=False).returncode == 0
