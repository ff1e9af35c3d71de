"""The page of 党建绩效: organisation, tasks of the joint projects, scores with their cases, methods, appeals."""

from __future__ import annotations

from dash import html

from layouts.map import Geometry
from layouts.parts.assessment_appeal import appeal_panels
from layouts.parts.module_page import module_page


def page(geometry: Geometry) -> html.Div:
    """Return the page; its indicators are split by unit at first."""
    return module_page("party", geometry, by="unit", board=appeal_panels())
