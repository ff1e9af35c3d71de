"""The page of 综合执法."""

from __future__ import annotations

from dash import html

from layouts.map import Geometry
from layouts.parts.module_page import module_page


def page(geometry: Geometry) -> html.Div:
    """Return the page; its indicators are split by category at first."""
    return module_page("enforcement", geometry, by="category")
