"""The formula of an indicator: arithmetic over measures, read once and refused where it names what is not there.

`100 * handled_on_time / should_handle`, `median(report_to_dispatch)`, `open`. Names are measures of the module;
`median(...)` asks a histogram. A quotient by zero is no figure, not a zero.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

Number = float
Lookup = Callable[[str], Number | None]

OPERATORS: Mapping[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
MEDIAN = "median"


class FormulaError(ValueError):
    """A formula that cannot be meant; `name` is the unknown measure, if that is what is wrong."""

    def __init__(self, message: str, name: str | None = None) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: its text, the additive measures and the histograms that it names."""

    text: str
    measures: frozenset[str]
    medians: frozenset[str]
    tree: ast.expr

    def value(self, total: Lookup, median: Lookup) -> Number | None:
        """Return what the formula gives; None where a part is unknown or a quotient has no denominator."""
        return _value(self.tree, total, median)

    def check(self, measures: Collection[str], histograms: Collection[str]) -> None:
        """Raise `FormulaError` naming the first measure or histogram that a module does not have."""
        for name in sorted(self.measures - set(measures)):
            raise FormulaError(f"公式里的 {name} 不是这个模块的计量", name)
        for name in sorted(self.medians - set(histograms)):
            raise FormulaError(f"公式里的 median({name}) 没有对应的时长", name)


def read_formula(text: str) -> Formula:
    """Read a formula; raise `FormulaError` for anything but names, numbers, + − × ÷, brackets and median(name)."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as error:
        raise FormulaError(f"“{text[:80]}”不是公式") from error
    measures: set[str] = set()
    medians: set[str] = set()
    _collect(tree, measures, medians)
    if not measures | medians:
        raise FormulaError(f"“{text[:80]}”没有用到任何计量")
    return Formula(text, frozenset(measures), frozenset(medians), tree)


def _collect(node: ast.expr, measures: set[str], medians: set[str]) -> None:
    if isinstance(node, ast.Name):
        measures.add(node.id)
    elif isinstance(node, ast.Call):
        medians.add(_median_of(node))
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        _collect(node.left, measures, medians)
        _collect(node.right, measures, medians)
    elif not _is_number(node):
        raise FormulaError(
            f"公式里的“{ast.unparse(node)[:40]}”看不懂：只能用计量、数字、加减乘除和 median(…)"
        )


def _median_of(node: ast.Call) -> str:
    is_median = isinstance(node.func, ast.Name) and node.func.id == MEDIAN
    if is_median and len(node.args) == 1 and not node.keywords and isinstance(node.args[0], ast.Name):
        return node.args[0].id
    raise FormulaError(f"公式里的“{ast.unparse(node)[:40]}”看不懂：函数只有 median(计量)")


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _value(node: ast.expr, total: Lookup, median: Lookup) -> Number | None:
    if isinstance(node, ast.Name):
        return total(node.id)
    if isinstance(node, ast.Call):
        return median(_median_of(node))
    if isinstance(node, ast.BinOp):
        return _combined(node, _value(node.left, total, median), _value(node.right, total, median))
    assert isinstance(node, ast.Constant)
    return float(node.value)  # type: ignore[arg-type]


def _combined(node: ast.BinOp, left: Number | None, right: Number | None) -> Number | None:
    if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
        return None
    return OPERATORS[type(node.op)](left, right)
