"""The timed job that opens the cases of bad reviews; any number of processes may run it, each case is opened once."""

from __future__ import annotations

import threading

from callbacks.repeating import repeat
from data.services.review_cases import ReviewWatch
from data.world import World, utc_now

LOOK_EVERY_SECONDS = 2.0


def keep_reviews(world: World, _holder: str, stop: threading.Event) -> None:
    """Look every two seconds until told to stop."""
    watch = ReviewWatch(world)
    repeat(
        lambda: watch.look(utc_now()), LOOK_EVERY_SECONDS, stop, "cases of bad reviews could not be opened"
    )
