"""The timed job that ends suspensions at their date; any number of processes may run it, each ends once."""

from __future__ import annotations

import logging
import threading

from data.services.timed_resume import cases_to_resume, resume_case
from data.world import World, utc_now

LOOK_EVERY_SECONDS = 5.0
RETRY_SECONDS = 10.0

logger = logging.getLogger(__name__)


def keep_resumes(world: World, _holder: str, stop: threading.Event) -> None:
    """Look every five seconds until told to stop; a failure is logged and tried again."""
    pause = LOOK_EVERY_SECONDS
    while not stop.wait(pause):
        try:
            is_done = _resume_all(world)
        except Exception:
            logger.exception("suspended cases could not be read")
            is_done = False
        pause = LOOK_EVERY_SECONDS if is_done else RETRY_SECONDS


def _resume_all(world: World) -> bool:
    """Resume what is due; a case that cannot be resumed keeps none of the others waiting."""
    is_done = True
    for case_id in cases_to_resume(world, utc_now()):
        try:
            resume_case(world, case_id, utc_now())
        except Exception:
            logger.exception("case %s could not be resumed", case_id)
            is_done = False
    return is_done
