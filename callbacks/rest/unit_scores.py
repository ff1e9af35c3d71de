"""GET /units/{code}/score and GET /unit-scores: how units did, with every order that counted against them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.rights import Owned, Right, authorise
from data.views.unit_scores import days_of, score_of_unit, scores_of_units
from data.world import utc_now

First = Annotated[date | None, Query(alias="from", description="第一天（含）；不填则为截至 to 的三十天")]
Last = Annotated[date | None, Query(alias="to", description="最后一天（含）；不填则到今天")]


def router(context: Context) -> APIRouter:
    """Return the routes of scores; a unit's handler sees the own unit's alone."""
    routes = APIRouter(prefix="/api/v1", tags=["单位评分"])
    world = context.world

    @routes.get("/units/{code}/score", summary="一个单位的评分、各项比率和背后的派遣单")
    async def unit_score(code: str, first: First = None, last: Last = None) -> dict[str, Any]:
        authorise(current_actor(), Right.SEE_SCORE, Owned(frozenset({code})))
        now = utc_now()
        return await in_thread(score_of_unit, world, code, days_of(world, first, last, now), now)

    @routes.get("/unit-scores", summary="各单位评分，高的在前；数据不足的只写缺什么")
    async def unit_scores(first: First = None, last: Last = None) -> dict[str, Any]:
        authorise(current_actor(), Right.SEE_SCORE)
        now = utc_now()
        items = await in_thread(scores_of_units, world, days_of(world, first, last, now), now)
        return {"items": items, "is_demo": world.town.profile.is_demo}

    return routes
