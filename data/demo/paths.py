"""When the steps of each demo case happen, from report to rating; instants in microseconds since 1970.

Most cases take the plain way. Few are declined, returned by the unit, done twice or opened again;
some are late. Durations are log-normal; handling takes a share of the category's own limit, on its
own clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from data.demo.draw import Reports
from data.demo.working import DAY, HOUR, MINUTE, SECOND, Clock, is_working, limit_micros
from data.domain.vocabulary import Action
from data.town import Category, Town

NEVER = np.int64(0)
PLAIN, DECLINED, RETURNED, REWORKED, REOPENED = range(5)
WAY_SHARES = (0.918, 0.012, 0.04, 0.02, 0.01)
LATE_SHARE = 0.032
JOINT_PACE = 0.8
"""What grid staff and police handle together takes so much of the time that one alone takes."""
RATED_SHARE = 0.55
RATED_CHANNELS = ("hotline", "superior", "online")
EXTERNAL_LIMITS = {"hotline": (5 * 8 * HOUR, True), "superior": (3 * DAY, False)}
"""Limits that 12345 and superior orders bring along: five working days, three calendar days."""

SLOTS = (
    Action.REPORT,
    Action.ACCEPT,
    Action.DECLINE,
    Action.FILE,
    Action.DISPATCH,
    Action.RETURN,
    Action.DISPATCH,
    Action.SIGN,
    Action.ARRIVE,
    Action.HANDLE,
    Action.REWORK,
    Action.HANDLE,
    Action.VERIFY,
    Action.CLOSE,
    Action.REOPEN,
    Action.DISPATCH,
    Action.SIGN,
    Action.ARRIVE,
    Action.HANDLE,
    Action.VERIFY,
    Action.CLOSE,
    Action.RATE,
)
"""The steps in the order of time; a case takes those whose instant is not `NEVER`."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The first half of each case's course: until when it must be handled, and when it will be.

    `strict` is the stricter of the category's and the external deadline (0 = none outside); `wrap_up`
    the time from handled to closed, of which `verify` is the first part.
    """

    way: np.ndarray
    accept: np.ndarray
    file: np.ndarray
    dispatch: np.ndarray
    category_due: np.ndarray
    external_due: np.ndarray
    strict: np.ndarray
    is_provisional: np.ndarray
    is_working: np.ndarray
    handled: np.ndarray
    verify: np.ndarray
    wrap_up: np.ndarray

    @property
    def closed(self) -> np.ndarray:
        """When each case is closed for the first time."""
        return self.handled + self.wrap_up

    def with_handled(self, handled: np.ndarray, wrap_up: np.ndarray) -> Course:
        """Return the course with other instants of handling."""
        verify = np.minimum(self.verify, wrap_up)
        return replace(self, handled=_seconds(handled), wrap_up=_seconds(wrap_up), verify=_seconds(verify))


def draw_course(
    town: Town, clock: Clock, reports: Reports, is_joint: np.ndarray, rng: np.random.Generator
) -> Course:
    """Return deadlines and instants of handling for every report."""
    size = len(reports)
    amount, working = _limits(town, reports)
    accept = reports.reported + _lognormal(rng, size, 3.5, 0.55, MINUTE)
    file = accept + _lognormal(rng, size, 2.0, 0.5, MINUTE)
    dispatch = file + _lognormal(rng, size, 3.0, 0.5, MINUTE)
    category_due = clock.after(dispatch, amount, working)
    external_due = _external_due(clock, reports)
    strict = np.where(external_due > 0, np.minimum(category_due, external_due), category_due)
    verify = _lognormal(rng, size, 6.0, 0.5, MINUTE)
    return Course(
        way=rng.choice(len(WAY_SHARES), size, p=WAY_SHARES),
        accept=accept,
        file=file,
        dispatch=dispatch,
        category_due=category_due,
        external_due=external_due,
        strict=strict,
        is_provisional=clock.is_provisional(category_due, working),
        is_working=working,
        handled=_handled(clock, dispatch, amount, working, strict, is_joint, rng),
        verify=verify,
        wrap_up=verify + _lognormal(rng, size, 3.0, 0.6, MINUTE),
    )


def _limits(town: Town, reports: Reports) -> tuple[np.ndarray, np.ndarray]:
    """Return each report's limit in microseconds of its clock, and whether that clock runs in working time only."""
    codes, inverse = np.unique(reports.category, return_inverse=True)
    rows: list[Category] = [town.categories_by_code[code] for code in codes]
    amount = np.array([limit_micros(row.limit_amount, row.limit_clock) for row in rows], dtype=np.int64)
    working = np.array([is_working(row.limit_clock) for row in rows], dtype=bool)
    return amount[inverse], working[inverse]


def _external_due(clock: Clock, reports: Reports) -> np.ndarray:
    due = np.zeros(len(reports), dtype=np.int64)
    for channel, (amount, working) in EXTERNAL_LIMITS.items():
        of_channel = np.flatnonzero(reports.channel == channel)
        start = reports.reported[of_channel]
        size = len(of_channel)
        due[of_channel] = clock.after(start, np.full(size, amount), np.full(size, working))
    return due


def _handled(
    clock: Clock,
    dispatch: np.ndarray,
    amount: np.ndarray,
    working: np.ndarray,
    strict: np.ndarray,
    is_joint: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Most are handled within a share of their limit, jointly in less; the late ones some hours after it."""
    size = len(dispatch)
    share = (rng.beta(1.5, 2.6, size) * 0.94 + 0.03) * np.where(is_joint, JOINT_PACE, 1.0)
    handled = clock.after(dispatch, (amount * share).astype(np.int64), working)
    handled = np.minimum(handled, dispatch + ((strict - dispatch) * (0.5 + share / 2)).astype(np.int64))
    late = rng.random(size) < LATE_SHARE
    overrun = np.minimum(_lognormal(rng, size, 3.0, 1.0, HOUR), 4 * DAY)
    return _seconds(np.where(late, strict + overrun, handled))


def lay_out(course: Course, clock: Clock, reports: Reports, rng: np.random.Generator) -> np.ndarray:
    """Return the instants of all steps, one row per case and one column per entry of `SLOTS`."""
    declined, reopened = course.way == DECLINED, course.way == REOPENED
    second = _second_round(clock, course, rng)
    final = np.where(reopened, second[-1], course.closed)
    columns = [
        reports.reported,
        np.where(declined, NEVER, course.accept),
        np.where(declined, course.accept, NEVER),
        course.file,
        course.dispatch,
        *_first_round(clock, course, rng),
        course.handled + course.verify,
        course.closed,
        *(np.where(reopened, instants, NEVER) for instants in second),
        _rated(final, reports, rng),
    ]
    steps = _seconds(np.stack(columns, axis=1))
    steps[declined, 3:] = NEVER
    return steps


def _first_round(clock: Clock, course: Course, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return, dispatch again, sign, arrive, handle, rework and handle again; `NEVER` where a case has no such step."""
    size = len(course.handled)
    returned, reworked = course.way == RETURNED, course.way == REWORKED
    gap = course.handled - course.dispatch
    handled = np.where(reworked, course.dispatch + (gap * 6) // 10, course.handled)
    gap = handled - course.dispatch
    back = course.dispatch + np.minimum(_lognormal(rng, size, 25, 0.6, MINUTE), (gap * 15) // 100)
    again = back + np.minimum(_lognormal(rng, size, 9, 0.5, MINUTE), gap // 10)
    start = np.where(returned, again, course.dispatch)
    sign, arrive = _on_the_way(clock, start, handled, course.is_working, rng)
    rework = handled + np.minimum(course.verify, (course.handled - handled) // 2)
    return (
        np.where(returned, back, NEVER),
        np.where(returned, again, NEVER),
        sign,
        arrive,
        handled,
        np.where(reworked, rework, NEVER),
        np.where(reworked, course.handled, NEVER),
    )


def _rated(final: np.ndarray, reports: Reports, rng: np.random.Generator) -> np.ndarray:
    """When some of those who asked for an answer rate it, within two days of the end; else `NEVER`."""
    size = len(final)
    is_rated = np.isin(reports.channel, RATED_CHANNELS) & (rng.random(size) < RATED_SHARE)
    return np.where(is_rated, final + rng.integers(2 * HOUR, 2 * DAY, size), NEVER)


def _on_the_way(
    clock: Clock, start: np.ndarray, handled: np.ndarray, working: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Signing and arriving, both before the case is handled.

    What may take days is signed within working hours and visited some time on the way; the rest at once.
    """
    size = len(start)
    wait = np.where(working, _lognormal(rng, size, 40, 1.2, MINUTE), _lognormal(rng, size, 6, 0.7, MINUTE))
    sign = np.minimum(clock.after(start, wait, working), start + (handled - start) // 2)
    left = handled - sign
    drive = np.minimum(_lognormal(rng, size, 22, 0.6, MINUTE), (left * 7) // 10)
    visit = (left * rng.uniform(0.15, 0.85, size)).astype(np.int64)
    return sign, sign + np.where(working, visit, drive)


def _second_round(clock: Clock, course: Course, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Reopen, dispatch, sign, arrive, handle, verify and close of a case that comes back."""
    size = len(course.handled)
    reopen = course.closed + rng.integers(4 * HOUR, 3 * DAY, size)
    dispatch = reopen + _lognormal(rng, size, 4, 0.5, MINUTE)
    handled = clock.after(dispatch, _lognormal(rng, size, 3, 0.5, HOUR), course.is_working)
    sign, arrive = _on_the_way(clock, dispatch, handled, course.is_working, rng)
    verify = handled + course.verify
    return reopen, dispatch, sign, arrive, handled, verify, verify + course.wrap_up - course.verify


def _lognormal(rng: np.random.Generator, size: int, median: float, sigma: float, unit: int) -> np.ndarray:
    return _seconds(median * np.exp(rng.normal(0, sigma, size)) * unit) + SECOND


def _seconds(values: np.ndarray) -> np.ndarray:
    """Cut microseconds to whole seconds."""
    return (values // SECOND).astype(np.int64) * SECOND
