"""Which open cases wait for a decision on an extension or an appeal."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from data.domain.asking import Asking, asked_of
from data.domain.fold import CaseFacts, fold
from data.store.journal import entry_of
from data.store.tables import journal, visible_cases


def asking_cases(connection: Connection, ids: Iterable[int] | None = None) -> dict[int, Asking]:
    """Return what the open cases (of `ids`) ask for, by id; few ever did, and only their journals are folded."""
    query = (
        select(journal.c.case_id)
        .distinct()
        .join(visible_cases, visible_cases.c.id == journal.c.case_id)
        .where(visible_cases.c.is_open.is_(True), journal.c.action.in_([str(one.by) for one in Asking]))
    )
    if ids is not None:
        query = query.where(visible_cases.c.id.in_(list(ids)))
    found = {key: asked_of(_facts(connection, key)) for key in connection.execute(query).scalars().all()}
    return {key: asking for key, asking in found.items() if asking is not None}


def _facts(connection: Connection, case_id: int) -> CaseFacts:
    query = select(journal).where(journal.c.case_id == case_id).order_by(journal.c.sequence)
    return fold(entry_of(row) for row in connection.execute(query))
