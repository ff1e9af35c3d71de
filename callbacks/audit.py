"""The audit log's pen: lines are handed over at once and written together, so that no press waits for them.

What an account itself does (login, another password) is written in its own transaction instead.
"""

from __future__ import annotations

import logging
import threading

from data.domain.people import Actor
from data.services.audit import Note, Outcome, write_notes
from data.world import World, utc_now

WRITE_SECONDS = 0.5

logger = logging.getLogger(__name__)


class AuditBook:
    """Collects lines and writes them twice a second; safe between threads."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._waiting: list[Note] = []
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, actor: Actor, right: str, what: str, outcome: Outcome, status: int | None = None) -> None:
        """Hand a line over: who used which right on what, and how it ended."""
        detail: dict[str, str | int | None] = {} if status is None else {"status": status}
        with self._lock:
            self._waiting.append(Note(utc_now(), actor, right, what, outcome, detail))

    def start(self) -> None:
        """Begin to write in a thread."""
        self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what waits and end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(5)
        self.flush()

    def flush(self) -> None:
        """Write what waits now; lines that the database does not take go to the program's log."""
        with self._lock:
            notes, self._waiting = self._waiting, []
        if not notes:
            return
        try:
            write_notes(self._world, notes)
        except Exception:
            logger.exception("the audit log could not be written: %s", notes)

    def _run(self) -> None:
        while not self._stop.wait(WRITE_SECONDS):
            self.flush()
