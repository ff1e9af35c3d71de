"""The stored deadlines of a case and its orders: a copy, for sorting, of what their clocks read from the journal.

Nothing here reckons: every deadline comes from `data.domain.case_clock` (decision 0008).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from data.domain.case_clock import ClockReading, order_clock
from data.domain.journal import Entry
from data.world import World

Row = dict[str, Any]


def clock_columns(reading: ClockReading) -> Row:
    """Return the columns of a case that keep what its clock says."""
    return {
        "due_at": reading.due_at,
        "category_due_at": reading.category_due_at,
        "is_due_provisional": reading.is_provisional,
    }


def order_due(world: World, row: Row, entries: Sequence[Entry], sent_at: datetime) -> datetime:
    """Return until when an order of a case must be handled that was sent at `sent_at`: its own clock starts then."""
    limit = world.town.known_category(row["category_code"]).limit
    return order_clock(entries, sent_at, limit, world.calendar, row["external_due_at"], sent_at).due_at
