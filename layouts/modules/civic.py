"""The page of 法治民生: legal services, deliberations and their suggestions, safety surveys, satisfaction of callers."""

from __future__ import annotations

from dash import html

from layouts.map import Geometry
from layouts.parts.module_page import module_page


def page(geometry: Geometry) -> html.Div:
    """Return the page; its indicators are split by kind at first."""
    return module_page("civic", geometry, by="category")
