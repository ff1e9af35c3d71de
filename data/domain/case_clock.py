"""What the clocks of a case say, read from its journal: one pure function for wall, report and appeal.

`read_clock` folds the journal into the few facts that concern time (`data.domain.case_times`), reckons the
deadlines from them and measures what has run. Docs: decision 0008.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from data.domain.case_times import CaseTimes, Pause, Stage, case_times
from data.domain.clock import Limit, WorkingCalendar, stricter
from data.domain.journal import Entry
from data.domain.running_clock import Measure, RunningClock, in_own_time, in_plain_time, share
from data.domain.stages import StageLimits
from data.domain.vocabulary import ClockKind


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The clocks of one case at `read_at`; instants are aware UTC.

    `started_at`, `due_at`, `elapsed`, `remaining` and `share_used` belong to the stage: the case clock while the
    case is handled (and, stopped, once it is done), plain time in the other stages and wherever the external
    deadline is the one that counts. `remaining` is below zero past the deadline; `due_at` is None only for a case
    that ended before any clock began. `overdue_since` is the first instant at which the handling or the closing
    limit of the case had passed; it stays. A pause that runs is reckoned to end at its named date.
    """

    stage: Stage
    read_at: datetime
    started_at: datetime
    due_at: datetime | None
    case_started_at: datetime | None
    category_due_at: datetime | None
    external_due_at: datetime | None
    closing_due_at: datetime | None
    is_provisional: bool
    elapsed: timedelta
    remaining: timedelta
    pauses: tuple[Pause, ...]
    extensions: int
    overdue_since: datetime | None
    share_used: float
    handled_at: datetime | None
    ended_at: datetime | None

    @property
    def is_overdue(self) -> bool:
        """Whether the case still waits for somebody and the deadline of its stage has passed."""
        is_open = self.stage is not Stage.DONE
        return is_open and self.due_at is not None and self.read_at > self.due_at

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still at `read_at`."""
        return any(pause.begin <= self.read_at < pause.end for pause in self.pauses)

    @property
    def keeps_external(self) -> bool | None:
        """Whether the external deadline was kept, or still can be; None where there is none."""
        if self.external_due_at is None:
            return None
        return (self.ended_at or self.read_at) <= self.external_due_at

    @property
    def keeps_closing(self) -> bool | None:
        """Whether the closing limit (handling and verifying) was kept, or still can be; None before it runs."""
        if self.closing_due_at is None:
            return None
        return (self.ended_at or self.read_at) <= self.closing_due_at

    @property
    def closed_on_time(self) -> bool | None:
        """The verdict on a case that is done: whether its closing limit was kept; None before, and where none ran."""
        return self.keeps_closing if self.stage is Stage.DONE else None


@dataclass(frozen=True, slots=True)
class _Due:
    """The deadlines of the case clock; every one is None before it starts."""

    extensions: int = 0
    category: datetime | None = None
    handling: datetime | None = None
    closing: datetime | None = None
    is_provisional: bool = False


def read_clock(
    entries: Sequence[Entry],
    limit: Limit,
    stages: StageLimits,
    calendar: WorkingCalendar,
    external_due_at: datetime | None,
    now: datetime,
) -> ClockReading:
    """Return what the clocks of a case say at `now`; `entries` are its journal, oldest first.

    `limit` is the category's; a limit that the first dispatch wrote down counts instead of it. A case that a
    load brought counts from its report. Raises `ValueError` for an empty journal.
    """
    times = case_times(entries, calendar.zone)
    case = _Case(times, times.limit or limit, stages, calendar, external_due_at)
    return _reading(case, max(now.astimezone(UTC), times.last_at))


def _reading(case: _Case, now: datetime) -> ClockReading:
    times, due = case.times, case.due()
    measure = case.measure(due, now)
    return ClockReading(
        stage=times.stage,
        read_at=now,
        started_at=measure.started_at,
        due_at=measure.due_at,
        case_started_at=times.started_at,
        category_due_at=due.category,
        external_due_at=case.external,
        closing_due_at=due.closing,
        is_provisional=due.is_provisional,
        elapsed=measure.elapsed,
        remaining=measure.remaining,
        pauses=times.pauses,
        extensions=due.extensions,
        overdue_since=_overdue_since(times, due, now),
        share_used=share(measure),
        handled_at=times.handled_at,
        ended_at=times.ended_at,
    )


@dataclass(frozen=True, slots=True)
class OrderReading:
    """The clock of one order: it starts at the order's own dispatch, whatever the clock of the case says."""

    started_at: datetime
    due_at: datetime
    category_due_at: datetime
    external_due_at: datetime | None
    is_provisional: bool
    elapsed: timedelta
    remaining: timedelta
    extensions: int
    overdue_since: datetime | None
    share_used: float


def order_clock(
    entries: Sequence[Entry],
    sent_at: datetime,
    limit: Limit,
    calendar: WorkingCalendar,
    external_due_at: datetime | None,
    now: datetime,
    done_at: datetime | None = None,
) -> OrderReading:
    """Return what the clock of an order says that was sent at `sent_at`; it stops at `done_at`.

    `limit` is the category's; the one that its dispatch wrote down counts instead of it. Extensions that were
    asked for, and pauses, count from `sent_at` on. `entries` may be empty for an order that is only being planned.
    """
    times = case_times(entries, calendar.zone) if entries else None
    own = times.limits.get(sent_at, limit) if times else limit
    clock = RunningClock(sent_at, own, calendar, times.pauses if times else ())
    extensions = clock.granted([at for at in times.extensions if at >= sent_at] if times else ())
    category = clock.due(extensions)
    due_at = stricter(category.at, external_due_at) or category.at
    end = max(sent_at, min(now, done_at or now))
    measure = in_own_time(clock, category.at, due_at, extensions, end)
    return OrderReading(
        started_at=sent_at,
        due_at=due_at,
        category_due_at=category.at,
        external_due_at=external_due_at,
        is_provisional=category.is_provisional,
        elapsed=measure.elapsed,
        remaining=measure.remaining,
        extensions=extensions,
        overdue_since=due_at if end > due_at else None,
        share_used=share(measure),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A case's times with all that its deadlines depend on."""

    times: CaseTimes
    limit: Limit
    stages: StageLimits
    calendar: WorkingCalendar
    external: datetime | None

    def due(self) -> _Due:
        """Reckon the deadlines of the case clock; closing is handling and verifying, and the external one binds it."""
        clock = self._clock()
        if clock is None:
            return _Due()
        extensions = clock.granted(self.times.extensions)
        category = clock.due(extensions)
        return _Due(
            extensions=extensions,
            category=category.at,
            handling=stricter(category.at, self.external),
            closing=stricter(category.at + self.stages.verify, self.external),
            is_provisional=category.is_provisional,
        )

    def measure(self, due: _Due, now: datetime) -> Measure:
        """Measure the clock of the stage; a case that is done shows the one that stopped last."""
        times, clock = self.times, self._clock()
        if times.clock_of in (Stage.ACCEPT, Stage.DISPATCH):
            return self._waiting(due, times.stopped_at or now)
        if times.clock_of is Stage.VERIFY and times.handled_at and due.handling:
            began = min(times.handled_at, due.handling)
            return in_plain_time(began, began + self.stages.verify, now)
        if clock is None or due.category is None or due.handling is None:
            return Measure(times.first_at, None, timedelta(), timedelta())
        return in_own_time(clock, due.category, due.handling, due.extensions, times.stopped_at or now)

    def _clock(self) -> RunningClock | None:
        start = self.times.started_at
        return None if start is None else RunningClock(start, self.limit, self.calendar, self.times.pauses)

    def _waiting(self, due: _Due, end: datetime) -> Measure:
        """Accepting and dispatching run in plain time; a pause stops them too. No other deadline is passed by."""
        times, stages = self.times, self.stages
        allowed = stages.accept if times.clock_of is Stage.ACCEPT else stages.dispatch
        limit = Limit(allowed / timedelta(hours=1), ClockKind.URGENT_HOURS)
        clock = RunningClock(times.stage_from, limit, self.calendar, times.pauses)
        cap = None if times.is_reopened else stricter(due.handling, self.external)
        own = clock.due().at
        return in_own_time(clock, own, stricter(own, cap) or own, 0, end)


def _overdue_since(times: CaseTimes, due: _Due, now: datetime) -> datetime | None:
    """Return the first instant at which handling or closing was owed and its limit had passed."""
    found = [
        max(begin, limit)
        for limit, stretches in ((due.handling, times.handling), (due.closing, times.closing))
        for begin, end in stretches
        if limit is not None and (end or now) > limit
    ]
    return min(found, default=None)
