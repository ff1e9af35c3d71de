"""Verdicts of the case clock: read from journals one by one, beside NumPy's business days on the same journals.

The baseline twice: a case at a time, as a press needs it, and all cases at once in whole columns, as a report
could do it. It knows working and urgent hours, one extension and one pause; every verdict is held against ours.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from time import process_time
from typing import Any

import numpy as np

from bench.table import BenchRow, more_is_better
from data.domain.case_clock import read_clock
from data.domain.clock import Limit, WorkingCalendar
from data.domain.journal import Entry, utc_text
from data.domain.vocabulary import Action, CaseState, ClockKind, Role
from data.town import load_town
from data.world import working_calendar

A, S = Action, CaseState
CASES = 20_000
ROUNDS = 3
FIRST = datetime(2026, 1, 5, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LAST_DAY = 260
"""Cases are reported within so many days of the first; the longest story is over by `NOW`."""
LIMITS = tuple(
    Limit(amount, kind)
    for kind, amounts in (
        (ClockKind.WORK_HOURS, (2.0, 4.0, 8.0)),
        (ClockKind.WORK_DAYS, (1.0, 3.0, 7.0)),
        (ClockKind.URGENT_HOURS, (2.0, 24.0)),
    )
    for amount in amounts
)
DAY_S, MORNING_S, NOON_S = 8 * 3600, 8 * 3600, 4 * 3600
WORK_S = {ClockKind.WORK_HOURS: 3600, ClockKind.WORK_DAYS: DAY_S, ClockKind.URGENT_HOURS: 3600}
ORIGIN = np.datetime64("2025-01-01")
SECOND = np.timedelta64(1, "s")
NEVER = np.datetime64("NaT", "s")
Columns = dict[str, Any]


def rows(count: int = CASES) -> Iterator[BenchRow]:
    """Measure verdicts per second; raises if ours and the baseline disagree on any case."""
    town = load_town("fenghuang")
    calendar = working_calendar(town)
    journals = [_journal(number, random.Random(number)) for number in range(count)]
    read_clock(journals[0][1], journals[0][0], town.stages, calendar, None, NOW)  # lays the years out
    ours_s, ours = _best(
        lambda: [read_clock(entries, limit, town.stages, calendar, None, NOW) for limit, entries in journals]
    )
    told = np.array(
        [reading.category_due_at.replace(tzinfo=None) for reading in ours if reading.category_due_at]
    )
    late = np.array([reading.overdue_since is not None for reading in ours])
    busy = _business_days(calendar)
    single_s, single = _best(lambda: [_verdict(_columns([one]), busy) for one in journals])
    _require_equal(told, late, *(np.concatenate(part) for part in zip(*single, strict=True)))
    whole_s, whole = _best(lambda: _verdict(_columns(journals), busy))
    _require_equal(told, late, *whole)
    name = f"clock verdicts from {count:,} journals"
    yield more_is_better(f"{name}, one by one (NumPy busdays)", count / ours_s, count / single_s, "1/s")
    yield more_is_better(f"{name}, at once (NumPy columns)", count / ours_s, count / whole_s, "1/s")


def _journal(number: int, rng: random.Random) -> tuple[Limit, list[Entry]]:
    """Make a case up, each step so many minutes after the last: dispatched, perhaps extended, suspended, handled and closed."""
    limit = rng.choice(LIMITS)
    at = FIRST + timedelta(seconds=rng.randrange(LAST_DAY * 24 * 3600))
    story: list[tuple[Action, CaseState, int, dict[str, object]]] = [
        (A.REPORT, S.REPORTED, 0, {}), (A.ACCEPT, S.ACCEPTED, 6, {}), (A.FILE, S.FILED, 6, {}),
        (A.DISPATCH, S.DISPATCHED, 9, {}), (A.SIGN, S.SIGNED, 15, {}), (A.ARRIVE, S.ON_SCENE, 30, {}),
    ]  # fmt: skip
    if rng.random() < 0.3:
        story.append((A.REQUEST_EXTENSION, S.ON_SCENE, rng.randrange(1200), {}))
        story.append((A.APPROVE_EXTENSION, S.ON_SCENE, 30, {}))
    if rng.random() < 0.2:
        pause = rng.randrange(1, 40) * 24 * 60
        until = at + timedelta(minutes=sum(step[2] for step in story) + 60 + pause)
        story.append((A.SUSPEND, S.SUSPENDED, 60, {"until": utc_text(until)}))
        story.append((A.RESUME, S.ON_SCENE, pause, {}))
    if rng.random() < 0.8:
        story.append((A.UNIT_CONFIRM, S.HANDLED, round(rng.expovariate(1 / 1440)), {}))
        story.append((A.VERIFY, S.VERIFIED, 12, {}))
        story.append((A.CLOSE, S.CLOSED, 6, {}))
    entries, before = [], None
    for sequence, (action, to, minutes, payload) in enumerate(story, 1):
        at = at + timedelta(minutes=minutes)
        entries.append(
            Entry(number, sequence, at, at, "bench", Role.SYSTEM, action, before, to, None, payload)
        )
        before = to
    return limit, entries


# --- The baseline ------------------------------------------------------------------------------------


def _business_days(calendar: WorkingCalendar) -> np.busdaycalendar:
    """Name every day off to NumPy, as it knows no make-up days on weekends."""
    days = (date(2025, 1, 1) + timedelta(days=number) for number in range(5 * 365))
    return np.busdaycalendar(
        weekmask="1111111", holidays=[day for day in days if not calendar.is_workday(day)]
    )


def _columns(journals: list[tuple[Limit, list[Entry]]]) -> Columns:
    """Lay the instants that matter side by side, in local seconds; NaT where there is none."""
    wanted = (A.DISPATCH, A.REQUEST_EXTENSION, A.SUSPEND, A.RESUME, A.UNIT_CONFIRM, A.CLOSE)
    found: Columns = {str(action): np.full(len(journals), NEVER) for action in wanted}
    for row, (_, entries) in enumerate(journals):
        for entry in entries:
            if entry.action in wanted:
                found[str(entry.action)][row] = _local(entry.happened_at)
    found["limit"] = np.array([limit.amount * WORK_S[limit.kind] for limit, _ in journals]).astype("int64")
    found["works"] = np.array([limit.kind.is_working for limit, _ in journals])
    return found


def _local(at: datetime) -> np.datetime64:
    return np.datetime64((at + timedelta(hours=8)).replace(tzinfo=None), "s")


def _verdict(told: Columns, busy: np.busdaycalendar) -> tuple[Any, Any]:
    """Return the category deadline (UTC) and whether handling or closing ever was overdue."""
    first = _due(told, told["limit"], busy)
    is_granted = told["request_extension"] <= first
    due = np.where(is_granted, _due(told, 2 * told["limit"], busy), first)
    now = _local(NOW)
    handled = np.where(np.isnat(told["unit_confirm"]), now, told["unit_confirm"])
    closed = np.where(np.isnat(told["close"]), now, told["close"])
    return due - 8 * 3600 * SECOND, (handled > due) | (closed > due + 1800 * SECOND)


def _due(told: Columns, limit: Any, busy: np.busdaycalendar) -> Any:
    due = _later(told["dispatch"], limit, told["works"], busy)
    begin, end = told["suspend"], told["resume"]
    is_paused = begin < due
    begin, end = np.where(is_paused, begin, due), np.where(is_paused, end, due)
    left = np.where(told["works"], _position(due, busy) - _position(begin, busy), (due - begin) // SECOND)
    return np.where(is_paused, _later(end, left, told["works"], busy), due)


def _position(at: Any, busy: np.busdaycalendar) -> Any:
    """Return the working seconds since the origin."""
    day = at.astype("datetime64[D]")
    second = (at - day) // SECOND
    today = np.clip(second - MORNING_S, 0, NOON_S) + np.clip(second - 14 * 3600, 0, NOON_S)
    return np.busday_count(ORIGIN, day, busdaycal=busy) * DAY_S + np.where(
        np.is_busday(day, busdaycal=busy), today, 0
    )


def _later(start: Any, seconds: Any, works: Any, busy: np.busdaycalendar) -> Any:
    target = _position(start, busy) + seconds
    days = np.maximum((target - 1) // DAY_S, 0)
    rest = target - days * DAY_S
    day = np.busday_offset(ORIGIN, days, roll="forward", busdaycal=busy).astype("datetime64[s]")
    second = np.where(rest <= NOON_S, MORNING_S + rest, MORNING_S + 2 * 3600 + rest)
    working = np.maximum(start, day + second * SECOND)
    return np.where(works, working, start + seconds * SECOND)


def _require_equal(told: Any, late: Any, due: Any, is_late: Any) -> None:
    differing = np.count_nonzero((told.astype(due.dtype) != due) | (late != is_late))
    if differing:
        raise AssertionError(f"{differing:,} verdicts differ from the baseline")


def _best(work: Callable[[], Any]) -> tuple[float, Any]:
    """The least CPU time of a few rounds (all of it is one thread's), and the answer."""
    results = [_timed(work) for _ in range(ROUNDS)]
    return min(seconds for seconds, _ in results), results[0][1]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = process_time()
    result = work()
    return process_time() - start, result
