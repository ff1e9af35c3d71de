"""GET /modules/{key}/{table}: the rows of a module's table, each with file and line; and the same as CSV."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from callbacks.context import Context
from callbacks.threads import in_thread
from data.views.records.asking import narrowing_of_text
from data.views.records.pages import MOST, record_csv, record_list, record_table
from data.world import utc_now

MODEL = Query(max_length=4000)


def router(context: Context) -> APIRouter:
    """Return the routes of records; persons are never named in them."""
    routes = APIRouter(prefix="/api/v1", tags=["明细"])
    world = context.world

    @routes.get("/modules/{key}/{table}", summary="模块一张表的行，最新的在前，带来源文件与行号")
    async def rows(
        key: str,
        table: str,
        cursor: Annotated[str | None, Query(max_length=200, description="上一页的 next_cursor")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> dict[str, Any]:
        return await in_thread(record_list, world, key, table, utc_now(), cursor, limit)

    @routes.get("/modules/{key}/{table}/csv", summary="页面上筛选出的行，导出为 CSV（带演示数据标记）")
    async def exported(
        key: str,
        table: str,
        sort: Annotated[str, MODEL] = "[]",
        filter: Annotated[str, MODEL] = "{}",
    ) -> StreamingResponse:
        now = utc_now()
        shown = await in_thread(record_table, world, key, table, now)
        lines = await in_thread(record_csv, world, shown, narrowing_of_text(sort, filter), now)
        name = quote(f"{shown.name}_{now.astimezone(world.town.profile.zone):%Y%m%d_%H%M}.csv")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)

    return routes
