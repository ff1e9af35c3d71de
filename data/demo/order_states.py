"""How an order follows the steps of its case, by the same function as an order that is not generated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from data.demo.working import utc_text
from data.domain.journal import Entry
from data.domain.orders import order_columns


def order_progress(entries: Iterable[Entry], number: str, is_main: bool) -> dict[str, Any]:
    """Return the columns of an order as the entries from its dispatch on leave it, instants as text."""
    columns = order_columns(entries, number, is_main=is_main)
    return {
        name: utc_text(value) if isinstance(value, datetime) else value for name, value in columns.items()
    }
