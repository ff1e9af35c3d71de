"""Forgetting in time: request keys after thirty days, positions after thirty days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from data.services.requests import forget_old
from data.store.leases import hold
from data.store.tables import positions
from data.world import World

POSITIONS_KEPT_FOR = timedelta(days=30)


def tidy(world: World, now: datetime) -> None:
    """Remove what may no longer be kept."""
    with world.store.write() as transaction:
        forget_old(transaction.connection, now)
        old = positions.c.fixed_at < now - POSITIONS_KEPT_FOR
        transaction.connection.execute(delete(positions).where(old))


def hold_job(world: World, job: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take or keep a timed job for this process; return whether it has it."""
    return hold(world.store, job, holder, now, seconds)
