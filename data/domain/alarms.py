"""When a case asks an operator for attention, when an alarm is one and the same, and when it sounds.

An alarm runs from `raised_at` to `ended_at`. Acknowledging says that somebody has seen it, shelving puts it
aside; each has a name, a reason and an end, and neither changes the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.domain.vocabulary import CaseState, Severity, Word


class AlarmKind(Word):
    """Why an alarm was raised."""

    CRITICAL = "critical", "特急待派遣"
    OVERDUE = "overdue", "紧急超期"


WAITS_FOR_THE_DESK = frozenset(
    {CaseState.REPORTED, CaseState.ACCEPTED, CaseState.FILED, CaseState.RETURNED, CaseState.ADJUDICATING}
)
RETURNS_WITHIN = timedelta(minutes=10)
"""What ended and comes back within this time is the same alarm: it neither counts nor sounds as a new one."""

LONGEST_ACKNOWLEDGED = timedelta(hours=2)
LONGEST_SHELVED = timedelta(hours=8)
LOAD_WINDOW = timedelta(hours=1)
LOAD_UNIT = timedelta(minutes=10)
LOAD_LIMIT = 1.0
"""EEMUA 191 asks for less than one alarm per operator in ten minutes."""


@dataclass(frozen=True, slots=True)
class CaseNow:
    """What of a case decides on its alarms."""

    severity: Severity
    state: CaseState
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as it stands."""

    raised_at: datetime
    ended_at: datetime | None = None
    acknowledged_until: datetime | None = None
    shelved_until: datetime | None = None

    def is_acknowledged(self, now: datetime) -> bool:
        """Whether an acknowledgement holds; after its end the alarm asks again."""
        return self.acknowledged_until is not None and now < self.acknowledged_until

    def is_shelved(self, now: datetime) -> bool:
        """Whether it is put aside."""
        return self.shelved_until is not None and now < self.shelved_until

    def is_sounding(self, now: datetime) -> bool:
        """Whether it runs and nobody has acknowledged or shelved it."""
        return self.ended_at is None and not self.is_acknowledged(now) and not self.is_shelved(now)

    def may_return(self, now: datetime) -> bool:
        """Whether the same cause, coming back now, is this alarm again."""
        return self.ended_at is not None and now - self.ended_at <= RETURNS_WITHIN


def wanted_alarms(case: CaseNow, now: datetime) -> frozenset[AlarmKind]:
    """Return the alarms that a case calls for.

    特急 that waits for the desk; 紧急 or 特急 past its deadline. A finished or suspended case calls for none.
    """
    if not case.state.is_open or case.state is CaseState.SUSPENDED:
        return frozenset()
    kinds = set()
    if case.severity is Severity.CRITICAL and case.state in WAITS_FOR_THE_DESK:
        kinds.add(AlarmKind.CRITICAL)
    if case.severity.rank >= Severity.URGENT.rank and case.due_at is not None and case.due_at <= now:
        kinds.add(AlarmKind.OVERDUE)
    return frozenset(kinds)


@dataclass(frozen=True, slots=True)
class AlarmLoad:
    """How many alarms each operator got per ten minutes, over the last hour."""

    raised: int
    operators: int

    @property
    def per_operator(self) -> float:
        """Alarms per operator and ten minutes; nobody at a desk counts as one."""
        return self.raised / (LOAD_WINDOW / LOAD_UNIT) / max(self.operators, 1)

    @property
    def is_too_high(self) -> bool:
        """Whether that is as many as one or more."""
        return self.per_operator >= LOAD_LIMIT


def alarm_load(raised: Iterable[datetime], operators: int, now: datetime) -> AlarmLoad:
    """Count the alarms of the last hour; one that came back within its time was raised once."""
    return AlarmLoad(sum(now - LOAD_WINDOW < at <= now for at in raised), operators)
