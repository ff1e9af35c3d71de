"""Panels that the wall and the map page share: cases, sources, trend, map."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from layouts.ids import Id
from layouts.map import Geometry, map_figure
from layouts.parts.legend import legend
from layouts.parts.text import live, panel, text


def sources_panel() -> html.Section:
    """Every source with its age; late and missing ones say so in words."""
    return panel(
        "数据源",
        html.Ul(className="sources", **{"data-list": "sources"}),
        aside=text("距今", "aside"),
        class_name="sources-panel",
    )


def trend_panel() -> html.Section:
    """Today's reports by hour against the mean of the same weekdays; the browser draws the lines."""
    title = html.Span(
        [
            text("今日上报"),
            html.Span([html.I(className="key-line"), text("今天")], className="key"),
            html.Span([html.I(className="key-line dashed"), text("同类日均值")], className="key second"),
        ],
        className="trend-title",
    )
    plot = html.Div(className="trend-plot", **{"data-trend": "hours", "role": "img"})
    hours = html.Div([text(f"{hour}时") for hour in (0, 6, 12, 18, 24)], className="trend-hours")
    return panel(title, plot, hours, aside=live("trend-total", "aside"), class_name="trend-panel")


def map_panel(
    geometry: Geometry, toolbar: html.Div, *, is_fixed: bool, has_case_card: bool = True
) -> html.Section:
    """The map with its toolbar above, scale bar in its corner, legend and sum below.

    A page that shows the chosen case elsewhere has no card of it on the map.
    """
    return html.Section(
        [
            toolbar,
            html.Div(
                [_graph(is_fixed), _layers(), _scale_bar(geometry), *_overlays(is_fixed, has_case_card)],
                className="map-area",
            ),
            html.Div([legend(), live("equation", "equation")], className="map-foot"),
            dcc.Store(id=Id.MAP_BASE, data=map_figure(geometry)),
        ],
        className="map-panel",
        **{"aria-label": "地图"},
    )


def graph_config(is_fixed: bool) -> dict[str, Any]:
    """Return Plotly's settings: nothing to press on the wall, wheel and drag on the desk."""
    return {
        "displayModeBar": False,
        "scrollZoom": not is_fixed,
        "staticPlot": is_fixed,
        "doubleClick": False,
        "showTips": False,
    }


def _graph(is_fixed: bool) -> dcc.Graph:
    return dcc.Graph(id=Id.MAP, className="map", config=graph_config(is_fixed), responsive=True)


def _layers() -> html.Div:
    """What lies over the polygons: lesser points, words, urgent points. The pointer goes through all of it."""
    return html.Div(
        [
            html.Canvas(**{"data-points": "lower"}),
            html.Div(className="map-words", **{"data-words": ""}),
            html.Canvas(**{"data-points": "upper"}),
        ],
        className="map-layers",
        **{"aria-hidden": "true"},
    )


def _scale_bar(geometry: Geometry) -> html.Div:
    """The scale, and above it what must be said of the outline (an approximate one says so)."""
    note = geometry.get("outline_note")
    return html.Div(
        [
            *([text(note, "outline-note")] if note else []),
            live("scale", "scale-text"),
            html.I(className="scale-line", **{"data-scale": ""}),
        ],
        className="scale-bar",
    )


def _overlays(is_fixed: bool, has_case_card: bool) -> list[html.Div]:
    """The card of what was clicked and the word beside the pointer; a wall has neither."""
    if is_fixed:
        return []
    case_card = html.Div(id=Id.CASE_CARD, className="card", hidden=True, **{"aria-live": "polite"})
    case_cards = [case_card] if has_case_card else []
    return [
        html.Div(className="map-tip", role="tooltip", hidden=True, **{"data-tip": ""}),
        html.Div(
            [
                *case_cards,
                html.Div(id=Id.GRID_CARD, className="card", **{"aria-live": "polite"}),
            ],
            className="cards",
        ),
        dcc.Store(id=Id.PICKED),
    ]
