"""The audit log's pen: lines are handed over at once and written together, so that no press waits for them.

What an account itself does (login, another password) is written in its own transaction instead.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from callbacks.link_door import without_secret
from data.domain.errors import CloudError
from data.domain.people import Actor
from data.domain.rights import Right
from data.services.audit import Note, Outcome, write_notes
from data.world import World, utc_now

WRITE_SECONDS = 0.5
LONGEST = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a right by a running callback: on what, and how it ended."""

    right: str
    what: str
    outcome: Outcome


_uses: ContextVar[list[Use] | None] = ContextVar("cloud_uses", default=None)


@contextmanager
def hearing_uses() -> Iterator[list[Use]]:
    """Collect what a callback tells of the rights that it uses, in threads that it starts too."""
    uses: list[Use] = []
    token = _uses.set(uses)
    try:
        yield uses
    finally:
        _uses.reset(token)


def tell_use(right: Right, what: str, error: Exception | None = None) -> None:
    """Say that the running callback used a right; its lock writes it into the audit log."""
    uses = _uses.get()
    if uses is not None:
        uses.append(Use(str(right), what, outcome_of(error)))


def outcome_of(error: Exception | None) -> Outcome:
    """Return how something ended: done, refused for want of a right, or failed."""
    if error is None:
        return Outcome.DONE
    is_refusal = isinstance(error, CloudError) and error.status in (401, 403)
    return Outcome.REFUSED if is_refusal else Outcome.FAILED


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
            self._waiting.append(Note(utc_now(), actor, right, _shown(what), outcome, detail))

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


def _shown(what: str) -> str:
    """Return what was done as every database keeps it: an address may hold anything, and one bad line loses all."""
    kept = "".join(letter if letter.isprintable() else "�" for letter in without_secret(what)[:LONGEST])
    return kept.encode("utf-8", "replace").decode()
