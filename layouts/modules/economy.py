"""The page of 经济发展: enterprises and their months, projects by stage, requests of enterprises."""

from __future__ import annotations

from dash import html

from layouts.map import Geometry
from layouts.parts.module_page import module_page


def page(geometry: Geometry) -> html.Div:
    """Return the page; its indicators are split by industry at first."""
    return module_page("economy", geometry, by="category")
