"""Formulas: what can be read, what is refused with its reason, and what they give."""

from __future__ import annotations

import pytest

from data.domain.formula import FormulaError, read_formula

TOTALS = {"handled": 6.0, "should_handle": 8.0, "nothing": 0.0}
MEDIANS = {"wait": 12.5}


def give(text: str) -> float | None:
    return read_formula(text).value(TOTALS.get, MEDIANS.get)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("handled", 6.0),
        ("100 * handled / should_handle", 75.0),
        ("should_handle - handled", 2.0),
        ("(handled + should_handle) / 2", 7.0),
        ("median(wait)", 12.5),
        ("median(wait) / 60", 12.5 / 60),
        ("handled / nothing", None),
        ("nothing / handled", 0.0),
        ("100 * handled / unheard_of", None),
    ],
)
def test_what_a_formula_gives(text: str, value: float | None):
    assert give(text) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "不是公式"),
        ("handled /", "不是公式"),
        ("1 + 1", "没有用到任何计量"),
        ("handled ** 2", "看不懂"),
        ("handled if nothing else 1", "看不懂"),
        ("__import__('os')", "函数只有 median"),
        ("median(handled + 1)", "函数只有 median"),
        ("median(handled, wait)", "函数只有 median"),
        ("handled.real", "看不懂"),
        ("'handled' + handled", "看不懂"),
        ("True + handled", "看不懂"),
        ("-handled", "看不懂"),
        ("(" * 300 + "handled" + ")" * 300, "不是公式"),
    ],
)
def test_what_is_no_formula(text: str, told: str):
    with pytest.raises(FormulaError, match=told):
        read_formula(text)


def test_a_name_that_the_module_lacks_is_told():
    formula = read_formula("100 * handled / shuold_handle")
    with pytest.raises(FormulaError) as caught:
        formula.check(TOTALS, MEDIANS)
    assert caught.value.name == "shuold_handle"


def test_a_median_of_a_count_is_refused():
    with pytest.raises(FormulaError, match=r"median\(handled\)"):
        read_formula("median(handled)").check(TOTALS, MEDIANS)
