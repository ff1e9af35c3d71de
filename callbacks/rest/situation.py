"""GET /situation: the picture that every screen draws."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from callbacks.context import Context
from data.domain.situation import Picture
from data.views.situation import with_ages
from data.world import utc_now


def router(context: Context) -> APIRouter:
    """Return the route of the situation."""
    routes = APIRouter(prefix="/api/v1", tags=["态势"])

    @routes.get("/situation", summary="当前态势：与大屏同一份数据")
    async def situation() -> dict[str, Any]:
        picture: Picture = await context.hub.picture()
        profile = context.world.town.profile
        sources = with_ages(picture["sources"], utc_now())
        return {"town": profile.name, "is_demo": profile.is_demo, **picture, "sources": sources}

    return routes
