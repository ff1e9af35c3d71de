"""Forgetting in time: request keys, positions, ended sessions, what loads overwrote or refused, old audit lines."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from data.loaders.erasure import erase_old_rejects, erase_old_words
from data.services.audit import forget_notes
from data.services.requests import forget_old
from data.services.sessions import forget_ended
from data.store.leases import hold
from data.store.tables import changes, positions
from data.world import World

POSITIONS_KEPT_FOR = timedelta(days=30)
CHANGES_KEPT = 5_000


def tidy(world: World, now: datetime) -> None:
    """Remove what may no longer be kept."""
    with world.store.write() as transaction:
        forget_old(transaction.connection, now)
        old = positions.c.fixed_at < now - POSITIONS_KEPT_FOR
        transaction.connection.execute(delete(positions).where(old))
        forget_ended(transaction.connection, now)
        forget_notes(transaction.connection, now - timedelta(days=world.settings.audit_days))
        _prune_changes(transaction.connection)
    erase_old_words(world.store, now)
    erase_old_rejects(world.store, now)


def _prune_changes(connection: Connection) -> None:
    """Keep the newest changes, and of each topic the newest one: screens and grids are as of it."""
    newest_of_topics = select(func.max(changes.c.id)).group_by(changes.c.topic)
    oldest_kept = select(func.max(changes.c.id) - CHANGES_KEPT).scalar_subquery()
    connection.execute(
        delete(changes).where(changes.c.id <= oldest_kept, changes.c.id.not_in(newest_of_topics))
    )


def hold_job(world: World, job: str, holder: str, now: datetime, seconds: float) -> bool:
    """Take or keep a timed job for this process; return whether it has it."""
    return hold(world.store, job, holder, now, seconds)
