"""The clock of a stored case: its row and journal, with the limits and the calendar of its town."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from data.domain.case_clock import ClockReading, read_clock
from data.domain.journal import Entry
from data.world import World

Row = dict[str, Any]


def clock_of(world: World, row: Row, entries: Sequence[Entry], now: datetime) -> ClockReading:
    """Return what the clocks of a case say at `now`; `row` is its row, `entries` its journal, oldest first.

    Raises `InvalidInput` for a category that the town's table lacks.
    """
    limit = world.town.known_category(row["category_code"]).limit
    return read_clock(entries, limit, world.town.stages, world.calendar, row["external_due_at"], now)
