"""The timed jobs: the demo history, the labelled simulation, housekeeping, alarms, learning, measures, timed
resumes, bad reviews, seals.

They may run in every process; a lease lets one of them do each job, and another one takes over when
the holder is gone.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from callbacks.alarm_job import keep_alarms
from callbacks.category_job import keep_categories
from callbacks.measure_job import keep_measures
from callbacks.resume_job import keep_resumes
from callbacks.review_job import keep_reviews
from callbacks.seal_job import keep_seals
from data.demo.run import generate_demo, is_demo_complete
from data.demo.simulate import Simulation
from data.services.housekeeping import hold_job, tidy
from data.world import World, utc_now

HOUSEKEEPING_SECONDS = 3600.0
LEASE_SECONDS = 30.0
RETRY_SECONDS = 10.0

BESIDE = (keep_alarms, keep_categories, keep_measures, keep_resumes, keep_reviews, keep_seals)

logger = logging.getLogger(__name__)


def _tell_nobody(_share: float | None) -> None:
    """Progress that no screen shows."""


@dataclass(slots=True)
class Jobs:
    """The threads that work by themselves; `stop` ends them between two steps."""

    world: World
    tell_progress: Callable[[float | None], None] = _tell_nobody
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    _renew_at: dict[str, datetime] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Start every job in a thread of its own."""
        for job in (
            self._keep_house,
            self._keep_demo,
            *(partial(job, self.world, self.holder, self._stop) for job in BESIDE),
        ):
            self._threads.append(threading.Thread(target=job, daemon=True))
            self._threads[-1].start()

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
        while not self._stop.is_set() and not self._holds("demo"):
            self._stop.wait(LEASE_SECONDS / 3)
        while not self._stop.is_set() and not is_demo_complete(self.world.store):
            self._try(self._write_history)
        if self._stop.is_set():
            return
        self.tell_progress(None)
        if self.world.is_simulated:
            self._simulate()

    def _write_history(self) -> None:
        settings = self.world.settings
        generate_demo(
            self.world.store,
            self.world.town,
            reference=utc_now(),
            seed=settings.seed,
            hmac_key=self.world.hash_key(),
            cases_per_day=settings.demo_cases_per_day,
            months=settings.demo_months,
            progress=self._report_progress,
            stop=self._stop.is_set,
        )

    def _report_progress(self, share: float) -> None:
        self._holds("demo")
        self.tell_progress(round(share, 2))

    def _simulate(self) -> None:
        simulation = Simulation(self.world)
        while not self._stop.is_set():
            if self._holds("demo"):
                self._try(lambda: simulation.step(utc_now()))
            self._stop.wait(simulation.pause_seconds)

    def _holds(self, job: str) -> bool:
        """Whether this process has a job; its lease is renewed when a third of it is over."""
        now = utc_now()
        if job in self._renew_at and now < self._renew_at[job]:
            return True
        if not hold_job(self.world, job, self.holder, now, LEASE_SECONDS):
            self._renew_at.pop(job, None)
            return False
        self._renew_at[job] = now + timedelta(seconds=LEASE_SECONDS / 3)
        return True

    def _try(self, work: Callable[[], object]) -> None:
        """Run one step; a failure is logged and does not end the job."""
        try:
            work()
        except Exception:
            logger.exception("a timed job failed")
            self._stop.wait(RETRY_SECONDS)
