"""The frame around every page: names, navigation, demo label, connection, clock, and the one feed."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from data.domain.people import VISITOR, Actor
from data.domain.rights import Right, may
from data.modules import MODULES
from layouts.brand import Brand
from layouts.ids import Id
from layouts.parts.text import live, text
from layouts.theme import smallest_px

SEATS = (("/", "一图感知"),)
DESK = (("/desk", "坐席"), ("/leader", "驾驶舱"))
WALL = ("/wall", "大屏")
MODULE_PATHS = "/m/"


def shell(brand: Brand, actor: Actor | None = None) -> html.Div:
    """Return the shell for the one who is logged in; page and directory come when the address is known."""
    return html.Div(
        [
            dcc.Location(id=Id.LOCATION, refresh="callback-nav"),
            dcc.Store(id=Id.FEED),
            dcc.Store(id=Id.FEED_WISH),
            dcc.Store(id=Id.DIRECTORY),
            _header(brand, actor),
            html.Main(id=Id.PAGE, className="page"),
        ],
        className="shell",
        style={"--wall-smallest": wall_unit(brand)},
        **{"data-account": "" if actor in (None, VISITOR) else actor.name},
    )


def wall_unit(brand: Brand) -> str:
    """Return the wall's smallest font size as a share of the screen's height."""
    return f"{smallest_px(brand.viewing_distance_m, brand.wall_height_m, 100):.4f}vh"


def navigation(actor: Actor | None = None) -> list[dict[str, Any]]:
    """Return the entries of the navigation: the seats and modules; the desk for whoever may sit there."""
    modules = [(module.path, module.name) for module in MODULES]
    desk = DESK if actor is not None and may(actor, Right.SEE_DESK) else ()
    return [{"path": path, "name": name} for path, name in (*SEATS, *desk, *modules, WALL)]


def _header(brand: Brand, actor: Actor | None) -> html.Header:
    return html.Header(
        [
            html.Div(
                [text(brand.platform_name, "brand"), text(_subtitle(brand), "subtitle")], className="brands"
            ),
            html.Nav(_links(navigation(actor)), className="nav", **{"aria-label": "页面"}),
            html.Div(live("banner"), id=Id.BANNER, className="banner", role="alert", hidden=True),
            html.Div(
                [
                    live("demo", "demo-badge", hidden=not brand.is_demo),
                    html.Span(
                        [html.I(className="link-dot"), live("link")], className="link-state", role="status"
                    ),
                    live("date", "date"),
                    live("clock", "clock"),
                    _who(actor),
                ],
                className="status",
            ),
        ],
        className="header",
    )


def _links(entries: list[dict[str, Any]]) -> list[Component]:
    """The entries in their order, the modules in a group that folds into one button where the screen is narrow."""
    links = {entry["path"]: _link(entry) for entry in entries}
    modules = [link for path, link in links.items() if path.startswith(MODULE_PATHS)]
    before = [link for path, link in links.items() if not path.startswith(MODULE_PATHS) and path != WALL[0]]
    group = html.Div(
        [
            html.Button(text("模块"), className="nav-link nav-fold", **{"aria-haspopup": "true"}),
            html.Div(modules, className="nav-modules"),
        ],
        className="nav-group",
    )
    return [*before, group, links[WALL[0]]]


def _link(entry: dict[str, Any]) -> dcc.Link:
    return dcc.Link(text(entry["name"]), href=entry["path"], className="nav-link")


def _who(actor: Actor | None) -> html.Div:
    """Who is logged in and the way out; for a visitor the way in."""
    if actor is None or actor == VISITOR:
        return html.Div(html.A(text("登录"), href="/login"), className="who")
    leave = html.Form(html.Button("退出", type="submit", className="quiet"), action="/logout", method="post")
    return html.Div([text(f"{actor.display_name} · {actor.role.label}"), leave], className="who")


def _subtitle(brand: Brand) -> str:
    centre = brand.centre_name
    return centre if centre.startswith(brand.town_name) else f"{brand.town_name}{centre}"
