"""What an unknown address shows, and a seat that is shut."""

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


def shut_page() -> html.Div:
    """Return the page that says that this seat opens only to somebody who is logged in."""
    return html.Div(
        [
            html.H1(text("坐席尚未开放")),
            html.P(text("坐席只对已登录的人员开放；账号功能启用之前，案卷从接口、数据源和模拟进入")),
            dcc.Link(text("回到一图感知"), href="/", className="button"),
        ],
        className="missing",
    )
