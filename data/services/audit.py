"""The audit log: who used which right on what, and whether it was done. No secret, no personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, insert

from data.domain.journal import canonical_json
from data.domain.people import Actor
from data.store.account_tables import audit_log
from data.world import World


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the log; `object` is a key such as `user:zhang`, `detail` holds keys and codes alone."""

    at: datetime
    actor: Actor
    right: str
    object: str | None
    outcome: Outcome
    detail: dict[str, str | int | None] = field(default_factory=dict)


def note_in(connection: Connection, *notes: Note) -> None:
    """Write lines inside a running transaction."""
    if notes:
        connection.execute(insert(audit_log), [_row(note) for note in notes])


def write_notes(world: World, notes: Sequence[Note]) -> None:
    """Write lines in a transaction of their own."""
    with world.store.write() as transaction:
        note_in(transaction.connection, *notes)


def forget_notes(connection: Connection, before: datetime) -> None:
    """Remove the lines written before an instant."""
    connection.execute(delete(audit_log).where(audit_log.c.at < before))


def _row(note: Note) -> dict[str, object]:
    fields = asdict(note)
    del fields["actor"]
    return fields | {
        "actor": note.actor.name,
        "actor_role": str(note.actor.role),
        "outcome": str(note.outcome),
        "detail": canonical_json(fields["detail"]) if note.detail else None,
    }
