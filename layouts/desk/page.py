"""The page of the desk: open cases, map, the sheet for new cases, the alarms, and the foot with the keys."""

from __future__ import annotations

from dash import html

from layouts.desk.alarms import alarm_foot, alarm_strip
from layouts.desk.keys import key_strip
from layouts.desk.new_case import new_case_sheet
from layouts.ids import Id
from layouts.map import Geometry
from layouts.parts.panels import map_panel
from layouts.parts.text import live, text
from layouts.situation import case_lists, kind_switch, switch_button


def desk_page(geometry: Geometry) -> html.Div:
    """Return the desk for a town's geometry (see `layouts.map`)."""
    return html.Div(
        [
            html.Div(alarm_strip(), id=Id.ALARM_STRIP, className="desk-alarms"),
            html.Div([case_lists()], className="column queue"),
            map_panel(geometry, _toolbar(geometry), is_fixed=False),
            html.Aside(drawer_rest(), id=Id.DESK_DRAWER, className="drawer", **{"aria-label": "案卷"}),
            _foot(),
            html.Div(new_case_sheet(), id=Id.NEW_CASE),
        ],
        className="desk",
        **{"data-map-page": "desk"},
    )


def drawer_rest() -> list[html.Div]:
    """Return what the drawer shows while no case is chosen."""
    words = [
        text("未选择案卷", "rest-title"),
        text("点按清单或地图上的案卷查看；按 N 登记新案卷", "rest-hint"),
    ]
    return [html.Div(words, className="drawer-rest")]


def _toolbar(geometry: Geometry) -> html.Div:
    layers = [switch_button("layer", "staff", "人员"), switch_button("reset", "all", "全镇")]
    return html.Div(
        [kind_switch(geometry), html.Div(layers, className="switch"), live("unplaced", "unplaced")],
        className="toolbar",
    )


def _foot() -> html.Footer:
    """The keys, and the alarm load of this seat."""
    return html.Footer(
        [
            key_strip(),
            html.Div(
                html.Span(alarm_foot(), id=Id.ALARM_LOAD, className="alarm-foot"),
                className="foot-state",
            ),
        ],
        className="desk-foot",
    )
