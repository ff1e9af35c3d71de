"""/healthz: the process answers. /readyz: the database answers and a picture stands."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse

from callbacks.context import Context
from callbacks.threads import in_thread
from data.views.situation import revision


def router(context: Context) -> APIRouter:
    """Return the probes."""
    routes = APIRouter(tags=["探测"])

    @routes.get("/healthz", summary="进程存活")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/readyz", summary="可以服务")
    async def readyz() -> JSONResponse:
        if not context.hub.is_ready:
            return JSONResponse({"status": "starting"}, 503)
        try:
            newest = await in_thread(revision, context.world)
        except Exception:
            return JSONResponse({"status": "database_unavailable"}, 503)
        return JSONResponse({"status": "ready", "revision": newest})

    return routes
