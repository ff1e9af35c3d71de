"""What an unknown address shows, and one that is shut for the role that asks."""

from __future__ import annotations

from dash import dcc, html

from layouts.parts.text import text


def missing_page(path: str) -> html.Div:
    """Return the page that names the address which leads nowhere, and the way back."""
    return html.Div(
        [
            html.H1(text(f"没有“{path}”这一页")),
            html.P(text("请检查地址，或从上方导航进入")),
            dcc.Link(text("回到一图感知"), href="/", className="button"),
        ],
        className="missing",
    )


def shut_page(role: str) -> html.Div:
    """Return the page that says that a role may not see what is here, and the way to another login."""
    return html.Div(
        [
            html.H1(text("没有权限")),
            html.P(text(f"角色“{role}”不能打开这一页，请换一个账号登录")),
            html.A(text("去登录"), href="/login", className="button"),
        ],
        className="missing",
    )
