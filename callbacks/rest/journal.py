"""GET /cases/{id}/journal: everything that happened to a case, page by page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.vocabulary import Action, CaseState, Role
from data.views.case_journal import journal_page

Cursor = Annotated[
    str | None, Query(max_length=200, description="上一页的 next_cursor，原样传回；不填从头开始")
]
Limit = Annotated[int, Query(ge=1, le=500, description="每页条数")]


class JournalEntry(BaseModel):
    """One entry: SHA-256 over the previous hash and the canonical text of the others (decision 0012)."""

    sequence: int
    recorded_at: Annotated[str, Field(description="服务器记录的时间，UTC，微秒")]
    happened_at: Annotated[str, Field(description="来源或设备所称的发生时间，UTC，微秒")]
    is_time_flagged: Annotated[bool, Field(description="两个时间相差十分钟以上")]
    actor: str
    actor_role: Role
    action: Action
    action_label: str
    from_state: CaseState | None
    to_state: CaseState
    to_state_label: str
    reason: str | None
    payload: dict[str, Any] | None
    previous_hash: str
    hash: str


class JournalPage(BaseModel):
    """Entries, oldest first."""

    items: list[JournalEntry]
    next_cursor: Annotated[str | None, Field(description="下一页；没有更多时为 null")]
    is_masked: Annotated[bool, Field(description="敏感案卷且无权查看：理由和附加内容为 null")]
    is_demo: bool


def router(context: Context) -> APIRouter:
    """Return the route of a case's journal."""
    routes = APIRouter(prefix="/api/v1", tags=["案卷"])

    @routes.get(
        "/cases/{case_id}/journal", response_model=JournalPage, summary="一件案卷的流转记录，最早的在前"
    )
    async def case_journal(case_id: int, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
        return await in_thread(journal_page, context.world, case_id, current_actor(), cursor, limit)

    return routes
