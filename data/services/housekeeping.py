"""Forgetting in time: request keys after thirty days, positions after thirty days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from data.services.requests import forget_old
from data.store.tables import positions
from data.world import World

POSITIONS_KEPT_FOR = timedelta(days=30)


def tidy(world: World, now: datetime) -> None:
    """Remove what may no longer be kept."""
    with world.store.write() as transaction:
        forget_old(transaction.connection, now)
        old = positions.c.fixed_at < now - POSITIONS_KEPT_FOR
        transaction.connection.execute(delete(positions).where(old))
