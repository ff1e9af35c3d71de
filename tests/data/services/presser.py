"""A process that presses once and can be stopped at any of its steps, to be killed there."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import event

from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.dispatch import dispatch_case
from data.services.dispatch_choice import DispatchCase
from data.settings import Settings
from data.world import World, open_world

PRESSER = Actor("zhang", Role.DISPATCHER, "张三")
NEVER = 0


def press(world: World, case_id: int, now: datetime, key: str) -> dict[str, Any]:
    """Press for a case as it was reported; return the receipt as plain values."""
    return asdict(dispatch_case(world, DispatchCase(case_id, 1), PRESSER, now, key))


def press_until(url: str, case_id: int, now: datetime, key: str, stop_at: int, pipe: Connection) -> None:
    """Press in a process of one's own; before step `stop_at` say so and wait (for the end).

    Steps are the statements, the commits, the word after each commit, and the answer. A press that was not
    stopped sends its receipt and how many steps there were.
    """
    world = open_world(Settings(database_url=url, simulate=0))
    steps = 0

    def step(*_: object, **__: object) -> None:
        nonlocal steps
        steps += 1
        if steps == stop_at:
            pipe.send("stopped")
            pipe.recv()

    event.listen(world.store.engine, "before_cursor_execute", step)
    event.listen(world.store.engine, "commit", step)
    world.store.listeners.append(step)
    receipt = press(world, case_id, now, key)
    step()
    pipe.send((receipt, steps))
