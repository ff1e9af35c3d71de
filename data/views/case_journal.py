"""The journal of a case for REST, page by page, oldest first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from data.domain.errors import Forbidden
from data.domain.journal import Entry, utc_text
from data.domain.people import Actor
from data.domain.rights import Owned, Right, authorise
from data.domain.vocabulary import WallSensitivity
from data.store.journal import entry_of
from data.store.tables import journal, visible_cases
from data.views.cursors import read_cursor, write_cursor
from data.views.photos import owned_case
from data.world import World


def journal_page(world: World, case_id: int, actor: Actor, cursor: str | None, limit: int) -> dict[str, Any]:
    """Return up to `limit` entries behind `cursor`, and where the next page begins (None at the end).

    Entries are never changed and only added at the end, so pages meet without gap whatever is written meanwhile.
    Of a sensitive case reasons and payloads are left out for whoever may not see them. Raises `NotFound`,
    `Forbidden`, and `InvalidInput` for a cursor of another list.
    """
    name = f"journal:{case_id}"
    query = select(journal).where(journal.c.case_id == case_id)
    with world.store.read() as connection:
        owned = owned_case(connection, case_id)
        authorise(actor, Right.SEE_JOURNAL, owned)
        if cursor is not None:
            query = query.where(journal.c.sequence > read_cursor(name, cursor))
        category = select(visible_cases.c.category_code).where(visible_cases.c.id == case_id)
        code = connection.execute(category).scalar_one()
        rows = connection.execute(query.order_by(journal.c.sequence).limit(limit + 1)).all()
    is_masked = _is_sensitive(world, code) and not _may_see_all(actor, owned)
    page = rows[:limit]
    return {
        "items": [_shown(entry_of(row), row.previous_hash, row.hash, is_masked=is_masked) for row in page],
        "next_cursor": write_cursor(name, page[-1].sequence) if len(rows) > limit else None,
        "is_masked": is_masked,
        "is_demo": world.town.profile.is_demo,
    }


def _is_sensitive(world: World, code: str) -> bool:
    category = world.town.category(code)
    return category is None or category.wall_sensitivity is not WallSensitivity.NORMAL


def _may_see_all(actor: Actor, owned: Owned) -> bool:
    try:
        authorise(actor, Right.SEE_SENSITIVE, owned)
    except Forbidden:
        return False
    return True


def _shown(entry: Entry, previous_hash: str, digest: str, *, is_masked: bool) -> dict[str, Any]:
    """Return an entry in plain JSON, instants as its hash covers them: a program can recompute the chain."""
    return {
        "sequence": entry.sequence,
        "recorded_at": utc_text(entry.recorded_at),
        "happened_at": utc_text(entry.happened_at),
        "is_time_flagged": entry.is_time_flagged,
        "actor": entry.actor,
        "actor_role": str(entry.actor_role),
        "action": str(entry.action),
        "action_label": entry.action.label,
        "from_state": None if entry.from_state is None else str(entry.from_state),
        "to_state": str(entry.to_state),
        "to_state_label": entry.to_state.label,
        "reason": None if is_masked else entry.reason,
        "payload": None if is_masked else dict(entry.payload),
        "previous_hash": previous_hash,
        "hash": digest,
    }
