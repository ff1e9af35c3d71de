"""The timed job that raises and ends alarms; any number of processes may run it, each alarm is raised once."""

from __future__ import annotations

import logging
import threading

from data.services.alarms import watch_alarms
from data.world import World, utc_now

LOOK_EVERY_SECONDS = 2.0
RETRY_SECONDS = 10.0

logger = logging.getLogger(__name__)


def keep_alarms(world: World, _holder: str, stop: threading.Event) -> None:
    """Look every two seconds until told to stop; a failure is logged and tried again."""
    pause = LOOK_EVERY_SECONDS
    while not stop.wait(pause):
        try:
            watch_alarms(world, utc_now())
            pause = LOOK_EVERY_SECONDS
        except Exception:
            logger.exception("alarms could not be watched")
            pause = RETRY_SECONDS
