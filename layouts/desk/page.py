"""The page of the desk: queue, map, the case's drawer, the strips above the foot, and the foot with the keys."""

from __future__ import annotations

from dash import dcc, html

from layouts.desk.alarms import alarm_foot, alarm_strip
from layouts.desk.drawer import drawer_rest
from layouts.desk.keys import help_dialog, key_strip
from layouts.desk.new_case import new_case_sheet
from layouts.desk.queue import queue_panel
from layouts.ids import Id
from layouts.map import Geometry
from layouts.parts.panels import map_panel
from layouts.parts.text import live
from layouts.situation import kind_switch, switch_button

STORES = (
    Id.DESK_WISH,
    Id.DESK_SEAT,
    Id.DESK_CASE,
    Id.DESK_INTENTS,
    Id.DESK_OUTCOMES,
    Id.DESK_SEARCH,
    Id.DESK_VIEW_WISH,
    Id.DESK_VIEWS,
    Id.DESK_BATCH_WISH,
    Id.DESK_BATCH,
)
"""By these the desk asks and hears; the feed is the shell's."""


def desk_page(geometry: Geometry) -> html.Div:
    """Return the desk for a town's geometry (see `layouts.map`)."""
    return html.Div(
        [
            html.Div(alarm_strip(), id=Id.ALARM_STRIP, className="desk-alarms"),
            queue_panel(geometry),
            map_panel(geometry, _toolbar(geometry), is_fixed=False, has_case_card=False),
            html.Aside(drawer_rest(), id=Id.DESK_DRAWER, className="drawer", **{"aria-label": "案卷"}),
            html.Div(className="strips", **{"data-desk": "strips", "aria-live": "polite"}),
            _foot(),
            html.Div(new_case_sheet(), id=Id.NEW_CASE),
            html.Dialog(className="sheet", **{"data-desk": "form", "aria-label": "填写"}),
            html.Dialog(className="sheet batch", **{"data-desk": "batch", "aria-label": "批量派遣"}),
            help_dialog(),
            *(dcc.Store(id=store) for store in STORES),
        ],
        className="desk",
        **{"data-map-page": "desk"},
    )


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
