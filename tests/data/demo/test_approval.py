"""The approvals of the demo town carry the published figures."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, timedelta

from data.demo.modules import approval
from data.demo.modules.rows import Stage
from data.domain.approval import KEY_CLASSES
from data.domain.periods import PeriodKind
from data.store.modules.approval import approvals, assist_jobs, reviews, service_items
from data.views.indicators import Wanted, figures_of
from data.world import World
from tests.data.demo.conftest import REFERENCE

YEAR = Wanted(PeriodKind.YEAR, date(2026, 11, 23))


def published(world: World, key: str) -> float:
    return next(float(row.value) for row in world.town.published if row.key == key)


def test_windows_departments_and_items_are_the_published_ones(recorded: World) -> None:
    found = {one.definition.id: one.figure.value for one in figures_of(recorded, "approval", YEAR, REFERENCE)}
    assert found["approval_windows"] == published(recorded, "approval_windows") == 52
    assert found["approval_departments"] == published(recorded, "approval_departments") == 25
    assert found["approval_items"] == published(recorded, "approval_items") == 500
    assert 95 < (found["approval_on_time"] or 0) < 100
    assert (found["assist_open"] or 0) > 0


def test_more_than_a_hundred_thousand_a_year_and_quickly(recorded: World, stage: Stage) -> None:
    begun = time.perf_counter()
    rows = approval.rows(stage)
    many = list(rows[approvals])
    spent = time.perf_counter() - begun
    year_ago = REFERENCE - timedelta(days=365)
    assert sum(row["received_at"] > year_ago for row in many) > published(recorded, "approval_cases_year")
    assert len({row["number"] for row in many}) == len(many)
    assert all(row["received_at"] <= row["due_at"] for row in many)
    assert all(
        row["decided_at"] is None or row["received_at"] <= row["decided_at"] <= REFERENCE for row in many
    )
    assert spent < 30
    classes = Counter(row["item_class"] for row in rows[service_items])
    assert all(classes[key] >= 50 for key in KEY_CLASSES)


def test_some_bad_reviews_wait_and_the_old_ones_were_repaired(stage: Stage) -> None:
    bad = [row for row in approval.rows(stage)[reviews] if row["stars"] <= 2]
    waiting = [row for row in bad if row["repaired_at"] is None]
    assert len(bad) > 50
    assert 1 <= len(waiting) <= 15
    assert all(row["reviewed_at"] > REFERENCE - timedelta(days=20) for row in waiting)


def test_small_demos_are_small(small_stage: Stage) -> None:
    assert 200 < sum(1 for _ in approval.rows(small_stage)[approvals]) < 2500
    assert all(
        row["closed_at"] is None or row["closed_at"] <= REFERENCE
        for row in approval.rows(small_stage)[assist_jobs]
    )
