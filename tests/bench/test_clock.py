"""The measurement of the clock: both sides give the same verdicts, and a difference is an error."""

from __future__ import annotations

import pytest

from bench import clock


def test_ours_and_the_baseline_agree_on_a_few_cases() -> None:
    rows = list(clock.rows(400))
    assert [row.ours for row in rows] == [rows[0].ours] * 2
    assert all(row.baseline for row in rows)


def test_a_difference_from_the_baseline_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "NOON_S", clock.NOON_S - 1)
    with pytest.raises(AssertionError, match="differ from the baseline"):
        list(clock.rows(50))


def test_the_cases_have_every_turn_that_the_baseline_knows() -> None:
    journals = [clock._journal(number, clock.random.Random(number)) for number in range(200)]
    actions = {entry.action for _, entries in journals for entry in entries}
    assert {clock.A.APPROVE_EXTENSION, clock.A.SUSPEND, clock.A.CLOSE} <= actions
    assert all(entries[-1].happened_at < clock.NOW for _, entries in journals)
    assert {limit for limit, _ in journals} == set(clock.LIMITS)
