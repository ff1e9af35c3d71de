"""Settling the open cases: as many open, overdue and soon due at the reference as a command centre shows.

The numbers are those of a town with 164 reports a day and grow with it. Only the instants of handling
are moved: some cases of the last days are handled earlier than drawn, some later.
"""

from __future__ import annotations

import numpy as np

from data.demo.draw import Reports
from data.demo.paths import DECLINED, PLAIN, RETURNED, REWORKED, Course
from data.demo.working import HOUR, MINUTE, SECOND
from data.domain.stages import StageLimits

REPORTS_PER_DAY = 164.0
OPEN, OVERDUE, DUE_SOON = 128, 6, 14
"""How many are open at the reference, and of these how many overdue and how many due within the hour."""

OVERDUE_AT_MOST = 72 * HOUR
DELAY_COUNTS = 0.7
"""How much an hour of delay counts against staying overdue; one rank of severity counts 1."""

SETTLED_BEFORE = 25 * MINUTE
MIXED = 1.6
"""How much chance counts beside the urgency; one rank of severity counts 1."""

MOVABLE = (PLAIN, RETURNED, REWORKED)
LATER = 3 * HOUR


def settle(
    course: Course,
    reports: Reports,
    urgency: np.ndarray,
    reference: int,
    per_day: float,
    stages: StageLimits,
    rng: np.random.Generator,
) -> Course:
    """Return the course whose open cases at `reference` (µs) are as many as wanted in each group.

    `urgency` is each case's rank of severity: the urgent ones stay open rather than the others.
    """
    scale = per_day / REPORTS_PER_DAY
    overdue, soon, others = _standing(course, reports, stages, reference)
    rank = urgency + rng.random(len(reports)) * MIXED
    strict = course.strict
    is_past, is_rest = strict < reference, strict > reference + HOUR
    is_soon = ~is_past & ~is_rest
    by_delay = np.where(is_past, rank - DELAY_COUNTS * (reference - strict) / HOUR, rank)
    recent = is_past & (strict >= reference - OVERDUE_AT_MOST)
    course = _fit(course, is_past, recent, max(round(OVERDUE * scale) - overdue, 0), by_delay, reference, rng)
    course = _fit(course, is_soon, is_soon, max(round(DUE_SOON * scale) - soon, 0), rank, reference, rng)
    waiting = int((~is_rest & _is_waiting(course, reference)).sum())
    rest = max(round(OPEN * scale) - others - waiting, 0)
    return _fit(course, is_rest, is_rest, rest, rank, reference, rng)


def _standing(course: Course, reports: Reports, stages: StageLimits, reference: int) -> tuple[int, int, int]:
    """Count what stands open before dispatch or after handling: overdue, due soon, and all of it."""
    is_new = course.accept > reference
    is_early = course.dispatch > reference
    is_taken = course.way != DECLINED
    is_done = (course.handled <= reference) & (course.closed > reference)
    to_accept, to_dispatch, to_verify = (
        round(limit.total_seconds()) * SECOND for limit in (stages.accept, stages.dispatch, stages.verify)
    )
    due = np.where(is_new, reports.reported + to_accept, course.accept + to_dispatch)
    due = np.where(is_early, due, np.minimum(course.handled, course.strict) + to_verify)[
        is_taken & (is_early | is_done)
    ]
    return int((due < reference).sum()), int((due >= reference).sum()), len(due)


def _is_waiting(course: Course, reference: int) -> np.ndarray:
    """Whether each case is with its unit at the reference."""
    return (course.handled > reference) & (course.dispatch <= reference) & (course.way != DECLINED)


def _fit(
    course: Course,
    group: np.ndarray,
    candidates: np.ndarray,
    wanted: int,
    rank: np.ndarray,
    reference: int,
    rng: np.random.Generator,
) -> Course:
    """Let `wanted` of a group wait for handling: finish the least urgent, or hold back the most urgent."""
    movable = np.isin(course.way, MOVABLE) & (course.dispatch < reference - SETTLED_BEFORE)
    waiting = group & _is_waiting(course, reference)
    surplus = int(waiting.sum()) - wanted
    if surplus > 0:
        least = np.flatnonzero(waiting & movable)
        return _finish(course, least[np.argsort(rank[least], kind="stable")][:surplus], reference, rng)
    spare = np.flatnonzero(candidates & movable & (course.closed <= reference))
    chosen = spare[np.argsort(-rank[spare], kind="stable")][:-surplus] if surplus else spare[:0]
    handled = course.handled.copy()
    handled[chosen] = reference + LATER
    return course.with_handled(handled, course.wrap_up)


def _finish(course: Course, chosen: np.ndarray, reference: int, rng: np.random.Generator) -> Course:
    """Let cases be handled, in time, and closed before the reference."""
    handled, wrap_up = course.handled.copy(), course.wrap_up.copy()
    start = course.dispatch[chosen]
    span = np.minimum(course.strict[chosen], reference) - start
    handled[chosen] = start + (span * rng.uniform(0.35, 0.85, len(chosen))).astype(np.int64)
    wrap_up[chosen] = np.minimum(wrap_up[chosen], (reference - handled[chosen]) * 9 // 10)
    return course.with_handled(handled, wrap_up)
