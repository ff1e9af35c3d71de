"""The page that every module has: board, map, records, and its indicators beside them."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from data.modules import MODULES_BY_KEY
from layouts.ids import Id
from layouts.map import Geometry
from layouts.parts.indicators import indicator_panel
from layouts.parts.text import live, text

PANES = (("board", "看板"), ("map", "地图"), ("records", "明细"))
SHAPES = ("outline", "villages", "roads", "rivers", "bounds")


def module_page(
    key: str,
    geometry: Geometry,
    *,
    by: str = "unit",
    top: Sequence[Component] = (),
    board: Sequence[Component] = (),
) -> html.Div:
    """Return a module's page; the browser asks for board, layers and records and keeps them fresh.

    `by` is how a chosen indicator is split at first; `top` stands above everything, `board` above the board's parts.
    """
    return html.Div(
        [
            *top,
            html.Div([_main(key, geometry, board), indicator_panel(key, by=by)], className="module-body"),
            dcc.Store(id=Id.BOARD_WISH),
            dcc.Store(id=Id.RECORDS_WISH),
            dcc.Store(id=Id.LAYERS),
            dcc.Store(id=Id.LAYER_BASE, data={name: geometry[name] for name in SHAPES}),
        ],
        className="module-page",
        **{"data-module": key},
    )


def _main(key: str, geometry: Geometry, board: Sequence[Component]) -> html.Div:
    panes = {
        "board": [*board, html.Div(id=Id.BOARD, className="board")],
        "map": [_map(geometry)],
        "records": [html.Div(id=Id.RECORDS, className="records")],
    }
    return html.Div(
        [
            html.Div([html.H1(text(MODULES_BY_KEY[key].name)), _switch()], className="module-head"),
            *(
                html.Div(panes[pane], className="pane", hidden=pane != "board", **{"data-pane": pane})
                for pane, _ in PANES
            ),
            html.Div(id=Id.BOARD_CARD, className="board-card", **{"aria-live": "polite"}),
        ],
        className="module-main",
    )


def _switch() -> html.Div:
    buttons = [
        html.Button(
            text(word),
            className="switch-button",
            **{"data-switch": "pane", "data-value": pane, "aria-pressed": "false"},
        )
        for pane, word in PANES
    ]
    return html.Div(buttons, className="switch panes", role="group", **{"aria-label": "看板、地图、明细"})


def _map(geometry: Geometry) -> html.Section:
    """The place of the map, which the browser draws; its layers are switched above, told below."""
    note = geometry.get("outline_note")
    return html.Section(
        [
            html.Div(className="switch", role="group", **{"data-layer-switch": "", "aria-label": "图层"}),
            html.Div(className="layer-map", **{"data-layer-map": "", "role": "img", "aria-label": "地图"}),
            html.Div(
                [
                    html.Div(className="legend", **{"data-layer-legend": ""}),
                    live("layer-note", "equation"),
                    *([text(note, "outline-note")] if note else []),
                ],
                className="map-foot",
            ),
        ],
        className="panel layer-panel",
    )
