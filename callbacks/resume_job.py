"""The timed job that ends suspensions at their date; any number of processes may run it, each ends once."""

from __future__ import annotations

import logging
import threading

from callbacks.repeating import repeat
from data.services.timed_resume import cases_to_resume, resume_case
from data.world import World, utc_now

LOOK_EVERY_SECONDS = 5.0

logger = logging.getLogger(__name__)


def keep_resumes(world: World, _holder: str, stop: threading.Event) -> None:
    """Look every five seconds until told to stop."""
    repeat(lambda: _resume_all(world), LOOK_EVERY_SECONDS, stop, "suspended cases could not be read")


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
