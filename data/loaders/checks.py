"""The small parts that contracts are made of: named pandera checks, and columns of them."""

from __future__ import annotations

from typing import Any

import pandera.pandas as pa


def check(name: str, function: Any) -> pa.Check:
    """Return a check by the name under which its failure is put into words."""
    return pa.Check(function, name=name, error=name)


def length(name: str, limit: int) -> pa.Check:
    """Return a check that texts are no longer than `limit` characters."""
    return check(name, lambda values: max(map(len, values), default=0) <= limit or values.map(len) <= limit)


def one_of(name: str, words: Any) -> pa.Check:
    """Return a check that values are among `words`."""
    return check(name, lambda values: values.isin([str(word) for word in words]))


def required(*checks: pa.Check) -> pa.Column:
    """Return a column that must be there and filled."""
    return pa.Column(nullable=False, required=True, checks=list(checks))


def optional(*checks: pa.Check) -> pa.Column:
    """Return a column that may be missing or empty."""
    return pa.Column(nullable=True, required=False, checks=list(checks))
