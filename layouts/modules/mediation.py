"""The page of 多元解纷: the ladder, warnings with their signs, stations and teams, mechanisms, agreements."""

from __future__ import annotations

from dash import html

from layouts.map import Geometry
from layouts.parts.mechanism_form import mechanism_panel
from layouts.parts.module_page import module_page


def page(geometry: Geometry) -> html.Div:
    """Return the page; its indicators are split by station's village at first."""
    return module_page("mediation", geometry, by="unit", board=mechanism_panel())
