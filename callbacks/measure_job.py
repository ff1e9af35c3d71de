"""The timed job that counts changed days anew, and every five minutes the days since the last counted one."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from callbacks.repeating import repeat
from data.services.housekeeping import hold_job
from data.services.measures import JOB, LeaseLost, MayGo, count_marked, count_recent, has_marks
from data.world import World, utc_now

LOOK_EVERY_SECONDS = 5.0
RECENT_EVERY = timedelta(minutes=5)
LEASE_SECONDS = 120.0


def keep_measures(world: World, holder: str, stop: threading.Event) -> None:
    """Count until told to stop."""
    recent_at: datetime | None = None

    def may_go() -> bool:
        """Renew the lease before each write: two processes never write what the other has overtaken."""
        return not stop.is_set() and hold_job(world, JOB, holder, utc_now(), LEASE_SECONDS)

    def count() -> None:
        nonlocal recent_at
        try:
            if _is_due(world, recent_at) and may_go():
                recent_at = _count(world, recent_at, may_go)
        except LeaseLost:
            recent_at = None

    repeat(count, LOOK_EVERY_SECONDS, stop, "measures could not be counted")


def _is_due(world: World, recent_at: datetime | None) -> bool:
    """Whether there is something to count; asked without writing, as an idle town should cost nothing."""
    return recent_at is None or utc_now() - recent_at >= RECENT_EVERY or has_marks(world)


def _count(world: World, recent_at: datetime | None, may_go: MayGo) -> datetime:
    """Count what is marked, and the newest days when it is time; return when that was last."""
    now = utc_now()
    while count_marked(world, now, may_go):
        pass
    if recent_at is not None and now - recent_at < RECENT_EVERY:
        return recent_at
    count_recent(world, now, may_go)
    return now
