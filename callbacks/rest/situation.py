"""GET /situation: the picture that every screen draws."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from callbacks.context import Context
from data.domain.situation import Picture


def router(context: Context) -> APIRouter:
    """Return the route of the situation."""
    routes = APIRouter(prefix="/api/v1", tags=["态势"])

    @routes.get("/situation", summary="当前态势：与大屏同一份数据")
    async def situation() -> dict[str, Any]:
        picture: Picture = await context.hub.picture()
        profile = context.world.town.profile
        return {"town": profile.name, "is_demo": profile.is_demo, **picture}

    return routes
