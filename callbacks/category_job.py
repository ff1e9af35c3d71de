"""The timed job that lets a demo town learn its categories once its history stands, in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import threading

from data.demo.run import is_demo_complete
from data.services.category_learning import category_model_path, learn_categories
from data.services.housekeeping import hold_job
from data.settings import Settings
from data.world import World, open_world, utc_now

JOB = "learn_categories"
LEASE_SECONDS = 900.0
LOOK_EVERY_SECONDS = 5.0
NICENESS = 15


def keep_categories(world: World, holder: str, stop: threading.Event) -> None:
    """In a demo town without a model: wait for the history, then learn; where another process learns, wait."""
    if not world.town.profile.is_demo:
        return
    while not stop.wait(LOOK_EVERY_SECONDS):
        if category_model_path(world).exists():
            return
        if is_demo_complete(world.store) and hold_job(world, JOB, holder, utc_now(), LEASE_SECONDS):
            _learn_beside(world.settings, stop)
            return


def _learn_beside(settings: Settings, stop: threading.Event) -> None:
    """Learn in a child, so that screens do not wait for it; the child ends when the job must."""
    child = multiprocessing.get_context("spawn").Process(
        target=learn_in_child, args=(settings,), daemon=True, name=JOB
    )
    child.start()
    while child.is_alive() and not stop.is_set():
        child.join(1.0)
    if child.is_alive():
        child.terminate()
    child.join()


def learn_in_child(settings: Settings) -> None:
    """Run in the child: open the town's database, learn, write the file."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    world = open_world(settings)
    try:
        learn_categories(world, utc_now())
    finally:
        world.close()
