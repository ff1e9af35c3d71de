"""GET /categories, /grids and /modules: what the town consists of."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.vocabulary import GridKind
from data.modules import MODULES
from data.views.catalogue import category_list, grid_collection


def router(context: Context) -> APIRouter:
    """Return the routes of what changes rarely."""
    routes = APIRouter(prefix="/api/v1", tags=["目录"])

    @routes.get("/categories", summary="案卷类别：编号、名称、时限、时钟")
    async def categories() -> list[dict[str, Any]]:
        return category_list(context.world.town)

    @routes.get("/grids", summary="网格（GeoJSON，EPSG:4490）")
    async def grids(kind: GridKind | None = None) -> JSONResponse:
        collection = await in_thread(grid_collection, context.world, kind)
        return JSONResponse(collection, media_type="application/geo+json")

    @routes.get("/modules", summary="已启用的模块")
    async def modules() -> list[dict[str, str]]:
        return [{"key": m.key, "name": m.name, "path": m.path} for m in MODULES]

    return routes
