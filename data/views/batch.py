"""Waiting cases assigned together: the least total cost under everybody's load limit (`scipy.optimize`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.domain.batch import Assignment, BatchProblem, one_by_one, problem_of, total_cost
from data.domain.errors import InvalidInput
from data.domain.plan_values import DispatchPlan, Responder
from data.domain.vocabulary import ResponderKind
from data.views.plan import plans_for
from data.world import World

MOST_CASES = 200
EVERYBODY = 10_000
"""A batch looks at all who can come, not only at those whom a screen lists."""


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One case of a batch: `responders` are the keys to press with, `person` the assigned one, `cost` its share."""

    case_id: int
    number: str
    version: int
    main_unit: str | None
    main_unit_name: str
    person: Responder | None
    responders: tuple[str, ...]
    cost: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """A whole batch, with what one case after the other would have cost."""

    made_at: datetime
    items: tuple[BatchItem, ...]
    total_cost: float
    one_by_one_cost: float


def batch_plan(world: World, case_ids: Sequence[int], now: datetime) -> BatchPlan:
    """Return the assignment of some waiting cases at the least total cost.

    Raises `InvalidInput` for none, a repeated one or more than `MOST_CASES`, `NotFound` for an unknown one.
    """
    check_cases(case_ids)
    plans = plans_for(world, case_ids, now, EVERYBODY)
    problem = problem_of(plans, world.town.plan_rules.costs)
    assignment = solve(problem)
    return BatchPlan(
        now,
        _items(plans, problem, assignment),
        round(total_cost(problem, assignment), 6),
        round(total_cost(problem, one_by_one(problem)), 6),
    )


def solve(problem: BatchProblem) -> Assignment:
    """Return an assignment of least total cost.

    Each person has a column for each case that he can still take, dearer from one to the next; each case
    has a column of its own for staying with its unit alone.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment  # here: a server that assigns nothing starts without it

    count = len(problem.offers)
    columns = [
        (key, taken)
        for key, capacity in problem.capacities.items()
        for taken in range(min(capacity.free, count))
    ]
    matrix = np.full((count, len(columns) + count), np.inf)
    matrix[np.arange(count), len(columns) + np.arange(count)] = problem.costs.unassigned
    of_person: dict[str, list[int]] = {}
    for place, (key, _) in enumerate(columns):
        of_person.setdefault(key, []).append(place)
    slots = np.array([problem.slot_cost(key, taken) for key, taken in columns])
    for row, offers in enumerate(problem.offers):
        for key, cost in offers.items():
            places = of_person.get(key, [])
            matrix[row, places] = cost + slots[places]
    _, chosen = linear_sum_assignment(matrix)
    return tuple(columns[place][0] if place < len(columns) else None for place in chosen)


def check_cases(case_ids: Sequence[int]) -> None:
    """Refuse none, a repeated one or more than `MOST_CASES`."""
    if not 1 <= len(case_ids) <= MOST_CASES or len(set(case_ids)) != len(case_ids):
        raise InvalidInput(
            f"批量派遣应有 1 至 {MOST_CASES} 件案卷，且不能重复，收到 {len(case_ids)} 件",
            field="cases",
            value=len(case_ids),
            cure="请重新选择案卷",
        )


def _items(
    plans: Sequence[DispatchPlan], problem: BatchProblem, assignment: Assignment
) -> tuple[BatchItem, ...]:
    taken: Counter[str] = Counter()
    items = []
    for plan, offers, key in zip(plans, problem.offers, assignment, strict=True):
        cost = problem.costs.unassigned
        if key is not None:
            cost = offers[key] + problem.slot_cost(key, taken[key])
            taken[key] += 1
        items.append(_item(plan, key, cost))
    return tuple(items)


def _item(plan: DispatchPlan, key: str | None, cost: float) -> BatchItem:
    """Units and site owners as one press would send them, and the assigned person instead of the nearest."""
    others = tuple(r.key for r in plan.proposed if r.kind is not ResponderKind.GRID_MEMBER)
    return BatchItem(
        case_id=plan.case_id,
        number=plan.number,
        version=plan.version,
        main_unit=plan.main_unit,
        main_unit_name=plan.main_unit_name,
        person=next((r for r in plan.responders if r.key == key), None),
        responders=others if key is None else (*others, key),
        cost=round(cost, 6),
        notes=tuple(gap.words for gap in plan.shortfalls),
    )
