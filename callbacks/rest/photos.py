"""POST and GET /cases/{id}/photos."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Response, UploadFile

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.vocabulary import PhotoKind
from data.services.photos import add_photo
from data.views.photos import list_photos, read_photo
from data.world import utc_now

INLINE = {"Content-Disposition": "inline"}


def router(context: Context) -> APIRouter:
    """Return the routes of photos; a photo is seen by whoever may see its case."""
    routes = APIRouter(prefix="/api/v1", tags=["案卷"])

    @routes.post("/cases/{case_id}/photos", status_code=201, summary="上传照片（JPEG、PNG、WebP）")
    async def post_photo(
        case_id: int, kind: Annotated[PhotoKind, Form()], file: Annotated[UploadFile, File()]
    ) -> dict[str, Any]:
        actor = current_actor()
        raw = await file.read(context.world.settings.max_photo_bytes + 1)
        return asdict(await in_thread(add_photo, context.world, case_id, kind, raw, actor, utc_now()))

    @routes.get("/cases/{case_id}/photos", summary="照片列表")
    async def photo_list(case_id: int) -> list[dict[str, Any]]:
        return await in_thread(list_photos, context.world, case_id, current_actor())

    @routes.get("/cases/{case_id}/photos/{n}", summary="一张照片", response_class=Response)
    async def one_photo(case_id: int, n: int) -> Response:
        content, media_type = await in_thread(read_photo, context.world, case_id, n, current_actor())
        return Response(content, media_type=media_type, headers=INLINE)

    return routes
