"""The timed job that seals the journal once a minute; of all processes one does it, and another takes over."""

from __future__ import annotations

import threading

from callbacks.repeating import repeat
from data.services.housekeeping import hold_job
from data.services.sealing import seal_next
from data.world import World, utc_now

JOB = "seals"
SEAL_EVERY_SECONDS = 60.0
LEASE_SECONDS = 90.0


def keep_seals(world: World, holder: str, stop: threading.Event) -> None:
    """Seal every minute until told to stop; after an outage, and after a long history, until all is covered."""
    repeat(
        lambda: _seal_all(world, holder, stop), SEAL_EVERY_SECONDS, stop, "the journal could not be sealed"
    )


def _seal_all(world: World, holder: str, stop: threading.Event) -> None:
    if hold_job(world, JOB, holder, utc_now(), LEASE_SECONDS):
        while not stop.is_set() and seal_next(world, utc_now()):
            pass
