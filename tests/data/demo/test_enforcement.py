"""Enforcement in the demo town: nobody is a first offender twice within a matter's window; each kind stands apart."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from data.demo.modules import enforcement
from data.demo.modules.matters import MATTERS
from data.demo.modules.rows import Stage
from data.domain.enforcement import DECISIONS, OBSERVERS
from data.store.modules.enforcement import enforcement_cases, observer_opinions, observers
from tests.data.demo.conftest import REFERENCE


def test_nobody_is_a_first_offender_twice(stage: Stage) -> None:
    months = {one.code: one.window_months for one in MATTERS}
    last: dict[tuple[str, str], object] = {}
    for row in enforcement.rows(stage)[enforcement_cases]:
        key = (row["subject_key"], row["matter_code"])
        before = last.get(key)
        if row["decision"] in ("first_exempt", "exempt") and before is not None:
            assert before <= row["found_at"] - timedelta(days=30 * months[row["matter_code"]])  # type: ignore[operator]
        last[key] = row["found_at"]


def test_every_kind_of_decision_and_observer(stage: Stage) -> None:
    rows = enforcement.rows(stage)
    kinds = Counter(row["decision"] for row in rows[enforcement_cases])
    assert all(kinds[kind] > 50 for kind in DECISIONS)
    assert 0 < kinds[None] < 60
    assert {row["kind"] for row in rows[observers]} == set(OBSERVERS)
    open_ones = [row for row in rows[observer_opinions] if row["answered_at"] is None]
    assert 0 < len(open_ones) < 30


def test_a_yellow_card_has_a_day_for_the_revisit(stage: Stage) -> None:
    carded = [row for row in enforcement.rows(stage)[enforcement_cases] if row.get("yellow_card_on")]
    assert all(row["decision"] == "first_exempt" and row["revisit_due_on"] for row in carded)
    assert all(row["revisited_at"] is None or row["revisited_at"] <= REFERENCE for row in carded)
    assert all(row["fine_yuan"] is None for row in carded)
