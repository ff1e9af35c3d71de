"""The page of 综合执法: its board begins with the form of 首违不罚, for whoever may check it."""

from __future__ import annotations

from dash import html

from layouts.map import Geometry
from layouts.parts.exemption import exemption_place
from layouts.parts.module_page import module_page
from layouts.parts.observers import observer_panels


def page(geometry: Geometry) -> html.Div:
    """Return the page with the forms about exemptions and observers; its indicators are split by category at first."""
    board = [*exemption_place(), *observer_panels()]
    return module_page("enforcement", geometry, by="category", board=board)
