"""A limit that runs, with the pauses that stop it and the extensions that lengthen it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.domain.case_times import Pause
from data.domain.clock import Deadline, Limit, WorkingCalendar, counted, deadline, later

MOST_EXTENSIONS = 2
MOST_SHARE = 10.0
"""A share of the limit is not counted further: no step of a ladder lies beyond it."""


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A limit that runs from `start`, with what stops it; pauses lie in order and never overlap."""

    start: datetime
    limit: Limit
    calendar: WorkingCalendar
    pauses: tuple[Pause, ...]

    def due(self, extensions: int = 0) -> Deadline:
        """Return the deadline: each extension is one more limit, each pause moves on what was left at its begin."""
        whole = self.limit.times(1 + extensions)
        found = deadline(self.start, whole.amount, whole.kind, self.calendar)
        for pause in self.pauses:
            if self.start < pause.end and pause.begin < found.at:
                left = counted(max(self.start, pause.begin), found.at, whole.kind, self.calendar)
                found = later(max(self.start, pause.end), left, whole.kind, self.calendar)
        return found

    def total(self, extensions: int) -> timedelta:
        """Return all the time that the limit gives, as its own clock counts it."""
        whole = self.limit.times(1 + extensions)
        end = deadline(self.start, whole.amount, whole.kind, self.calendar).at
        return counted(self.start, end, whole.kind, self.calendar)

    def granted(self, asked: Sequence[datetime]) -> int:
        """Return how many extensions count: at most two, each asked before the deadline that it moves."""
        count = 0
        for instant in asked:
            if count < MOST_EXTENSIONS and instant <= self.due(count).at:
                count += 1
        return count

    def run(self, until: datetime) -> timedelta:
        """Return what the clock has counted at `until`, without its pauses."""
        kind = self.limit.kind
        total = counted(self.start, max(self.start, until), kind, self.calendar)
        for pause in self.pauses:
            begin, end = max(self.start, pause.begin), min(until, pause.end)
            if begin < end:
                total -= counted(begin, end, kind, self.calendar)
        return total


@dataclass(frozen=True, slots=True)
class Measure:
    """A stage's clock as it stands: when it began, until when it may run, what has run and what is left."""

    started_at: datetime
    due_at: datetime | None
    elapsed: timedelta
    remaining: timedelta


def in_own_time(
    clock: RunningClock, category: datetime, due: datetime, extensions: int, end: datetime
) -> Measure:
    """The case clock counts in its own time, an external deadline that is stricter in plain time."""
    if due < category:
        return in_plain_time(clock.start, due, end)
    elapsed = clock.run(end)
    return Measure(clock.start, due, elapsed, clock.total(extensions) - elapsed)


def in_plain_time(start: datetime, due: datetime, end: datetime) -> Measure:
    """Measure a clock that runs day and night."""
    return Measure(start, due, end - start, due - end)


def share(measure: Measure) -> float:
    """Return the used share of a limit, capped; the cap itself where there was never any time."""
    if measure.due_at is None:
        return 0.0
    total = measure.elapsed + measure.remaining
    return min(measure.elapsed / total, MOST_SHARE) if total > timedelta() else MOST_SHARE
