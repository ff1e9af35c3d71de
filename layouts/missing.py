"""What an unknown address shows."""

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
