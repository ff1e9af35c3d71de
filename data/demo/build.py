"""Building the rows of a chunk: draw, lay out, settle the open ones, and hand over block by block, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from data.demo.block import Block
from data.demo.books import Books, ChunkBook
from data.demo.draw import Reports, draw_reports
from data.demo.paths import SLOTS, Course, draw_course, lay_out
from data.demo.plan import Chunk, DemoPlan, draw_counts
from data.demo.rows import Draft, build_block
from data.demo.scene import Scene
from data.demo.settle import settle
from data.demo.working import MINUTE, SECOND, Clock, micros
from data.domain.vocabulary import WallSensitivity
from data.town import Town
from data.world import working_calendar

BLOCK_CASES = 160
DRAWS_PER_CASE = 5
CLOCK_MARGIN_DAYS = 90
MASKED_COUNTS = 1.0
JOINT_SHARE, OTHER_JOINT_SHARE = 0.34, 0.03
COURSE_PART, ROWS_PART, REPORTS_PART = 3, 4, 2


def chunk_reports(scene: Scene, plan: DemoPlan, chunk: Chunk) -> Reports:
    """Return the reports of a chunk up to the reference."""
    zone = scene.town.profile.zone
    days, counts = draw_counts(scene.town, plan)
    first = (chunk.first - days[0]).days
    part = {major: count[first : first + len(chunk.days)] for major, count in counts.items()}
    rng = plan.generator(zone, REPORTS_PART, chunk.first.toordinal())
    reports = draw_reports(scene, chunk.days, part, rng)
    return _head(reports, int(np.searchsorted(reports.reported, micros(plan.reference), side="right")))


def day_counts(scene: Scene, plan: DemoPlan, newest: Chunk) -> dict[date, int]:
    """Return how many cases each day has; the reference day's are cut at the reference."""
    days, counts = draw_counts(scene.town, plan)
    per_day = dict(zip(days, (int(n) for n in sum(counts.values())), strict=True))
    today = chunk_reports(scene, plan, newest)
    per_day[newest.last] = int((today.day == len(newest.days) - 1).sum())
    return per_day


def draft_chunk(scene: Scene, books: Books, book: ChunkBook) -> Draft:
    """Return a chunk as a draft, with its ids and numbers."""
    return entered(draw_chunk(scene, books.plan, book.chunk), books, book)


def entered(draft: Draft, books: Books, book: ChunkBook) -> Draft:
    """Return a draft with the ids and numbers that the books give it."""
    return replace(
        draft,
        scene=replace(draft.scene, first_staff_id=books.first_staff_id),
        first_id=book.first_id,
        load_id=book.load_id,
        numbers=books.numbers_of(book.chunk.days),
    )


def draw_chunk(scene: Scene, plan: DemoPlan, chunk: Chunk) -> Draft:
    """Return a chunk as a draft without ids: everything drawn, nothing written out yet."""
    zone = scene.town.profile.zone
    reports = chunk_reports(scene, plan, chunk)
    last = chunk.last + timedelta(days=CLOCK_MARGIN_DAYS)
    clock = Clock.build(working_calendar(scene.town), chunk.first, last)
    details, size = plan.generator(zone, ROWS_PART, chunk.first.toordinal()), len(reports)
    lags, draws = _lags(details, size), details.random((size, DRAWS_PER_CASE))
    is_joint = _joint(scene.town, reports, draws[:, 0])
    rng = plan.generator(zone, COURSE_PART, chunk.first.toordinal())
    course = draw_course(scene.town, clock, reports, is_joint, rng)
    reference = micros(plan.reference)
    if chunk.last == plan.today(zone):
        course = settle(
            course, reports, _urgency(scene, reports), reference, plan.cases_per_day, scene.town.stages, rng
        )
    else:
        course = course.with_handled(*_closed_in_time(course, reference))
    return Draft(
        scene=scene,
        days=chunk.days,
        reports=reports,
        course=course,
        steps=lay_out(course, clock, reports, rng),
        lags=lags,
        draws=draws,
        is_joint=is_joint,
        salts=[details.bytes(16).hex() for _ in range(size)],
        reference=reference,
        numbers=[0] * len(chunk.days),
    )


def blocks(draft: Draft, written: int = 0, at_most: int = BLOCK_CASES) -> Iterator[Block]:
    """Yield the rows of a draft from the newest case back; `written` newest cases are there already."""
    last = len(draft.reports) - written
    while last > 0:
        first = max(0, last - at_most)
        yield build_block(draft, first, last)
        last = first


def _joint(town: Town, reports: Reports, draws: np.ndarray) -> np.ndarray:
    """Return which cases the grid's people and the police handle together, by a number from 0 to 1 for each."""
    codes, inverse = np.unique(reports.category, return_inverse=True)
    needs_police = np.array([town.categories_by_code[code].needs_police for code in codes], dtype=bool)
    return draws < np.where(needs_police[inverse], JOINT_SHARE, OTHER_JOINT_SHARE)


def _urgency(scene: Scene, reports: Reports) -> np.ndarray:
    """Return each case's rank of severity, less where a screen may not show what it is about."""
    codes, inverse = np.unique(reports.category, return_inverse=True)
    rows = [scene.town.categories_by_code[code] for code in codes]
    masked = [MASKED_COUNTS * (row.wall_sensitivity is not WallSensitivity.NORMAL) for row in rows]
    return (np.array([row.severity.rank for row in rows]) - np.array(masked))[inverse]


def _head(reports: Reports, size: int) -> Reports:
    return Reports(*(getattr(reports, name)[:size] for name in Reports.__slots__))


def _closed_in_time(course: Course, reference: int) -> tuple[np.ndarray, np.ndarray]:
    """Let everything older than the newest chunk be closed by the reference."""
    is_open = course.closed > reference
    early = course.dispatch + (reference - course.dispatch) * 4 // 5
    handled = np.where(is_open, early, course.handled)
    return handled, np.where(is_open, (reference - early) // 2, course.wrap_up)


def _lags(rng: np.random.Generator, size: int) -> np.ndarray:
    """How long before it was recorded a field step happened: seconds mostly, at times over ten minutes."""
    shape = (size, len(SLOTS))
    kind = rng.random(shape)
    short = rng.integers(0, 40, shape) * SECOND
    middle = rng.integers(60, 540, shape) * SECOND
    long = rng.integers(11, 60, shape) * MINUTE
    return np.where(kind < 0.85, short, np.where(kind < 0.97, middle, long))
