"""The timed job that raises and ends alarms; any number of processes may run it, each alarm is raised once."""

from __future__ import annotations

import threading

from callbacks.repeating import repeat
from data.services.alarms import AlarmWatch
from data.world import World, utc_now

LOOK_EVERY_SECONDS = 2.0


def keep_alarms(world: World, _holder: str, stop: threading.Event) -> None:
    """Look every two seconds until told to stop."""
    watch = AlarmWatch(world)
    repeat(lambda: watch.look(utc_now()), LOOK_EVERY_SECONDS, stop, "alarms could not be watched")
