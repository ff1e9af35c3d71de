"""Clearing up after loads whose process died: before the point of no return they vanish, after it they finish."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from data.loaders.ledger import remove_load
from data.loaders.liveness import source_lock
from data.loaders.publish import Publisher
from data.store.tables import loads
from data.store.unit_of_work import Store

UNFINISHED = ("staging", "publishing")


def sweep_dead_loads(store: Store, now: datetime) -> list[int]:
    """Clear up every unfinished load that no living process holds; return their ids.

    The demo's own chunks are not touched: its generator goes on where it was stopped.
    """
    with store.read() as connection:
        query = (
            select(loads.c.source_key)
            .where(loads.c.status.in_(UNFINISHED), loads.c.source_key.not_like("demo:%"))
            .distinct()
        )
        sources = list(connection.execute(query).scalars())
    swept: list[int] = []
    for source_key in sources:
        with source_lock(store, source_key) as is_held:
            if is_held:
                swept += sweep_source(store, source_key, now)
    return swept


def sweep_source(store: Store, source_key: str, now: datetime) -> list[int]:
    """Clear up the unfinished loads of a source whose lock the caller holds; return their ids."""
    with store.read() as connection:
        query = select(loads.c.id, loads.c.status).where(
            loads.c.source_key == source_key, loads.c.status.in_(UNFINISHED)
        )
        found = connection.execute(query).all()
    for load_id, status in found:
        if status == "staging":
            remove_load(store, load_id)
        else:
            Publisher(store, load_id, now).resume()
    return [load_id for load_id, _ in found]
