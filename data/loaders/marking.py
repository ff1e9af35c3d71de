"""Marking the days on which the rows of a record table count, or no longer count."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from data.loaders.modules.records import Records
from data.store.measure_marks import days_of, mark_counted, mark_days, mark_since


def mark_rows(
    connection: Connection,
    records: Records,
    rows: Collection[Mapping[str, Any]],
    days: Collection[date],
    now: datetime,
) -> None:
    """Mark the days that stand in rows, and what they move besides: every day since, or everything counted."""
    module, since = records.module, records.counts_since
    mark_days(connection, days, now, [module])
    if not records.moments:
        mark_counted(connection, module, now)
    firsts = [{since: row[since]} for row in rows if since is not None and since in row]
    if firsts:
        mark_since(connection, module, min(days_of(firsts, UTC)), now)
