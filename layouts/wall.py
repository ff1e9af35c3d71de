"""The wall 大屏: the same picture without controls, read from eight metres."""

from __future__ import annotations

from dash import html

from data.modules import MODULES
from layouts.directory import kinds
from layouts.map import Geometry
from layouts.parts.figures import figure_cards
from layouts.parts.panels import map_panel, sources_panel, trend_panel
from layouts.parts.text import live, panel, text

# What the strip shows of each module: the derived figure's name and its label.
STRIP = {
    "grid": (("staffing", "在岗率"), ("patrolled", "今日已巡")),
    "dispatch": (("waiting", "待派遣"), ("running", "处置中")),
}


def wall_page(geometry: Geometry) -> html.Div:
    """Return the wall for a town's geometry; nothing on it can be pressed."""
    return html.Div(
        [
            figure_cards(),
            map_panel(geometry, _heading(geometry), is_fixed=True),
            html.Div([_cases(), sources_panel()], className="wall-right"),
            html.Div([trend_panel(), _newest(), module_strip()], className="wall-band"),
        ],
        className="wall",
        **{"data-map-page": "wall"},
    )


def module_strip() -> html.Div:
    """Return one card for each module that exists, with its figures."""
    cards = [
        html.Div(
            [
                text(module.name, "module-name"),
                html.Div([_small(*row) for row in STRIP[module.key]], className="module-figures"),
            ],
            className="module",
        )
        for module in MODULES
        if module.key in STRIP
    ]
    return html.Div(cards, className="strip")


def _heading(geometry: Geometry) -> html.Div:
    words = [
        html.Span(
            text(f"{row['word']} {row['count']}"),
            className="kind-word",
            **{"data-switch": "kind", "data-value": row["key"]},
        )
        for row in kinds(geometry)
    ]
    return html.Div([html.Div(words, className="switch"), live("unplaced", "unplaced")], className="toolbar")


def _cases() -> html.Section:
    urgent = html.Ul(className="cases", **{"data-list": "urgent"})
    return panel("最紧迫", urgent, aside=text("剩余", "aside"), class_name="wall-cases")


def _newest() -> html.Section:
    newest = html.Ul(className="cases brief", **{"data-list": "newest"})
    return panel("最新", newest, aside=text("上报", "aside"), class_name="newest-panel")


def _small(name: str, label: str) -> html.Span:
    return html.Span([text(label, "small-label"), live(name, "small-value")], className="small")
