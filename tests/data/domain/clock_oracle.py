"""A second way to the same deadlines: walking minute by minute, and a short script for journals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from data.domain.clock import Limit, WorkingCalendar
from data.domain.journal import Entry
from data.domain.vocabulary import Action, CaseState, ClockKind, Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
KNOWN_2026 = WorkingCalendar(
    zone=SHANGHAI,
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    workdays=frozenset({date(2026, 9, 27), date(2026, 10, 10)}),
    covers_until=date(2026, 12, 31),
)
"""1–7 Oct 2026 are off; Sunday 27 Sept and Saturday 10 Oct are make-up days; nothing is known of 2027."""
KNOWN_2027 = WorkingCalendar(
    zone=SHANGHAI,
    holidays=KNOWN_2026.holidays | {date(2027, 1, 1)},
    workdays=KNOWN_2026.workdays | {date(2027, 1, 9)},
    covers_until=date(2027, 12, 31),
)
"""As it might arrive: Friday 1 Jan 2027 is off, Saturday 9 Jan is a make-up day (invented)."""

STATES = {
    "report": CaseState.REPORTED,
    "accept": CaseState.ACCEPTED,
    "file": CaseState.FILED,
    "decline": CaseState.DECLINED,
    "merge": CaseState.MERGED,
    "dispatch": CaseState.DISPATCHED,
    "undo": CaseState.FILED,
    "recall": CaseState.FILED,
    "sign": CaseState.SIGNED,
    "arrive": CaseState.ON_SCENE,
    "unit_confirm": CaseState.HANDLED,
    "return": CaseState.RETURNED,
    "adjudicate": CaseState.FILED,
    "verify": CaseState.VERIFIED,
    "rework": CaseState.REWORK,
    "close": CaseState.CLOSED,
    "reopen": CaseState.FILED,
    "rate": CaseState.RATED,
    "suspend": CaseState.SUSPENDED,
}
STEP = timedelta(minutes=1)


def local(text: str) -> datetime:
    """Read "11-23 09:00" (2026 unless a year stands before it) as local time."""
    full = text if len(text) > len("11-23 09:00") else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI).astimezone(UTC)


def script(text: str) -> list[Entry]:
    """Read "report 11-23 09:00; suspend 11-24 09:00 until=2026-12-01": one action, when, and its payload."""
    entries: list[Entry] = []
    state, before = None, None
    for number, line in enumerate(text.split(";"), 1):
        name, day, clock, *rest = line.split()
        payload = dict(part.split("=", 1) for part in rest)
        to = before if name == "resume" else STATES.get(name, state)
        if name == "import":
            to = CaseState(payload.pop("to", "reported"))
        at = local(f"{day} {clock}")
        entries.append(Entry(1, number, at, at, "a", Role.SYSTEM, Action(name), state, to, "r", payload))
        before, state = state if name == "suspend" else before, to
    return entries


def walked_due(
    start: datetime,
    limit: Limit,
    pauses: Sequence[tuple[datetime, datetime]],
    calendar: WorkingCalendar,
    extensions: int = 0,
    step: timedelta = STEP,
) -> datetime:
    """Count the steps that the clock counts, one after the other, until the limit has run."""
    hours = {ClockKind.WORK_DAYS: 8, ClockKind.CALENDAR_DAYS: 24}.get(limit.kind, 1)
    left = timedelta(hours=limit.amount * hours * (1 + extensions)) // step
    at = start
    while left:
        left -= counts(at, limit.kind, pauses, calendar)
        at += step
    return at


def counts(
    at: datetime, kind: ClockKind, pauses: Sequence[tuple[datetime, datetime]], calendar: WorkingCalendar
) -> bool:
    """Whether the step that begins at `at` counts."""
    if any(begin <= at < end for begin, end in pauses):
        return False
    if kind in (ClockKind.URGENT_HOURS, ClockKind.CALENDAR_DAYS):
        return True
    here = at.astimezone(calendar.zone)
    day, time_of_day = here.date(), here.time()
    works = day in calendar.workdays or (day.weekday() < 5 and day not in calendar.holidays)
    return works and any(begin <= time_of_day < end for begin, end in calendar.periods)
