"""Timed work that is done again and again; a failure is logged and tried again a little later."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

RETRY_SECONDS = 10.0

logger = logging.getLogger(__name__)


def repeat(work: Callable[[], object], seconds: float, stop: threading.Event, what: str) -> None:
    """Do some work every so many seconds until told to stop; `what` says in the log what failed.

    Work that returns False has left something undone, and is taken up again as after a failure.
    """
    pause = seconds
    while not stop.wait(pause):
        try:
            pause = RETRY_SECONDS if work() is False else seconds
        except Exception:
            logger.exception("%s", what)
            pause = RETRY_SECONDS
