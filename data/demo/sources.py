"""How fresh the demo's sources look: most are on time, one is late, monthly ones as their rows are. All labelled demo."""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta

from sqlalchemy import Connection, func, insert, select, update

from data.demo.books import ACTOR, FILE_NAME
from data.domain.periods import shifted
from data.store.modules.economy import enterprise_months
from data.store.tables import loads
from data.town import SourceProfile, Town

LATE_SOURCE = "police_link"
FRESH_PERIOD = 0.25
LATE_FROM, LATE_PERIOD = 1.25, 1.0
"""Shares of a tolerance: how often a fresh source brings data, how late a late one is and by how much it varies."""

LONGEST_PERIOD = timedelta(hours=1)
SHORTEST_PERIOD = timedelta(seconds=20)


def data_until(source: SourceProfile, now: datetime) -> datetime | None:
    """Return the newest instant that a source's data speak of, None for one that has no limit."""
    if source.freshness_minutes is None:
        return None
    tolerance = timedelta(minutes=source.freshness_minutes)
    if source.key == LATE_SOURCE:
        return _floor(now - tolerance * LATE_FROM, tolerance * LATE_PERIOD)
    period = min(max(tolerance * FRESH_PERIOD, SHORTEST_PERIOD), LONGEST_PERIOD)
    return _floor(now, period)


def beat(connection: Connection, town: Town, now: datetime) -> int:
    """Bring the demo's sources up to date; return how many changed.

    A source of which somebody has loaded real data is left alone.
    """
    known = _newest(connection)
    real = _real_keys(connection)
    changed = 0
    for source in town.sources.values():
        is_monthly = source.target == enterprise_months.name
        until = _months_until(connection, town) if is_monthly else data_until(source, now)
        if until is None or source.key in real:
            continue
        if source.key not in known:
            connection.execute(insert(loads).values(_load(source, until, now)))
        elif known[source.key] < until:
            of_source = (loads.c.source_key == source.key, loads.c.is_demo)
            connection.execute(update(loads).where(*of_source).values(data_until=until, published_at=now))
        else:
            continue
        changed += 1
    return changed


def _months_until(connection: Connection, town: Town) -> datetime | None:
    """Return the end of the newest month that stands: nothing newer is claimed, however long the demo runs."""
    month = connection.execute(select(func.max(enterprise_months.c.month))).scalar_one()
    return None if month is None else datetime.combine(shifted(month, 1), time(), town.profile.zone)


def _newest(connection: Connection) -> dict[str, datetime]:
    query = select(loads.c.source_key, func.max(loads.c.data_until)).where(loads.c.is_demo)
    found = connection.execute(query.group_by(loads.c.source_key))
    return {key: until for key, until in found if until is not None}


def _real_keys(connection: Connection) -> set[str]:
    query = select(loads.c.source_key).where(
        loads.c.is_demo.is_(False), loads.c.status == "published", loads.c.data_until.is_not(None)
    )
    return set(connection.execute(query).scalars())


def _load(source: SourceProfile, until: datetime, now: datetime) -> dict[str, object]:
    return {
        "source_key": source.key,
        "target": source.target,
        "file_name": FILE_NAME,
        "file_hash": hashlib.sha256(source.key.encode()).hexdigest(),
        "actor": ACTOR,
        "status": "published",
        "started_at": now,
        "published_at": now,
        "data_until": until,
        "is_demo": True,
    }


def _floor(instant: datetime, period: timedelta) -> datetime:
    """Return the last multiple of `period` (from the year's start) before an instant."""
    start = instant.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return start + ((instant - start) // period) * period
