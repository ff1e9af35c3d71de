"""A formula as one quotient of sums, so that parts of a town can be weighed against the whole."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from data.domain.formula import Formula


@dataclass(frozen=True, slots=True)
class Fraction:
    """`over` ÷ `under`, both sums of measures; `under` is None where the formula is a sum alone.

    Both add up over parts, which their quotient does not.
    """

    over: float
    under: float | None

    @property
    def value(self) -> float | None:
        """The figure itself, None where nothing stands below the line."""
        if self.under is None:
            return self.over
        return self.over / self.under if self.under else None


@dataclass(frozen=True, slots=True)
class _Term:
    """A part of a formula: `is_sum` for measures, else a plain number; `under` is the sum below the line, if any."""

    over: float
    is_sum: bool
    under: float | None = None

    @property
    def is_number(self) -> bool:
        return not self.is_sum and self.under is None


class NotAdditive(ValueError):
    """A formula whose value is no quotient of two sums, such as a median."""


def fraction_of(formula: Formula, total: Callable[[str], float]) -> Fraction | None:
    """Return a formula over some totals as a quotient of sums; None for one that is none, such as a median."""
    try:
        term = _term(formula.tree, total)
    except NotAdditive:
        return None
    return Fraction(term.over, term.under) if term.is_sum else None


def _term(node: ast.expr, total: Callable[[str], float]) -> _Term:
    if isinstance(node, ast.Name):
        return _Term(total(node.id), True)
    if isinstance(node, ast.Constant):
        return _Term(float(node.value), False)  # type: ignore[arg-type]
    if not isinstance(node, ast.BinOp):
        raise NotAdditive
    left, right = _term(node.left, total), _term(node.right, total)
    if isinstance(node.op, ast.Mult):
        return _product(left, right)
    if isinstance(node.op, ast.Div):
        return _quotient(left, right)
    return _sum(left, right, 1.0 if isinstance(node.op, ast.Add) else -1.0)


def _product(left: _Term, right: _Term) -> _Term:
    if left.is_number:
        return _Term(left.over * right.over, right.is_sum, right.under)
    if right.is_number:
        return _Term(left.over * right.over, left.is_sum, left.under)
    raise NotAdditive


def _quotient(left: _Term, right: _Term) -> _Term:
    if right.is_number and right.over:
        return _Term(left.over / right.over, left.is_sum, left.under)
    if left.under is None and right.under is None and left.is_sum and right.is_sum:
        return _Term(left.over, True, right.over)
    raise NotAdditive


def _sum(left: _Term, right: _Term, sign: float) -> _Term:
    """Add two terms: both above no line, or a quotient and a number, which is brought over the same line."""
    if left.under is None and right.under is None and left.is_sum == right.is_sum:
        return _Term(left.over + sign * right.over, left.is_sum)
    if left.under is not None and right.is_number:
        return _Term(left.over + sign * right.over * left.under, True, left.under)
    if right.under is not None and left.is_number:
        return _Term(left.over * right.under + sign * right.over, True, right.under)
    raise NotAdditive
