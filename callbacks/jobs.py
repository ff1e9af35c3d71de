"""The timed jobs: the demo history, the labelled simulation, and housekeeping."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from data.demo.run import ensure_demo
from data.demo.simulate import Simulation

from data.services.housekeeping import tidy
from data.world import World, utc_now

HOUSEKEEPING_SECONDS = 3600.0
RETRY_SECONDS = 10.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Jobs:
    """The threads that work by themselves; `stop` ends them between two steps."""

    world: World
    tell_progress: Callable[[float | None], None] = lambda share: None
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Start every job in a thread of its own."""
        for job in (self._keep_house, self._keep_demo):
            thread = threading.Thread(target=job, name=job.__name__.strip("_"), daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, patience_seconds: float = 5.0) -> None:
        """Ask every job to end and wait a little for it."""
        self._stop.set()
        for thread in self._threads:
            thread.join(patience_seconds)

    def wait(self) -> None:
        """Block until stopped; for a process that runs the jobs alone."""
        self._stop.wait()

    def _keep_house(self) -> None:
        while not self._stop.is_set():
            self._try(lambda: tidy(self.world, utc_now()))
            self._stop.wait(HOUSEKEEPING_SECONDS)

    def _keep_demo(self) -> None:
        """In a demo town: write the history that is still missing, then let cases arrive."""
        if not self.world.town.profile.is_demo:
            return
        self._try(lambda: ensure_demo(self.world, utc_now(), self.tell_progress, self._stop.is_set))
        self.tell_progress(None)
        if not self.world.is_simulated:
            return
        simulation = Simulation(self.world)
        while not self._stop.is_set():
            self._try(lambda: simulation.step(utc_now()))
            self._stop.wait(simulation.pause_seconds)

    def _try(self, work: Callable[[], object]) -> None:
        """Run one step; a failure is logged and does not end the job."""
        try:
            work()
        except Exception:
            logger.exception("a timed job failed")
            self._stop.wait(RETRY_SECONDS)
