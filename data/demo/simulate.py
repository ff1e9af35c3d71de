"""The labelled simulation: cases arrive and move on, people walk, sources stay fresh; planned purely, then written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection, and_, func, select

from data.demo.books import Books, read_books
from data.demo.bulk import insert_rows
from data.demo.moves import Beats
from data.demo.people import (
    DAYS_AHEAD,
    PATROL_COLUMNS,
    POSITION_COLUMNS,
    SHIFT_COLUMNS,
    duty_at,
    numbered,
    patrol_rows,
    shift_rows,
)
from data.demo.scene import Scene, build_scene, town_grids
from data.demo.sources import beat
from data.demo.steps import OpenCase, Step, plan_report, plan_steps
from data.demo.working import utc_text
from data.domain.errors import Conflict
from data.domain.people import SIMULATION
from data.domain.vocabulary import Action, CaseState
from data.services.acting import act
from data.services.actions import CaseAction
from data.services.dispatch import dispatch_case
from data.services.dispatch_choice import DispatchCase
from data.services.report import CaseReceipt, report_case
from data.store.tables import cases, journal, patrols, positions, shifts
from data.world import World

GROUPS = 12
SECONDS_PER_HOUR = 3600.0
EVERY = {
    "advance": timedelta(seconds=5),
    "move_staff": timedelta(seconds=10),
    "beat_sources": timedelta(seconds=15),
    "keep_duty": timedelta(minutes=5),
}
"""How often each part of the simulation is done; one of `GROUPS` of the people moves at a time."""


@dataclass(slots=True)
class Simulation:
    """Lets a demo town live; `step` does what is due, and wants to be called every `pause_seconds`."""

    world: World
    pause_seconds: float = 1.0
    _scene: Scene | None = None
    _beats: Beats | None = None
    _next_report: datetime | None = None
    _next: dict[str, datetime] = field(default_factory=dict)

    def step(self, now: datetime) -> None:
        """Do everything that is due at `now`."""
        self._report_when_due(now)
        for name, every in EVERY.items():
            if now >= self._next.get(name, now):
                self._next[name] = now + every
                work: Callable[[datetime], object] = getattr(self, name)
                work(now)

    def report_one(self, now: datetime) -> CaseReceipt:
        """Report one more case as the arrival pattern has them at this hour."""
        command = plan_report(self._stage(now), self._rng(now), now)
        return report_case(self.world, command, SIMULATION, now)

    def advance(self, now: datetime) -> int:
        """Take open demo cases their next steps; return how many steps were taken."""
        with self.world.store.read() as connection:
            waiting = open_demo_cases(connection)
        taken = 0
        for step in plan_steps(self._stage(now), waiting, now, self.world.settings.demo_cases_per_day):
            try:
                self._take(step, now)
                taken += 1
            except Conflict:  # somebody else was quicker with this case
                continue
        return taken

    def _take(self, step: Step, now: datetime) -> None:
        """Take one step as people do: a dispatch by its plan, with orders and notices, anything else as an action."""
        if step.action is Action.DISPATCH:
            dispatch_case(self.world, DispatchCase(step.case_id, None), SIMULATION, now)
        else:
            act(self.world, _action(step), SIMULATION, now)

    def move_staff(self, now: datetime) -> int:
        """Write new fixes of those on duty whose turn it is; return how many. Silent people stay silent."""
        scene = self._stage(now)
        books = self._books()
        if books is None:
            return 0
        duty = duty_at(scene, now)
        without = duty.silent | duty.stale
        turn = int(now.timestamp() // EVERY["move_staff"].total_seconds()) % GROUPS
        posts = {n: code for n, code in reversed(duty.posts) if n not in without and n % GROUPS == turn}
        people = [(scene.roster.people[n - 1], code) for n, code in sorted(posts.items())]
        lon, lat = self._walks(scene).positions(people, np.full(len(people), now.timestamp()))
        at = utc_text(now)
        rows = [(p.number, float(x), float(y), at) for (p, _), x, y in zip(people, lon, lat, strict=True)]
        with self.world.store.write() as transaction:
            connection = transaction.connection
            new = numbered(rows, books.first_staff_id)
            connection.execute(positions.delete().where(positions.c.staff_id.in_([row[0] for row in new])))
            insert_rows(connection, positions, POSITION_COLUMNS, new)
            transaction.changed("staff", now)
        return len(rows)

    def beat_sources(self, now: datetime) -> int:
        """Keep the demo's sources as fresh as they are meant to look; return how many changed."""
        with self.world.store.write() as transaction:
            changed = beat(transaction.connection, self.world.town, now)
            if changed:
                transaction.changed("loads", now)
        return changed

    def keep_duty(self, now: datetime) -> int:
        """Write the shifts of the coming days and the patrols that have ended since; return how many rows."""
        scene, books = self._stage(now), self._books()
        if books is None:
            return 0
        zone = self.world.town.profile.zone
        today = now.astimezone(zone).date()
        with self.world.store.read() as connection:
            planned = connection.execute(
                select(func.max(shifts.c.starts_at)).where(shifts.c.is_demo)
            ).scalar_one()
            last = connection.execute(
                select(func.max(patrols.c.ended_at)).where(patrols.c.is_demo)
            ).scalar_one()
        days = [today + timedelta(days=n) for n in range(DAYS_AHEAD + 1)]
        missing = [day for day in days if planned is None or day > planned.astimezone(zone).date()]
        ended = patrol_rows(scene, [today - timedelta(days=1), today], last, now)
        coming = shift_rows(scene, missing)
        if not ended and not coming:
            return 0
        with self.world.store.write() as transaction:
            tail = (books.first_staff_id, books.load_id)
            insert_rows(transaction.connection, shifts, SHIFT_COLUMNS, numbered(coming, *tail))
            insert_rows(transaction.connection, patrols, PATROL_COLUMNS, numbered(ended, *tail))
            transaction.changed("demo", now)
        return len(ended) + len(coming)

    def _report_when_due(self, now: datetime) -> None:
        """Cases arrive at random, on average as many per hour as the setting says."""
        rate = self.world.settings.simulate
        if rate <= 0:
            return
        if self._next_report is not None and now >= self._next_report:
            self.report_one(now)
            self._next_report = None
        if self._next_report is None:
            wait = self._rng(now).exponential(SECONDS_PER_HOUR / rate)
            self._next_report = now + timedelta(seconds=float(wait))

    def _rng(self, now: datetime) -> np.random.Generator:
        return np.random.default_rng([self.world.settings.seed, int(now.timestamp() * 1000)])

    def _books(self) -> Books | None:
        with self.world.store.read() as connection:
            return read_books(connection)

    def _stage(self, now: datetime) -> Scene:
        """Build the scene at the first need; with the seed of the history, so that the people are the same."""
        if self._scene is None:
            books = self._books()
            seed = books.plan.seed if books else self.world.settings.seed
            day = now.astimezone(self.world.town.profile.zone).date()
            self._scene = build_scene(
                self.world.town, town_grids(self.world.store, self.world.town, day), seed
            )
        return self._scene

    def _walks(self, scene: Scene) -> Beats:
        if self._beats is None:
            self._beats = scene.beats()
        return self._beats


def _action(step: Step) -> CaseAction:
    """Return a step as the service takes it; the assisting units of a simulated case go along with the main one."""
    return CaseAction(
        step.case_id, step.action, reason=step.reason, reason_code=step.reason_code, details={"joint": True}
    )


def open_demo_cases(connection: Connection) -> list[OpenCase]:
    """Read the open demo cases that screens show, with the instant at which each came into its state."""
    later = journal.alias()
    last = select(func.max(later.c.sequence)).where(later.c.case_id == cases.c.id).scalar_subquery()
    newest = and_(journal.c.case_id == cases.c.id, journal.c.sequence == last)
    query = (
        select(cases, journal.c.recorded_at)
        .select_from(cases.outerjoin(journal, newest))
        .where(cases.c.is_open.is_(True), cases.c.is_demo.is_(True), cases.c.is_withdrawn.is_(False))
        .order_by(cases.c.id)
    )
    return [
        OpenCase(
            row.id,
            CaseState(row.state),
            row.recorded_at or row.reported_at,
            row.due_at,
            row.returns,
            row.reworks,
        )
        for row in connection.execute(query)
    ]
