"""The measurement of the fold: what is compared agrees, and a difference is an error."""

import pytest

from bench import fold


def test_every_row_is_measured_and_agrees_on_a_small_town():
    rows = list(fold.rows(months=1, per_day=15.0))
    assert [row.unit for row in rows] == ["s", "ms", "s", "ms"]
    assert all(row.name.startswith("fold: ") and row.ours > 0 for row in rows)
    assert [row.baseline is None for row in rows] == [False, True, True, False]


def test_a_difference_from_the_baseline_is_an_error(monkeypatch):
    right = fold._fold_all
    monkeypatch.setattr(fold, "_fold_all", lambda store: right(store) | {1: "merged"})
    with pytest.raises(AssertionError, match="differs from the last rows"):
        list(fold.rows(months=1, per_day=5.0))
