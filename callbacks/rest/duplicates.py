"""GET /cases/{id}/duplicates and GET /repeated-places: what may be one matter, and where matters come back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query

from callbacks.context import Context
from callbacks.rest.cases import CODE
from callbacks.threads import in_thread
from data.views.duplicates import duplicates_of
from data.views.repeated_places import MOST, repeated_place_list, repeated_place_of
from data.world import World, utc_now


def router(context: Context) -> APIRouter:
    """Return the routes of duplicates and repeated places."""
    routes = APIRouter(prefix="/api/v1", tags=["案卷"])

    @routes.get("/cases/{case_id}/duplicates", summary="可能重复的案卷及理由；所在点位是否多发")
    async def duplicates(case_id: int) -> dict[str, Any]:
        return await in_thread(_of_case, context.world, case_id)

    @routes.get("/repeated-places", summary="多发点位：三十天内同一点位三件以上，最多的在前")
    async def places(
        grid: Annotated[str | None, Query(pattern=CODE, description="综合网格编码")] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = MOST,
    ) -> dict[str, Any]:
        found = await in_thread(repeated_place_list, context.world, utc_now(), grid, limit)
        return {"items": [asdict(place) for place in found], "is_demo": context.world.town.profile.is_demo}

    return routes


def _of_case(world: World, case_id: int) -> dict[str, Any]:
    place = repeated_place_of(world, case_id)
    return {
        "items": [asdict(duplicate) for duplicate in duplicates_of(world, case_id)],
        "repeated_place": None if place is None else asdict(place),
    }
