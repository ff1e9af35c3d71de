"""Which notices of a case still wait: asked by the press that sends them, and by the desk that offers it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from data.store.tables import outbox


def notices_wait(connection: Connection, case_id: int, now: datetime) -> bool:
    """Whether some notice of a case has not gone out because it waits for the undo to pass."""
    return (
        connection.execute(select(outbox.c.id).where(*are_waiting(case_id, now)).limit(1)).first() is not None
    )


def are_waiting(case_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of the notices of a case that wait."""
    c = outbox.c
    return c.case_id == case_id, c.cancelled_at.is_(None), c.sent_at.is_(None), c.send_after > now
