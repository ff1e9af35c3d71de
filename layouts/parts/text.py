"""The smallest pieces: a marked text, a place that the browser fills, a panel with a heading."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component


def text(content: str, class_name: str = "") -> html.Span:
    """A text that is measured for clipping and overlap by the tests."""
    return html.Span(content, className=class_name, **{"data-text": ""})


def cut(words: str, class_name: str) -> html.Span:
    """A text that may be cut short; the whole stands in its tooltip."""
    return html.Span(words, className=class_name, title=words, **{"data-text": "", "data-may-ellipsize": ""})


def live(name: str, class_name: str = "", tag: type[Component] = html.Span, **attributes: Any) -> Component:
    """An empty place that the browser fills with the live value called `name`."""
    return tag(className=class_name, **{"data-live": name, "data-text": "", **attributes})


def panel(
    title: Component | str, *children: Component, aside: Component | None = None, class_name: str = ""
) -> html.Section:
    """A raised panel with a heading line and, at its right end, a word that belongs to it."""
    heading = html.Header(
        [html.H2(title if isinstance(title, Component) else text(title)), *([aside] if aside else [])],
        className="panel-head",
    )
    return html.Section([heading, *children], className=f"panel {class_name}".strip())
