"""Totals and figures: sums add up, and a figure without enough behind it says so."""

from __future__ import annotations

import pytest

from data.domain.formula import read_formula
from data.domain.measures import Figure, Lack, Totals, attainment, change, figure_of, sum_totals

RATE = read_formula("100 * handled / should_handle")


def test_totals_add_up():
    first = Totals({"handled": 2}, {"wait": {3: 1, 5: 2}})
    second = Totals({"handled": 1, "returned": 4}, {"wait": {5: 1}})
    assert sum_totals([first, second]) == Totals({"handled": 3, "returned": 4}, {"wait": {3: 1, 5: 3}})
    assert sum_totals([]) == Totals()


@pytest.mark.parametrize(
    ("counts", "minimum", "figure"),
    [
        ({"handled": 30, "should_handle": 40}, 30, Figure(75.0, 40)),
        ({"handled": 7, "should_handle": 7}, 30, Figure(None, 7, Lack.SMALL_SAMPLE)),
        ({}, 30, Figure(None, 0, Lack.NO_ROWS)),
        ({"handled": 0, "should_handle": 0}, 0, Figure(None, 0, Lack.NO_ROWS)),
        ({"handled": 0, "should_handle": 40}, 30, Figure(0.0, 40)),
    ],
)
def test_a_figure_without_enough_rows_says_so(counts: dict[str, float], minimum: int, figure: Figure):
    assert figure_of(RATE, Totals(counts), "should_handle", minimum) == figure


@pytest.mark.parametrize(
    ("counts", "out"), [({"owed": 9, "kept": 7}, 2), ({"owed": 7, "kept": 7}, 0), ({}, 0)]
)
def test_what_an_appeal_took_out_is_said_beside_a_figure(counts: dict[str, float], out: int):
    rule = read_formula("owed - kept")
    assert figure_of(RATE, Totals(counts), "should_handle", 30, rule).exempted == out


def test_a_median_counts_its_durations():
    found = figure_of(read_formula("median(wait)"), Totals({}, {"wait": {10: 3}}), "wait", 2)
    assert found.sample == 3
    assert found.value is not None


@pytest.mark.parametrize(
    ("value", "target", "is_up_good", "reached"),
    [
        (95.0, 95.0, True, 1.0),
        (76.0, 95.0, True, 0.8),
        (4.0, 3.0, False, 0.75),
        (0.0, 0.0, False, 1.0),
        (0.0, 3.0, False, 1.0),
        (2.0, 0.0, False, 0.0),
        (None, 95.0, True, None),
        (95.0, None, True, None),
    ],
)
def test_how_far_a_target_is_reached(
    value: float | None, target: float | None, is_up_good: bool, reached: float | None
):
    assert attainment(value, target, is_up_good) == reached


def test_a_change_needs_both():
    assert change(3.0, 1.0) == 2.0
    assert change(None, 1.0) is change(1.0, None) is None
