"""Building the one ASGI application: FastAPI with REST, Dash on top, and what stands before both."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import plotly
from dash import Dash
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette_compress import CompressMiddleware

import layouts
from callbacks import login, observe
from callbacks.actors import current_mark
from callbacks.audit import AuditBook
from callbacks.body_limits import BodyLimits
from callbacks.bundles import Bundles
from callbacks.callers import Callers
from callbacks.context import Context
from callbacks.gate import Gate
from callbacks.guard import Guard
from callbacks.jobs import Jobs
from callbacks.locks import lock_callbacks
from callbacks.rights import Lock
from callbacks.throttle import Throttle
from data.world import World

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
COMPRESS_FROM_BYTES = 1024
VERSION = "0.1.0"

WORKER = re.compile(r"dash-ws-worker[\w.]*\.js")

INDEX = """<!DOCTYPE html>
<html lang="zh-CN">
<head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def create_api(context: Context, jobs: Jobs) -> FastAPI:
    """Return the FastAPI application; feed and jobs start and stop with it."""
    api = FastAPIOffline(
        title=context.world.town.profile.platform_name,
        version=VERSION,
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
        static_url="/api/static",
        lifespan=_lifespan(context, jobs),
    )
    api.state.world = context.world
    api.state.audit = AuditBook(context.world)
    api.state.callers = Callers(context.world)
    api.include_router(login.router(context, api.state.callers))
    api.include_router(observe.router(context))
    return api


def _lifespan(context: Context, jobs: Jobs) -> Lifespan:
    @asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncIterator[None]:
        following = asyncio.create_task(context.hub.run())
        api.state.audit.start()
        jobs.start()
        try:
            yield
        finally:
            jobs.stop()
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            api.state.audit.stop()
            context.world.close()

    return lifespan


class House(Dash):
    """Dash whose tabs share a socket within one login only: a new login gets a worker of its own."""

    def interpolate_index(self, **parts: Any) -> str:
        """Return the page; the worker's address carries the mark of the browser's session."""
        mark = current_mark()
        if mark:
            parts["config"] = WORKER.sub(rf"\g<0>?login={mark}", parts["config"])
        return super().interpolate_index(**parts)


def create_dash(api: FastAPI, title: str) -> Dash:
    """Return the Dash application on that server; its socket never times out by itself."""
    return House(
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


def protect(api: FastAPI, dash: Dash, context: Context) -> None:
    """Put locks, compression and the guard before everything; call when every callback is registered."""
    dash._setup_server()  # else only "/" would do it, and a wall that asks first would get no scripts
    outputs = lock_callbacks(dash.callback_map, api.state.audit)
    stand_guard(api, context, outputs, tuple(dash.csp_hashes()))


def stand_guard(
    api: FastAPI,
    context: Context,
    outputs: Mapping[str, tuple[str, Lock]] | None = None,
    script_hashes: tuple[str, ...] = (),
) -> None:
    """Put guard and gate before an application; what is added last is asked first."""
    settings = context.world.settings
    api.add_middleware(
        Gate,
        api=api,
        callers=api.state.callers,
        audit=api.state.audit,
        outputs=outputs or {},
        watch_seconds=settings.tick_seconds,
    )
    api.add_middleware(CompressMiddleware, minimum_size=COMPRESS_FROM_BYTES)
    api.add_middleware(Bundles)
    api.add_middleware(Throttle, logins=settings.logins_per_minute, writes=settings.writes_per_minute)
    api.add_middleware(
        Guard,
        script_hashes=script_hashes,
        limits=BodyLimits(settings.max_body_kb * 1024, settings.max_photo_bytes),
        public_url=settings.public_url,
    )


def greeting(world: World) -> list[str]:
    """Return what an operator reads at start; the demo token is the one secret that is ever printed."""
    settings = world.settings
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    lines = [
        f"{world.town.profile.platform_name}已启动：{address}/  大屏：/wall  登录：/login  接口：/api/docs"
    ]
    token = world.demo_token()
    if token is not None:
        lines.append(f"演示镇：/login 可选演示账号；接口令牌（演示派遣员，只在本机有效）：{token}")
    if settings.is_local:
        lines.append("只接受本机访问（127.0.0.1），未登录者只能看；按 Ctrl+C 停止。")
    return lines
