"""/login and /logout: the one place where a password is looked at and a cookie is set."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response

from callbacks.actors import acting_or_none
from callbacks.callers import Caller, Callers, cookie_name, session_cookie
from callbacks.context import Context
from data.demo.accounts import DEMO_ROLES, demo_name
from data.domain.errors import CloudError, Unauthenticated
from data.domain.people import VISITOR
from data.domain.vocabulary import Role
from data.services.sessions import Login, log_in, log_in_demo, log_out
from data.views.accounts import has_accounts
from data.world import World, utc_now
from layouts.gatehouse import DemoSeat, LoginPage, login_page

AT_ONCE, MOST_WAITING = 2, 24
LONGEST_NEXT = 2000
BEFORE_THE_HOUSE = ("/login", "/logout", "/api", "/_")


class Doorkeeper:
    """Looks at passwords, two at a time: each takes 64 MB and a tenth of a second, which strangers may ask for."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pool = ThreadPoolExecutor(AT_ONCE, "login")
        self._waiting = 0

    async def admit(self, form: FormData, presented: str | None) -> Login:
        """Begin a session as the form says; raise `CloudError` saying why not."""
        if self._waiting >= MOST_WAITING:
            raise CloudError("登录的人太多", code="busy", status=503, cure="请稍候几秒再试")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._admit, form, presented)
        finally:
            self._waiting -= 1

    def _admit(self, form: FormData, presented: str | None) -> Login:
        account = form.get("account")
        if account:
            return log_in_demo(self._world, str(account), utc_now(), presented)
        name, password = str(form.get("name") or ""), str(form.get("password") or "")
        return log_in(self._world, name.strip(), password, utc_now(), presented)


def router(context: Context, callers: Callers) -> APIRouter:
    """Return the routes of the gatehouse."""
    routes = APIRouter(include_in_schema=False)
    _add_login(routes, context.world, callers)
    _add_logout(routes, context.world)
    return routes


def _add_login(routes: APIRouter, world: World, callers: Callers) -> None:
    keeper = Doorkeeper(world)
    cookie = cookie_name(world.settings)

    @routes.get("/login")
    async def show(request: Request, next: str = "") -> Response:
        caller = await _caller(callers, request.headers)
        where = safe_next(next or _came_from(request))
        return HTMLResponse(login_page(await _facts(world, caller, where)))

    @routes.post("/login")
    async def enter(request: Request) -> Response:
        form = await request.form(max_files=0)
        where = safe_next(str(form.get("next") or ""))
        try:
            login = await keeper.admit(form, session_cookie(request.headers, cookie))
        except CloudError as error:
            page = await _facts(world, Caller(None), where, str(error))
            return HTMLResponse(login_page(page), error.status)
        return _with_cookie(RedirectResponse(where, 303), world, login.token)


def _add_logout(routes: APIRouter, world: World) -> None:
    cookie = cookie_name(world.settings)

    @routes.post("/logout")
    async def leave(request: Request) -> Response:
        token = session_cookie(request.headers, cookie)
        actor = acting_or_none()
        if token and actor not in (None, VISITOR):
            await asyncio.to_thread(log_out, world, token, actor, utc_now())
        answer = RedirectResponse("/login", 303, {"Clear-Site-Data": '"storage"'})
        answer.delete_cookie(cookie, secure=bool(world.settings.public_url), httponly=True, samesite="lax")
        return answer


def safe_next(path: str) -> str:
    """Return a path of this house to go to after the login; anything else becomes the map."""
    is_path = path.startswith("/") and not path.startswith("//") and len(path) <= LONGEST_NEXT
    if not is_path or "\\" in path or not path.isprintable() or path.startswith(BEFORE_THE_HOUSE):
        return "/"
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else path


def _came_from(request: Request) -> str:
    """Return the path of the page whose link led here, when it is one of this house."""
    try:
        referer = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    if referer.netloc != request.headers.get("host"):
        return "/"
    return referer.path + (f"?{referer.query}" if referer.query else "")


def _with_cookie(answer: Response, world: World, token: str) -> Response:
    """Set the session's cookie: for this host alone, out of reach for scripts and foreign pages' writes."""
    settings = world.settings
    answer.set_cookie(
        cookie_name(settings),
        token,
        path="/",
        secure=bool(settings.public_url),
        httponly=True,
        samesite="lax",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _caller(callers: Callers, headers: Headers) -> Caller:
    try:
        return await callers.find(headers, is_press=False)
    except Unauthenticated:
        return Caller(None)


async def _facts(world: World, caller: Caller, where: str, problem: str = "") -> LoginPage:
    profile = world.town.profile
    knows_somebody = await asyncio.to_thread(has_accounts, world)
    who = caller.actor if caller.is_known else None
    return LoginPage(
        platform_name=profile.platform_name,
        centre_name=profile.centre_name,
        next_path=where,
        problem=problem,
        logged_in=f"{who.display_name} · {who.role.label}" if who else "",
        demo_seats=demo_seats() if world.is_local_demo else (),
        visitors_may_look=world.settings.is_local and (profile.is_demo or not knows_somebody),
        has_accounts=knows_somebody,
    )


def demo_seats() -> tuple[DemoSeat, ...]:
    """Return the demo accounts in the order of the roles, each with what it is for."""
    return tuple(DemoSeat(demo_name(role), f"演示{role.label}", DUTIES[role]) for role in DEMO_ROLES)


DUTIES: dict[Role, str] = {
    Role.INTAKE: "受理、核实、登记案卷",
    Role.DISPATCHER: "派遣、跟踪、结案",
    Role.SHIFT_LEAD: "审批、裁定、督办，管理账号",
    Role.UNIT_HANDLER: "办理派到本单位的案卷",
    Role.GRID_MEMBER: "上报案卷，办理自己的派遣单",
    Role.VERIFIER: "核查处置结果",
    Role.LEADER: "查看全局，督办",
    Role.WALL: "只看，不能操作",
}
