"""Contributions reckoned by hand, and their sum against the change itself on random parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.domain.contributions import contributions, leading, shortfalls
from data.domain.formula import read_formula
from data.domain.fraction import Fraction, fraction_of

COUNTS = {"kept": 45.0, "due": 50.0, "late": 5.0, "grids": 90.0}


@pytest.mark.parametrize(
    ("formula", "over", "under"),
    [
        ("kept", 45.0, None),
        ("kept + late", 50.0, None),
        ("2 * kept - late / 5", 89.0, None),
        ("100 * kept / due", 4500.0, 50.0),
        ("kept / due * 100", 4500.0, 50.0),
        ("100 * (kept - late) / (due + late)", 4000.0, 55.0),
        ("100 * (1 - late / due)", 4500.0, 50.0),
        ("100 * late / due + 1", 550.0, 50.0),
    ],
)
def test_a_formula_as_a_quotient_of_sums(formula, over, under):
    assert fraction_of(read_formula(formula), COUNTS.__getitem__) == Fraction(over, under)


@pytest.mark.parametrize(
    "formula",
    ["median(kept)", "kept * due", "1 / kept", "kept / due + late / grids", "kept + 1", "kept / due / grids"],
)
def test_what_is_no_quotient_of_sums_says_so(formula):
    assert fraction_of(read_formula(formula), COUNTS.__getitem__) is None


def test_parts_of_a_count_are_their_own_differences():
    new = {"a": Fraction(7, None), "b": Fraction(1, None)}
    old = {"a": Fraction(2, None), "c": Fraction(4, None)}
    assert contributions(new, old) == {"a": 5, "b": 1, "c": -4}


def test_parts_of_a_rate_by_hand():
    """90 % → 85 %: a falls from 90 % to 80 % on half of the orders, b stands at 90 %."""
    old = {"a": Fraction(4500, 50), "b": Fraction(4500, 50)}
    new = {"a": Fraction(4000, 50), "b": Fraction(4500, 50)}
    assert contributions(new, old) == {"a": pytest.approx(-5), "b": pytest.approx(0)}


def test_a_bad_part_that_grows_pulls_the_whole_down_though_no_rate_changed():
    """80 % of a (weight 50 % → 75 %) and 100 % of b: 90 % → 85 %, from the weights alone."""
    old = {"a": Fraction(4000, 50), "b": Fraction(5000, 50)}
    new = {"a": Fraction(6000, 75), "b": Fraction(2500, 25)}
    assert contributions(new, old) == {"a": pytest.approx(-2.5), "b": pytest.approx(-2.5)}


def test_a_figure_that_did_not_exist_has_no_parts():
    assert contributions({"a": Fraction(1, 1)}, {}) == {}
    assert contributions({}, {"a": Fraction(1, 1)}) == {}


def test_shortfalls_by_hand():
    """Target 95 %: a has 80 % of 50, b 100 % of 50; together 90 %, five points short."""
    parts = {"a": Fraction(4000, 50), "b": Fraction(5000, 50)}
    assert shortfalls(parts, 95.0) == {"a": pytest.approx(-7.5), "b": pytest.approx(2.5)}
    assert shortfalls({"a": Fraction(3, None)}, 0.0) == {"a": 3}
    assert shortfalls({"a": Fraction(0, 0)}, 95.0) == {}


def test_the_leading_parts_are_named_with_their_share_of_one_direction():
    found = {"a": -6.0, "b": -3.0, "": -1.0, "c": 5.0, "d": 0.0}
    assert leading(found, is_up=False, most=2, least=0.1) == [("a", 0.6), ("b", 0.3)]
    assert leading(found, is_up=False, most=2, least=0.5) == [("a", 0.6)]
    assert leading(found, is_up=True, most=2, least=0.1) == [("c", 1.0)]
    assert leading({}, is_up=True, most=2, least=0.1) == []


PART = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda p: Fraction(100.0 * min(p), max(p)))
PARTS = st.dictionaries(st.sampled_from("abcdef"), PART, min_size=1)


@given(PARTS, PARTS)
def test_parts_sum_to_the_change(new, old):
    def whole(parts):
        under = sum(part.under for part in parts.values())
        return sum(part.over for part in parts.values()) / under if under else None

    if whole(new) is None or whole(old) is None:
        assert contributions(new, old) == {}
    else:
        assert sum(contributions(new, old).values()) == pytest.approx(whole(new) - whole(old), abs=1e-9)
