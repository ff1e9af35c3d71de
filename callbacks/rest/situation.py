"""GET /situation: the picture that every screen draws, and the same of a past instant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import InvalidInput
from data.domain.rights import Right, authorise
from data.domain.situation import Picture
from data.domain.vocabulary import AsOf
from data.views.past_situation import situation_at
from data.views.situation import with_ages
from data.world import utc_now

At = Annotated[
    str | None,
    Query(
        max_length=64,
        description="过去的时刻，ISO 8601 带时区；网址里的加号写作 %2B。不填为当前态势",
        examples=["2026-11-23T09:00:00Z"],
    ),
]
As = Annotated[
    AsOf | None,
    Query(
        alias="as",
        description="known 当时所知（默认）：按记录时间；happened 实际发生：按发生时间，含后来补报的",
    ),
]


def router(context: Context) -> APIRouter:
    """Return the route of the situation; the past is for whoever may see the journal of the whole town."""
    routes = APIRouter(prefix="/api/v1", tags=["态势"])

    @routes.get("/situation", summary="当前态势：与大屏同一份数据；或过去某一时刻的态势")
    async def situation(at: At = None, as_of: As = None) -> dict[str, Any]:
        profile = context.world.town.profile
        head = {"town": profile.name, "is_demo": profile.is_demo}
        if at is not None:
            authorise(current_actor(), Right.SEE_JOURNAL)
            instant = _instant(at)
            return head | await in_thread(
                situation_at, context.world, instant, as_of or AsOf.KNOWN, utc_now()
            )
        if as_of is not None:
            raise InvalidInput(
                "as 只与 at 一起使用", field="as", value=str(as_of), cure="请补上 at，或去掉 as"
            )
        picture: Picture = await context.hub.picture()
        return head | picture | {"sources": with_ages(picture["sources"], utc_now())}

    return routes


def _instant(text: str) -> datetime:
    """Return an aware instant in UTC; raise `InvalidInput` for what is none."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    cure = "请写成带时区的时间，例如 2026-11-23T01:00:00Z 或 2026-11-23T09:00:00%2B08:00（网址里的加号须写作 %2B）"
    raise InvalidInput("at 不是带时区的时间", field="at", value=text, cure=cure)
