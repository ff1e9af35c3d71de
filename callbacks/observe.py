"""The door of an observer's link: nobody logs in; the secret in the address is looked up, and stands in no log."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from callbacks.context import Context
from callbacks.link_door import LINKS
from data.domain.errors import CloudError, KeyReused
from data.domain.observing import ObserverPage
from data.services.observer_links import mark_opened
from data.services.observer_opinions import GiveOpinion, give_opinion
from data.services.secrets import token_hash
from data.views.observer_page import observer_page
from data.world import World, utc_now
from layouts.observer_page import Typed, no_link_html, observer_html

AGAIN = "刚才的意见已经提交；要再提一条，请再按一次“提交意见”"


def router(context: Context) -> APIRouter:
    """Return the routes of the links."""
    routes = APIRouter(include_in_schema=False)
    world = context.world

    @routes.get(LINKS + "{token:path}")
    async def show(token: str, given: str = "") -> Response:
        return await asyncio.to_thread(_show, world, token, is_given=bool(given))

    @routes.post(LINKS + "{token:path}")
    async def give(token: str, request: Request) -> Response:
        form = await request.form(max_files=0)
        case, text, key = (str(form.get(name) or "") for name in ("case", "text", "key"))
        return await asyncio.to_thread(_give, world, token, GiveOpinion(case, text, key), request.url.path)

    return routes


def _show(world: World, token: str, *, is_given: bool = False) -> Response:
    now = utc_now()
    page = observer_page(world, token_hash(token), now)
    if page is None:
        return _no_link(world)
    if page.is_stale:
        mark_opened(world, page.link_id, now)
    return _page(world, page, is_given=is_given)


def _give(world: World, token: str, command: GiveOpinion, path: str) -> Response:
    """Keep an opinion and lead back to the page, so that a reload sends nothing; or show what was typed and why not."""
    hashed, now = token_hash(token), utc_now()
    try:
        give_opinion(world, hashed, command, now)
    except CloudError as error:
        page = observer_page(world, hashed, now)
        if page is None:
            return _no_link(world)
        problem = AGAIN if isinstance(error, KeyReused) else str(error)
        typed = Typed(command.case_number, command.text, problem)
        return _page(world, page, typed=typed, status=error.status)
    return RedirectResponse(f"{path}?given=1", 303)


def _page(
    world: World, page: ObserverPage, *, is_given: bool = False, typed: Typed | None = None, status: int = 200
) -> Response:
    name = world.town.profile.platform_name
    return HTMLResponse(observer_html(page, name, uuid4().hex, is_given=is_given, typed=typed), status)


def _no_link(world: World) -> Response:
    return HTMLResponse(no_link_html(world.town.profile.platform_name), 404)
