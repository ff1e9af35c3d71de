"""The simulation: what it plans, and what it writes through the services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from data.demo.scene import Scene
from data.demo.simulate import Simulation, open_demo_cases
from data.demo.steps import OpenCase, Step, plan_report, plan_steps
from data.domain.vocabulary import Action, CaseState
from data.opening import open_town
from data.settings import Settings
from data.store.tables import cases, changes, journal, loads, orders, patrols, positions, shifts
from data.world import World
from tests.data.demo.conftest import REFERENCE, generate, rows

SMALL = 82.0
S = CaseState


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return an opened town with a small demo; the tests below live through it one after the other."""
    path = tmp_path_factory.mktemp("simulated") / "cloud.db"
    settings = Settings(
        database_url=f"sqlite:///{path}", simulate=120, demo_cases_per_day=SMALL, demo_months=1
    )
    opened = open_town(settings)
    generate(opened.store, opened.town, cases_per_day=SMALL)
    yield opened
    opened.close()


def one(case_id: int, state: CaseState, since: int, due: int | None = 600) -> OpenCase:
    """A case that came into its state `since` minutes ago and is due in `due` minutes."""
    deadline = None if due is None else REFERENCE + timedelta(minutes=due)
    return OpenCase(case_id, state, REFERENCE - timedelta(minutes=since), deadline, 0, 0)


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (S.REPORTED, Action.ACCEPT),
        (S.ACCEPTED, Action.FILE),
        (S.FILED, Action.DISPATCH),
        (S.DISPATCHED, Action.SIGN),
        (S.SIGNED, Action.ARRIVE),
        (S.RETURNED, Action.DISPATCH),
        (S.HANDLED, Action.VERIFY),
        (S.VERIFIED, Action.CLOSE),
    ],
)
def test_a_case_waits_and_then_moves_on(scene: Scene, state: CaseState, action: Action) -> None:
    assert plan_steps(scene, [one(3, state, 0)], REFERENCE, 164.0) == []
    assert plan_steps(scene, [one(3, state, 300)], REFERENCE, 164.0) == [Step(3, action)]


def test_handling_keeps_the_number_level(scene: Scene) -> None:
    """With fewer open than usual nobody hurries; with more the surplus is handled, a few at a time."""
    few = [one(n, S.ON_SCENE, 60) for n in range(100)]
    many = [one(n, S.ON_SCENE, 60) for n in range(200)]
    assert plan_steps(scene, few, REFERENCE, 164.0) == []
    assert [step.action for step in plan_steps(scene, many, REFERENCE, 164.0)] == [Action.HANDLE] * 2
    assert plan_steps(scene, many, REFERENCE, 328.0) == []


def test_most_cases_are_handled_before_their_deadline_few_after(scene: Scene) -> None:
    def is_handled(n: int, due: int) -> bool:
        return plan_steps(scene, [one(n, S.ON_SCENE, 60, due)], REFERENCE, 164.0) == [Step(n, Action.HANDLE)]

    in_time = sum(is_handled(n, 2) for n in range(1000))
    assert 700 < in_time < 900
    assert not any(is_handled(n, -5) for n in range(1000))
    assert all(is_handled(n, -101) for n in range(1000))


def test_now_and_then_a_step_back(scene: Scene) -> None:
    steps = [plan_steps(scene, [one(n, S.DISPATCHED, 300)], REFERENCE, 164.0)[0] for n in range(1000)]
    back = [step for step in steps if step.action is Action.RETURN]
    assert 20 < len(back) < 60
    assert {step.reason for step in back} <= set(scene.phrases.return_reasons)


def test_reports_follow_the_hour(scene: Scene) -> None:
    """At three at night hardly anybody asks a window; every report is labelled."""

    def drawn(at: datetime) -> list[Any]:
        rng = np.random.default_rng(1)
        return [plan_report(scene, rng, at) for _ in range(600)]

    day, night = drawn(REFERENCE - timedelta(hours=7)), drawn(REFERENCE + timedelta(hours=9, minutes=30))
    assert all(report.is_demo and report.source_key == "simulation" for report in day + night)
    assert {report.category for report in day} <= set(scene.town.categories_by_code)
    assert 5 <= sum(report.lon is None for report in day) <= 45
    urgent = [Counter(report.category[:2] for report in found)["04"] for found in (day, night)]
    window = [Counter(str(report.intake_channel) for report in found)["window"] for found in (day, night)]
    assert urgent[1] > urgent[0]
    assert window[1] < window[0]


def test_reports_are_the_same_for_the_same_draws(scene: Scene) -> None:
    first, second = (plan_report(scene, np.random.default_rng(4), REFERENCE) for _ in range(2))
    assert first == second


def test_one_report(world: World) -> None:
    receipt = Simulation(world).report_one(REFERENCE)
    row = rows(world.store, select(cases).where(cases.c.id == receipt.id))[0]
    assert (row.is_demo, row.source_key, row.state, row.changed_by) == (
        True,
        "simulation",
        "reported",
        "simulation",
    )


def test_an_hour_goes_by(world: World) -> None:
    """Cases arrive at the wanted rate, the number of open ones stays level, and every chain goes on."""
    simulation = Simulation(world)
    before = rows(world.store, select(func.count()).select_from(cases))[0][0]
    for second in range(0, 3600, 15):
        simulation.step(REFERENCE + timedelta(seconds=second))
    arrived = rows(world.store, select(func.count()).select_from(cases))[0][0] - before
    with world.store.read() as connection:
        still_open = open_demo_cases(connection)
    assert 80 < arrived < 160
    assert 54 <= len(still_open) <= 84
    newest = select(journal.c.case_id, func.max(journal.c.sequence).label("last")).group_by(journal.c.case_id)
    lasts = dict(rows(world.store, newest))
    assert all(lasts[n] == version for n, version in rows(world.store, select(cases.c.id, cases.c.version)))
    assert rows(world.store, select(func.count()).where(orders.c.sent_at > REFERENCE))[0][0] > 30


def test_people_move_in_turn(world: World) -> None:
    """One group after the other gets a new fix; after two minutes everybody who is seen has one."""
    simulation = Simulation(world)
    start = REFERENCE + timedelta(hours=2)
    moved = [simulation.move_staff(start + timedelta(seconds=10 * n)) for n in range(12)]
    on_shift = select(func.count(shifts.c.staff_id.distinct())).where(
        shifts.c.starts_at <= start, shifts.c.ends_at > start
    )
    planned = rows(world.store, on_shift)[0][0]
    assert 0.8 * planned < sum(moved) < planned
    assert max(moved) < planned / 4
    fresh = rows(world.store, select(func.count()).where(positions.c.fixed_at >= start))[0][0]
    assert fresh == sum(moved)


def test_sources_keep_their_age(world: World) -> None:
    simulation = Simulation(world)
    later = REFERENCE + timedelta(days=1)
    assert simulation.beat_sources(later) > 0
    assert simulation.beat_sources(later) == 0
    query = select(loads.c.source_key, loads.c.data_until).where(loads.c.data_until.is_not(None))
    until = dict(rows(world.store, query))
    assert later - until["hotline"] < timedelta(minutes=15)
    assert timedelta(minutes=30) < later - until["police_link"] < timedelta(minutes=120)
    assert until["enterprise_monthly"].astimezone(world.town.profile.zone).day == 1


def test_duty_goes_on_for_weeks(world: World) -> None:
    """Nobody restarts the server: shifts and patrols of the coming days appear by themselves."""
    simulation = Simulation(world)
    for day in range(1, 9):
        simulation.keep_duty(REFERENCE + timedelta(days=day))
    now = REFERENCE + timedelta(days=8)
    planned = select(func.count(shifts.c.staff_id.distinct())).where(
        shifts.c.starts_at <= now, shifts.c.ends_at > now
    )
    assert rows(world.store, planned)[0][0] > 100
    assert now - rows(world.store, select(func.max(patrols.c.ended_at)))[0][0] < timedelta(hours=2)
    twice = (
        select(func.count())
        .select_from(shifts)
        .group_by(shifts.c.staff_id, shifts.c.grid_code, shifts.c.starts_at)
    )
    assert max(count for (count,) in rows(world.store, twice)) == 1
    assert {t for (t,) in rows(world.store, select(changes.c.topic).distinct())} >= {
        "cases",
        "staff",
        "loads",
        "demo",
    }
