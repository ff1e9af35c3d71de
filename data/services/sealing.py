"""Sealing the journal: what was written since the last seal goes under a new one."""

from __future__ import annotations

from datetime import datetime

from data.domain.journal import utc_text
from data.domain.seals import make_seal
from data.store.seals import covered, hold_back_writers, last_journal_id, last_seal, write_seal
from data.world import World

MOST_ENTRIES = 5_000
"""What one seal covers at most, so that nobody waits long for it; a long history takes several."""


def seal_next(world: World, now: datetime) -> bool:
    """Seal the oldest entries that no seal covers; return False where there were none.

    Whoever wrote them counts the same: operators, loads and the demo. Any number of processes may call this
    at once; the chain stays one.
    """
    if not _has_unsealed(world):
        return False
    with world.store.write() as transaction:
        connection = transaction.connection
        hold_back_writers(connection)
        before = last_seal(connection)
        entries = list(covered(connection, before.up_to_journal_id if before else 0, most=MOST_ENTRIES))
        if not entries:
            return False
        write_seal(connection, make_seal(before, entries, entries[-1].id, utc_text(now)))
    return True


def _has_unsealed(world: World) -> bool:
    """Look first without holding anybody back: in a quiet minute there is nothing to do."""
    with world.store.read() as connection:
        before = last_seal(connection)
        return last_journal_id(connection) > (before.up_to_journal_id if before else 0)
