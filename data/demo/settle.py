"""Settling the open cases: as many open, overdue and soon due at the reference as a command centre shows.

The numbers are those of a town with 164 reports a day and grow with it. Only the instants of handling
are moved: some cases of the last days are handled earlier than drawn, some later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.draw import Reports
from data.demo.paths import PLAIN, Course, verify_limit
from data.demo.working import HOUR, MINUTE
from data.domain.stages import ACCEPT_LIMIT, DISPATCH_LIMIT

REPORTS_PER_DAY = 164.0
OPEN, OVERDUE, DUE_SOON = 128, 6, 14
"""How many are open at the reference, and of these how many overdue and how many due within the hour."""

OVERDUE_AT_MOST = 5 * HOUR
SETTLED_BEFORE = 25 * MINUTE
LATER = 3 * HOUR
EARLY_LIMIT = round((ACCEPT_LIMIT + DISPATCH_LIMIT).total_seconds() / 2) * 1_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """How many open cases are wanted in each group."""

    overdue: int
    soon: int
    rest: int


def settle(
    course: Course, reports: Reports, reference: int, per_day: float, rng: np.random.Generator
) -> Course:
    """Return the course whose open cases at `reference` (µs) are as many as wanted in each group."""
    target = _target(course, reports, reference, per_day)
    strict, handled, wrap_up = course.strict, course.handled.copy(), course.wrap_up.copy()
    movable = (course.way == PLAIN) & (course.dispatch < reference - SETTLED_BEFORE)
    soon = (strict >= reference) & (strict <= reference + HOUR)
    recent = (strict < reference) & (strict >= reference - OVERDUE_AT_MOST)
    groups = ((strict < reference, recent, target.overdue), (soon, soon, target.soon))
    groups += ((strict > reference + HOUR,) * 2 + (target.rest,),)
    for group, candidates, wanted in groups:
        waiting = np.flatnonzero(group & (handled > reference) & (course.dispatch <= reference))
        surplus = len(waiting) - wanted
        if surplus > 0:
            _finish(
                rng.permutation(waiting[movable[waiting]])[:surplus], course, reference, handled, wrap_up, rng
            )
        else:
            spare = np.flatnonzero(candidates & movable & (handled <= reference))
            chosen = _newest(spare, reports, -surplus, rng)
            handled[chosen] = reference + LATER
    return course.with_handled(handled, wrap_up)


def _target(course: Course, reports: Reports, reference: int, per_day: float) -> Target:
    """Take what stands open before dispatch or after handling off the wanted totals."""
    scale = per_day / REPORTS_PER_DAY
    is_early = (reports.reported <= reference) & (course.dispatch > reference)
    is_done = (course.handled <= reference) & (course.closed > reference)
    due = np.where(is_early, reports.reported + EARLY_LIMIT, course.handled + verify_limit())
    stage_due = due[is_early | is_done]
    overdue = round(OVERDUE * scale) - int((stage_due < reference).sum())
    soon = round(DUE_SOON * scale) - int((stage_due >= reference).sum())
    overdue, soon = max(overdue, 0), max(soon, 0)
    rest = round(OPEN * scale) - len(stage_due) - overdue - soon
    return Target(overdue, soon, max(rest, 0))


def _finish(
    chosen: np.ndarray,
    course: Course,
    reference: int,
    handled: np.ndarray,
    wrap_up: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Let cases be handled, in time, and closed before the reference."""
    start = course.dispatch[chosen]
    latest = np.minimum(course.strict[chosen], reference)
    share = rng.uniform(0.35, 0.85, len(chosen))
    handled[chosen] = start + ((latest - start) * share).astype(np.int64)
    wrap_up[chosen] = np.minimum(wrap_up[chosen], (reference - handled[chosen]) * 9 // 10)


def _newest(spare: np.ndarray, reports: Reports, wanted: int, rng: np.random.Generator) -> np.ndarray:
    """Return `wanted` of the spare cases, from the newest ones, a little mixed."""
    order = spare[np.argsort(-reports.reported[spare], kind="stable")]
    return rng.permutation(order[: 2 * wanted])[:wanted]
