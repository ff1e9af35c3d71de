"""Building the one ASGI application: FastAPI with REST, Dash on top, and what stands before both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import plotly
from dash import Dash
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette_compress import CompressMiddleware

import layouts
from callbacks.bundles import Bundles
from callbacks.context import Context
from callbacks.guard import Guard
from callbacks.jobs import Jobs
from data.settings import Settings

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
COMPRESS_FROM_BYTES = 1024
VERSION = "0.1.0"

INDEX = """<!DOCTYPE html>
<html lang="zh-CN">
<head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def create_api(context: Context, jobs: Jobs) -> FastAPI:
    """Return the FastAPI application; feed and jobs start and stop with it."""
    return FastAPIOffline(
        title=context.world.town.profile.platform_name,
        version=VERSION,
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
        static_url="/api/static",
        lifespan=_lifespan(context, jobs),
    )


def _lifespan(context: Context, jobs: Jobs) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_api: FastAPI) -> AsyncIterator[None]:
        following = asyncio.create_task(context.hub.run())
        jobs.start()
        try:
            yield
        finally:
            jobs.stop()
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            context.world.close()

    return lifespan


def create_dash(api: FastAPI, title: str) -> Dash:
    """Return the Dash application on that server; its socket never times out by itself."""
    return Dash(
        __name__,
        server=api,
        backend="fastapi",
        title=title,
        update_title=None,
        assets_folder=str(Path(layouts.__file__).parent / "assets"),
        index_string=INDEX,
        websocket_inactivity_timeout=0,
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {"name": "plotly-version", "content": plotly.__version__},
        ],
    )


def protect(api: FastAPI, dash: Dash, settings: Settings) -> None:
    """Put compression and the guard before everything; call when every callback is registered."""
    dash._setup_server()  # else only "/" would do it, and a wall that asks first would get no scripts
    api.add_middleware(CompressMiddleware, minimum_size=COMPRESS_FROM_BYTES)
    api.add_middleware(Bundles)
    api.add_middleware(
        Guard,
        script_hashes=tuple(dash.csp_hashes()),
        max_body_bytes=settings.max_body_kb * 1024,
    )
