"""Plans, batches and presses: ours beside plain pandas, one case after the other, and bare commits of the same rows."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import numpy as np
import pandas as pd
from sqlalchemy import func, insert, select, update

from bench.plan_town import GRID, NOW, POINT, report, staffed_world
from bench.table import BenchRow, less_is_better
from data.domain.batch import one_by_one, problem_of
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.dispatch import dispatch_case
from data.services.dispatch_choice import DispatchCase
from data.store.tables import cases, journal, orders, outbox, positions, shifts, staff
from data.store.work_tables import dispatch_plans
from data.views.batch import EVERYBODY, batch_plan
from data.views.plan import plan_for, plans_for
from data.world import World
from geo.crs import Projector

DISPATCHER = Actor("bench", Role.DISPATCHER)
PLANS, PRESSES, BATCH = 60, 120, 50
Fn = Callable[[int], object]


def rows() -> Iterator[BenchRow]:
    """Measure plans in a town of 300 and of 3,000, and batches and presses in the larger one."""
    for count in (300, 3_000):
        with tempfile.TemporaryDirectory() as folder:
            world = staffed_world(folder, count)
            yield from _plans(world, count)
            if count == 3_000:
                yield from _batches(world)
                yield from _presses(world)
            world.close()


def _plans(world: World, count: int) -> Iterator[BenchRow]:
    case_id = report(world)
    ours, plain = _times(lambda _: plan_for(world, case_id, NOW), PLANS), _times(lambda _: _pandas(world), 20)
    yield less_is_better(
        f"plan among {count:,} staff, p50 (plain pandas)", _p(ours, 50), _p(plain, 50), "ms", "< 50 ms"
    )


def _pandas(world: World) -> pd.DataFrame:
    """Read the same tables whole and filter them: who of the grid is on shift, near and not full."""
    with world.store.read() as connection:
        people, duty, fixes = (
            pd.DataFrame(connection.execute(select(table)).mappings().all())
            for table in (staff, shifts, positions)
        )
        held = pd.DataFrame(
            connection.execute(
                select(orders.c.staff_id, orders.c.state)
                .join(cases, cases.c.id == orders.c.case_id)
                .where(cases.c.is_open.is_(True))
            ).mappings().all()
        )  # fmt: skip
    duty = duty[(duty["starts_at"] <= NOW) & (duty["ends_at"] > NOW) & (duty["grid_code"] == GRID)]
    found = people.merge(duty, left_on="id", right_on="staff_id").merge(fixes, on="staff_id", how="left")
    found = found[found["role"] == "grid_member"]
    x, y = Projector(world.town.profile.projected_crs).forward(
        [POINT[0], *found["lon"]], [POINT[1], *found["lat"]]
    )
    load = held[held["state"].isin(["sent", "signed", "on_scene"])]["staff_id"].value_counts()
    found = found.assign(metres=np.hypot(x[1:] - x[0], y[1:] - y[0]))
    found["load"] = found["staff_id"].map(load).fillna(0)
    is_fresh = found["fixed_at"] >= NOW - timedelta(minutes=30)
    return found[is_fresh & (found["load"] < 4)].sort_values(["load", "metres"])


def _batches(world: World) -> Iterator[BenchRow]:
    waiting = [report(world, number) for number in range(BATCH)]
    ours = _times(lambda _: batch_plan(world, waiting, NOW), 10)
    greedy = _times(lambda _: _one_by_one(world, waiting), 5)
    yield less_is_better(
        f"batch of {BATCH} cases, planned and assigned (one by one)", _p(ours, 50), _p(greedy, 50), "ms"
    )
    found = batch_plan(world, waiting, NOW)
    yield less_is_better(
        f"batch of {BATCH} cases, total cost (one by one)", found.total_cost, found.one_by_one_cost, "cost"
    )


def _one_by_one(world: World, waiting: list[int]) -> object:
    """What a dispatcher would do without the batch: a plan for each case, then the cheapest person left."""
    plans = [plans_for(world, [case_id], NOW, EVERYBODY)[0] for case_id in waiting]
    return one_by_one(problem_of(plans, world.town.plan_rules.costs))


def _presses(world: World) -> Iterator[BenchRow]:
    waiting = [report(world, number) for number in range(PRESSES)]
    ours = _times(
        lambda n: dispatch_case(world, DispatchCase(waiting[n], 1), DISPATCHER, NOW, f"k{n}"), PRESSES
    )
    bare = _times(lambda n: _bare(world, waiting[n], n), PRESSES)
    for percent in (50, 95):
        yield less_is_better(
            f"press → durable, p{percent} (bare commit of the same rows)",
            _p(ours, percent),
            _p(bare, percent),
            "ms",
            "< 100 ms" if percent == 95 else "",
        )


def _bare(world: World, case_id: int, number: int) -> None:
    """Commit as many rows of the same size on the program's own engine."""
    order = {"case_id": case_id, "unit_code": "u", "state": "sent", "sent_at": NOW, "facts": "x" * 300}
    notice = {"case_id": case_id, "channel": "web", "payload": "x" * 80, "created_at": NOW, "send_after": NOW}
    with world.store.engine.begin() as connection:
        connection.execute(update(cases).where(cases.c.id == case_id).values(due_at=NOW))
        last = select(func.max(journal.c.sequence)).where(journal.c.case_id == case_id)
        sequence = connection.execute(last).scalar_one()
        connection.execute(insert(journal), [_entry(case_id, sequence + n) for n in (1, 2, 3)])
        numbers = [f"bare-{number}-{n}" for n in (1, 2)]
        connection.execute(insert(orders), [order | {"number": n, "is_main": False} for n in numbers])
        plan = {"case_id": case_id, "made_at": NOW, "made_by": "b", "content": "x" * 2000, "hash": "0" * 64}
        connection.execute(insert(dispatch_plans).values(plan))
        connection.execute(insert(outbox), [notice | {"key": n} for n in numbers])


def _entry(case_id: int, sequence: int) -> dict[str, object]:
    times = {"recorded_at": NOW, "happened_at": NOW}
    words = {"actor": "b", "actor_role": "dispatcher", "action": "file", "to_state": "filed", "payload": "{}"}
    hashes = {"previous_hash": "0" * 64, "hash": "0" * 64}
    return {"case_id": case_id, "sequence": sequence} | times | words | hashes


def _times(work: Fn, count: int) -> list[float]:
    """Return the milliseconds of each call; the first of all is not counted where there are many."""
    found = []
    for number in range(count):
        start = time.perf_counter()
        work(number)
        found.append((time.perf_counter() - start) * 1000)
    return found[1:]


def _p(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]
