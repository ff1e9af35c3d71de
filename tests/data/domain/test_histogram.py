"""Histograms: the stated error of a median holds, and sums of histograms are histograms of sums."""

from __future__ import annotations

from collections import Counter
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.domain.histogram import BASE, MOST_ERROR, NOTHING, bucket_of, median, merged, middle_of, size

DURATIONS = st.lists(st.floats(0, 1e7, allow_nan=False), min_size=1, max_size=200)


def counts(values: list[float]) -> dict[int, int]:
    return dict(Counter(map(bucket_of, values)))


def test_the_error_is_below_two_percent():
    assert MOST_ERROR <= 0.02


@given(DURATIONS)
def test_a_median_is_within_the_stated_error(values: list[float]):
    exact, told = median_low(values), median(counts(values))
    assert told is not None
    assert told == 0 if exact < BASE else abs(told / exact - 1) <= MOST_ERROR + 1e-9


@given(DURATIONS, DURATIONS)
def test_histograms_add_up(first: list[float], second: list[float]):
    together = counts([*first, *second])
    assert merged([counts(first), counts(second)]) == together
    assert size(together) == len(first) + len(second)


def test_nothing_has_no_median():
    assert median({}) is None
    assert median({3: 0}) is None


def test_what_is_too_short_to_tell_is_zero():
    assert bucket_of(0) == bucket_of(BASE / 2) == NOTHING
    assert middle_of(NOTHING) == 0


def test_a_negative_duration_is_refused():
    with pytest.raises(ValueError, match="never negative"):
        bucket_of(-1)
