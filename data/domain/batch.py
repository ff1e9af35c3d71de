"""Several waiting cases at once: what it costs to give each to whom, and the plain way to compare with.

A case has offers (keys of people with what the way and the fit cost), a person has orders in hand and a
limit; the n-th further case of one person costs more than the one before. The formula's weights stand in
the town's dispatch.yaml.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.domain.plan_rules import Costs
from data.domain.plan_values import DispatchPlan, Responder
from data.domain.vocabulary import ResponderKind

Assignment = tuple[str | None, ...]
"""Per case the key of its person, None where it is left to its unit alone."""

METRES_PER_KM = 1000.0


@dataclass(frozen=True, slots=True)
class Capacity:
    """A person's orders in hand and how many he may have."""

    load: int
    limit: int

    @property
    def free(self) -> int:
        """How many further orders he can take."""
        return max(self.limit - self.load, 0)


@dataclass(frozen=True, slots=True)
class BatchProblem:
    """Per case the cost of each person's coming (load aside), and everybody's capacity."""

    offers: tuple[Mapping[str, float], ...]
    capacities: Mapping[str, Capacity]
    costs: Costs

    def slot_cost(self, key: str, taken: int) -> float:
        """What a further order costs a person who has been given `taken` cases of this batch already."""
        return self.costs.load * (self.capacities[key].load + taken)


def problem_of(plans: Sequence[DispatchPlan], costs: Costs) -> BatchProblem:
    """Return the problem of assigning the grid members of some plans, all made from one reading."""
    members = [[r for r in plan.responders if r.kind is ResponderKind.GRID_MEMBER] for plan in plans]
    capacities = {r.key: Capacity(r.load, r.load_limit) for found in members for r in found}
    offers = tuple({r.key: offer_cost(r, costs) for r in found} for found in members)
    return BatchProblem(offers, capacities, costs)


def offer_cost(responder: Responder, costs: Costs) -> float:
    """Return what a person's coming costs: the way, another's grid, a missing skill."""
    way = responder.distance_m
    return (
        (costs.unknown_place if way is None else costs.km * way / METRES_PER_KM)
        + (0.0 if responder.is_own_grid else costs.other_grid)
        + (0.0 if responder.has_skill else costs.skill_missing)
    )


def total_cost(problem: BatchProblem, assignment: Assignment) -> float:
    """Return the cost of an assignment; the order of one person's cases does not matter."""
    taken: Counter[str] = Counter()
    total = 0.0
    for offers, key in zip(problem.offers, assignment, strict=True):
        if key is None:
            total += problem.costs.unassigned
            continue
        total += offers[key] + problem.slot_cost(key, taken[key])
        taken[key] += 1
    return total


def is_possible(problem: BatchProblem, assignment: Assignment) -> bool:
    """Whether every case has an offer of its person and nobody is over his limit."""
    given = Counter(key for key in assignment if key is not None)
    is_offered = all(
        key is None or key in offers for offers, key in zip(problem.offers, assignment, strict=True)
    )
    return is_offered and all(count <= problem.capacities[key].free for key, count in given.items())


def one_by_one(problem: BatchProblem) -> Assignment:
    """Give each case in turn to whoever costs least then: what an operator does without the batch."""
    taken: Counter[str] = Counter()
    found: list[str | None] = []
    for offers in problem.offers:
        costs = {
            key: cost + problem.slot_cost(key, taken[key])
            for key, cost in offers.items()
            if taken[key] < problem.capacities[key].free
        }
        best = min(costs, key=lambda key: (costs[key], key), default=None)
        if best is not None and costs[best] >= problem.costs.unassigned:
            best = None
        found.append(best)
        if best is not None:
            taken[best] += 1
    return tuple(found)
