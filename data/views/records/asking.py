"""What a grid in the browser asks for, read into a narrowing; everything in it comes from outside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from data.domain.errors import InvalidInput
from data.views.records.query import Condition, Narrowing

MOST_CONDITIONS = 20
LONGEST_VALUE = 200


def narrowing_of(sort: Any, chosen: Any) -> Narrowing:
    """Return the narrowing of a grid's models of sorting and filtering; raise `InvalidInput` for other shapes."""
    try:
        order = tuple((str(part["colId"]), part["sort"] == "desc") for part in sort or ())
        conditions = tuple(_condition(str(name), part) for name, part in (chosen or {}).items())
    except (KeyError, TypeError, AttributeError):
        raise _unreadable() from None
    if max(len(order), len(conditions)) > MOST_CONDITIONS:
        raise _unreadable()
    return Narrowing(conditions, order)


def narrowing_of_text(sort: str, chosen: str) -> Narrowing:
    """Return the narrowing of the same models written as JSON."""
    try:
        return narrowing_of(json.loads(sort), json.loads(chosen))
    except ValueError:
        raise _unreadable() from None


def _condition(column: str, part: Mapping[str, Any]) -> Condition:
    low, high = (_first(part, names) for names in (("filter", "dateFrom"), ("filterTo", "dateTo")))
    return Condition(column, str(part["type"]), _text(low), _text(high))


def _first(part: Mapping[str, Any], names: tuple[str, str]) -> Any:
    """Return what stands under the first of two names that has something: 0 and false are something."""
    return next((part[name] for name in names if part.get(name) is not None), None)


def _text(value: Any) -> str:
    return "" if value is None else str(value)[:LONGEST_VALUE]


def _unreadable() -> InvalidInput:
    return InvalidInput("筛选或排序读不懂", field="filter", cure="请在页面上重新筛选，再点导出")
