"""What a case's journal says about time: the fold that the clocks read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from data.domain.clock import Limit
from data.domain.journal import Entry
from data.domain.lifecycle import BY_LOADS
from data.domain.vocabulary import FINISHED_STATES, Action, CaseState, ClockKind, Word

A, S = Action, CaseState
LONGEST_PAUSE = timedelta(days=366)
"""How long a suspension lasts that names no date."""


class Stage(Word):
    """The stage whose limit runs."""

    ACCEPT = "accept", "受理"
    DISPATCH = "dispatch", "派遣"
    HANDLE = "handle", "处置"
    VERIFY = "verify", "核查"
    DONE = "done", "办结"


STAGE_OF: Mapping[CaseState, Stage] = {
    S.REPORTED: Stage.ACCEPT,
    S.ACCEPTED: Stage.DISPATCH,
    S.FILED: Stage.DISPATCH,
    S.DISPATCHED: Stage.HANDLE,
    S.SIGNED: Stage.HANDLE,
    S.ON_SCENE: Stage.HANDLE,
    S.RETURNED: Stage.HANDLE,
    S.ADJUDICATING: Stage.HANDLE,
    S.REWORK: Stage.HANDLE,
    S.HANDLED: Stage.VERIFY,
    S.VERIFIED: Stage.VERIFY,
} | dict.fromkeys(FINISHED_STATES, Stage.DONE)
"""A suspended case keeps the stage that it was in. Waiting to be dispatched anew is part of the handling."""

Stretch: TypeAlias = tuple[datetime, datetime | None]
"""From when until when something was owed; None while it still is."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A suspension: it ends when resumed, and by itself at its named date."""

    begin: datetime
    end: datetime
    reason: str | None
    approver: str | None


@dataclass(slots=True)
class CaseTimes:
    """The instants that the clocks need, as the entries read so far left them; all aware UTC.

    `clock_of` is the stage whose clock shows: that of the stage, or once done the one that ran last.
    `started_at` is when the case clock began and `ended_at` when the case was closed, declined or
    merged. `handling` and `closing` hold when each was owed, `limits` what each dispatch wrote down.
    """

    first_at: datetime
    last_at: datetime
    stage_from: datetime
    stage: Stage = Stage.ACCEPT
    clock_of: Stage = Stage.ACCEPT
    started_at: datetime | None = None
    handled_at: datetime | None = None
    ended_at: datetime | None = None
    stopped_at: datetime | None = None
    is_reopened: bool = False
    asked_at: datetime | None = None
    extensions: list[datetime] = field(default_factory=list)
    suspensions: list[Pause] = field(default_factory=list)
    handling: list[Stretch] = field(default_factory=list)
    closing: list[Stretch] = field(default_factory=list)
    limits: dict[datetime, Limit] = field(default_factory=dict)

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """The pauses so far, in order."""
        return tuple(self.suspensions)

    @property
    def limit(self) -> Limit | None:
        """The limit that the first dispatch wrote down, if it did."""
        return next(iter(self.limits.values()), None)

    def read(self, entry: Entry, zone: ZoneInfo) -> None:
        """Take one entry in; `zone` says when a named date begins."""
        self.last_at = at = max(self.last_at, entry.happened_at.astimezone(UTC))
        effect = EFFECTS.get(entry.action)
        if effect is not None:
            effect(self, entry, at, zone)
        stage = STAGE_OF.get(entry.to_state, self.stage)  # what a load brings open is with its unit
        if entry.action in BY_LOADS and stage is Stage.ACCEPT:
            stage = Stage.HANDLE
        if stage is not self.stage:
            self._enter(stage, at)

    def _enter(self, stage: Stage, at: datetime) -> None:
        if stage is Stage.HANDLE:
            self.handled_at = self.ended_at = self.stopped_at = None
            _open(self.handling, at)
            _open(self.closing, at)
        if stage in (Stage.VERIFY, Stage.DONE):
            _close(self.handling, at)
        if stage is Stage.VERIFY:
            self.handled_at = self.stopped_at = at
        if stage is Stage.DONE:
            self._finish(at)
        self.clock_of = self._shown(stage)
        self.stage = stage

    def _finish(self, at: datetime) -> None:
        self.ended_at = at
        self.stopped_at = self.stopped_at or at
        _close(self.closing, at)

    def _shown(self, stage: Stage) -> Stage:
        if stage is not Stage.DONE:
            return stage
        return Stage.HANDLE if self.clock_of is Stage.VERIFY else self.clock_of


def case_times(entries: Iterable[Entry], zone: ZoneInfo) -> CaseTimes:
    """Fold a journal, oldest entry first; a claimed time before that of its predecessor counts as that one.

    Raises `ValueError` for an empty journal.
    """
    times: CaseTimes | None = None
    for entry in entries:
        if times is None:
            at = entry.happened_at.astimezone(UTC)
            times = CaseTimes(at, at, at)
        times.read(entry, zone)
    if times is None:
        raise ValueError("a clock cannot be read from an empty journal")
    return times


def _open(stretches: list[Stretch], at: datetime) -> None:
    if not stretches or stretches[-1][1] is not None:
        stretches.append((at, None))


def _close(stretches: list[Stretch], at: datetime) -> None:
    if stretches and stretches[-1][1] is None:
        stretches[-1] = (stretches[-1][0], at)


def _imported(times: CaseTimes, entry: Entry, at: datetime, zone: ZoneInfo) -> None:
    """What a load brings was dispatched elsewhere: its clock runs from the report, as a later load may correct it."""
    corrected = named_date(entry.payload.get("reported_at"), zone)
    times.started_at = corrected or times.started_at or at


def _waits_again(times: CaseTimes, _: Entry, at: datetime, __: ZoneInfo) -> None:
    times.stage_from = at


def _dispatched(times: CaseTimes, entry: Entry, at: datetime, _: ZoneInfo) -> None:
    """The case clock starts once; an undo takes back the orders, not the time."""
    times.started_at = times.started_at or at
    times.is_reopened = False
    written = entry.payload.get("limit")
    if isinstance(written, list | tuple):
        times.limits[at] = Limit(float(written[0]), ClockKind(written[1]))


def _reopened(times: CaseTimes, _: Entry, at: datetime, __: ZoneInfo) -> None:
    times.stage_from, times.is_reopened = at, True
    times.handled_at = times.ended_at = times.stopped_at = None


def _asked(times: CaseTimes, _: Entry, at: datetime, __: ZoneInfo) -> None:
    times.asked_at = at


def _approved(times: CaseTimes, _: Entry, at: datetime, __: ZoneInfo) -> None:
    times.extensions.append(times.asked_at or at)
    times.asked_at = None


def _refused(times: CaseTimes, _: Entry, __: datetime, ___: ZoneInfo) -> None:
    times.asked_at = None


def _suspended(times: CaseTimes, entry: Entry, at: datetime, zone: ZoneInfo) -> None:
    approver = entry.payload.get("approver")
    until = max(at, pause_end(entry, zone))
    times.suspensions.append(Pause(at, until, entry.reason, None if approver is None else str(approver)))


def _resumed(times: CaseTimes, _: Entry, at: datetime, __: ZoneInfo) -> None:
    if times.suspensions:
        last = times.suspensions[-1]
        times.suspensions[-1] = replace(last, end=min(last.end, at))


def pause_end(entry: Entry, zone: ZoneInfo) -> datetime:
    """Return when a suspension ends by itself, as the entry that began it names it."""
    return named_date(entry.payload.get("until"), zone) or entry.happened_at.astimezone(UTC) + LONGEST_PAUSE


def named_date(text: object, zone: ZoneInfo) -> datetime | None:
    """Read an instant, or a date (its first moment in `zone`), as a journal names it; None for anything else."""
    if not isinstance(text, str):
        return None
    if len(text) == len("2026-12-01"):
        return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


EFFECTS: Mapping[Action, Callable[[CaseTimes, Entry, datetime, ZoneInfo], None]] = {
    A.IMPORT: _imported,
    A.WITHDRAW: _imported,
    A.ACCEPT: _waits_again,
    A.RECALL: _waits_again,
    A.RETURN: _waits_again,
    A.ADJUDICATE: _waits_again,
    A.DISPATCH: _dispatched,
    A.REOPEN: _reopened,
    A.REQUEST_EXTENSION: _asked,
    A.APPROVE_EXTENSION: _approved,
    A.REFUSE_EXTENSION: _refused,
    A.SUSPEND: _suspended,
    A.RESUME: _resumed,
}
"""What an action does to the clocks besides changing the stage; the others change nothing."""
