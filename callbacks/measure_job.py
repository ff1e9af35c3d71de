"""The timed job that counts changed days anew; yesterday and today are counted once a minute in any case."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from data.services.housekeeping import hold_job
from data.services.measures import count_days, count_marked, mark_uncounted, sum_months
from data.views.facts import FACTS
from data.world import World, utc_now

JOB = "measures"
LOOK_EVERY_SECONDS = 5.0
TODAY_EVERY = timedelta(minutes=1)
LEASE_SECONDS = 120.0
RETRY_SECONDS = 10.0

logger = logging.getLogger(__name__)


def keep_measures(world: World, holder: str, stop: threading.Event) -> None:
    """Count until told to stop; a failure is logged and tried again."""
    pause, today_at, is_known = LOOK_EVERY_SECONDS, utc_now(), False
    while not stop.wait(pause):
        try:
            if hold_job(world, JOB, holder, utc_now(), LEASE_SECONDS):
                if not is_known:
                    mark_uncounted(world, utc_now())
                    is_known = True
                today_at = _count(world, today_at, stop)
            pause = LOOK_EVERY_SECONDS
        except Exception:
            logger.exception("measures could not be counted")
            pause = RETRY_SECONDS


def _count(world: World, today_at: datetime, stop: threading.Event) -> datetime:
    """Count what is marked, and the last two days when their minute is over; return when that was last."""
    now = utc_now()
    while not stop.is_set() and count_marked(world, now):
        pass
    if now - today_at < TODAY_EVERY:
        return today_at
    today = now.astimezone(world.town.profile.zone).date()
    for module in FACTS:
        count_days(world, module, [today - timedelta(days=1), today], now)
    sum_months(world, today)
    return now
