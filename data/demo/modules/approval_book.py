"""Drawing the demo's approvals as columns: some hundred a workday, at windows and online, decided within their limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np

from data.demo.modules.approval_items import DEPARTMENTS, item_rows, window_code, windows_of
from data.demo.modules.rows import Stage
from data.demo.working import HOUR, SECOND, Clock, micros
from data.domain.clock import HOURS_PER_WORK_DAY

PART = 42
PER_WORKDAY, PER_FREE_DAY = 455.0, 34.0
"""Of the full demo; on free days only online."""

GROWTH_PER_YEAR = 0.04
ONLINE = {"enterprise_opening": 0.78, "construction": 0.66, "public_service": 0.55, "other": 0.6}
LATE = {"enterprise_opening": 0.008, "construction": 0.03, "public_service": 0.012, "other": 0.018}
OUTCOMES, CHANCES = ("granted", "refused", "withdrawn"), (0.958, 0.03, 0.012)
OFFICE_HOURS = (9, 10, 11, 13, 14, 15, 16)
OFFICE_WEIGHTS = (0.2, 0.2, 0.12, 0.09, 0.16, 0.14, 0.09)
ONLINE_HOURS = (8, 9, 10, 11, 13, 14, 15, 16, 19, 20, 21)
CLOCK_MARGIN_DAYS = 120


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """Approvals in the order of their coming: instants in microseconds, 0 where it has not happened."""

    received: np.ndarray
    due: np.ndarray
    decided: np.ndarray
    item: np.ndarray
    is_online: np.ndarray
    outcomes: np.ndarray
    windows: list[str | None]
    item_codes: list[str]

    def number(self, n: int) -> str:
        """Return the number of an approval."""
        return f"演示-BJ{n + 1:07d}"

    def outcome(self, n: int) -> str:
        """Return how an approval ended."""
        return OUTCOMES[self.outcomes[n]]


def book_of(stage: Stage) -> Book:
    """Return every approval of a demo up to its reference."""
    rng, items = stage.rng(PART), item_rows()
    received, is_free = _received(stage, rng)
    weight = rng.pareto(1.3, len(items)) + 0.25
    item = rng.choice(len(items), len(received), p=weight / weight.sum())
    classes = np.array([row["item_class"] for row in items])[item]
    is_online = is_free | (rng.random(len(item)) < np.vectorize(ONLINE.get)(classes))
    limits = np.array([row["limit_work_days"] for row in items])[item]
    due = _due(stage, received, limits)
    share = np.clip(rng.lognormal(-1.1, 0.55, len(item)), 0.02, 0.98)
    is_late = rng.random(len(item)) < np.vectorize(LATE.get)(classes)
    share[is_late] = rng.uniform(1.02, 1.6, int(is_late.sum()))
    decided = received + ((due - received) * share).astype(np.int64) // SECOND * SECOND
    decided[decided > micros(stage.reference)] = 0
    return Book(
        received=received,
        due=due,
        decided=decided,
        item=item,
        is_online=is_online,
        outcomes=rng.choice(len(OUTCOMES), len(item), p=CHANCES),
        windows=_windows(item, is_online, rng),
        item_codes=[str(row["code"]) for row in items],
    )


def _received(stage: Stage, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return when each came, in order, and whether on a day without work."""
    zone, calendar = stage.scene.town.profile.zone, stage.scene.calendar
    at, free = [], []
    for day in stage.plan.days(zone):
        is_free = not calendar.is_workday(day)
        years = (stage.today - day).days / 365.25
        mean = (PER_FREE_DAY if is_free else PER_WORKDAY) * stage.scale * (1 - GROWTH_PER_YEAR) ** years
        count = int(rng.poisson(mean))
        begin = micros(datetime.combine(day, time(), zone))
        hours = (
            rng.choice(ONLINE_HOURS, count) if is_free else rng.choice(OFFICE_HOURS, count, p=OFFICE_WEIGHTS)
        )
        at.append(begin + hours * HOUR + rng.integers(0, 3600, count) * SECOND)
        free.append(np.full(count, is_free))
    received, is_free_day = np.concatenate(at).astype(np.int64), np.concatenate(free)
    order = np.argsort(received, kind="stable")
    order = order[received[order] <= micros(stage.reference)]
    return received[order], is_free_day[order]


def _due(stage: Stage, received: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Return the limits by the working clock."""
    zone = stage.scene.town.profile.zone
    days: list[date] = stage.plan.days(zone)
    clock = Clock.build(stage.scene.calendar, days[0], days[-1] + timedelta(days=CLOCK_MARGIN_DAYS))
    amount = (limits * HOURS_PER_WORK_DAY * HOUR).astype(np.int64)
    return clock.after_work(received, amount)


def _windows(item: np.ndarray, is_online: np.ndarray, rng: np.random.Generator) -> list[str | None]:
    """Return the window that each was brought to: one of the department's."""
    per_department = len(item_rows()) // len(DEPARTMENTS)
    own = [windows_of(number) for number in range(len(DEPARTMENTS))]
    draws = rng.random(len(item))
    found: list[str | None] = []
    for number, online, draw in zip(item // per_department, is_online, draws, strict=True):
        choice = own[number]
        found.append(None if online else window_code(choice[int(draw * len(choice))]))
    return found
