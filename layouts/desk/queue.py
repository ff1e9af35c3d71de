"""The queue: tabs with counts, the search, saved views, and the list that the browser keeps in order."""

from __future__ import annotations

from dash import html

from layouts.ids import Id
from layouts.map import Geometry
from layouts.parts.text import live, text
from layouts.situation import select, severity_options, village_options

TABS = (("mine", "待我处理"), ("overdue", "超期"), ("all", "全部"))


def queue_panel(geometry: Geometry) -> html.Section:
    """Return the queue's panel; the least time left stands first."""
    return html.Section(
        [
            html.Div([*(_tab(*tab) for tab in TABS), text("按剩余时间", "queue-order")], className="tabs"),
            html.Div(className="search", role="search", **{"data-desk": "search"}),
            _filters(geometry),
            html.Div(id=Id.DESK_FOUND, className="found", hidden=True),
            html.Ul(className="cases", **{"data-desk": "queue", "aria-label": "案卷队列"}),
            live("queue-note", "list-note", html.P),
        ],
        className="queue",
        **{"aria-label": "案卷队列"},
    )


def _tab(key: str, word: str) -> html.Button:
    return html.Button(
        [text(word), live(f"queue-{key}", "tab-count")],
        className="tab",
        **{"data-switch": "tab", "data-value": key, "aria-pressed": "false"},
    )


def _filters(geometry: Geometry) -> html.Div:
    """What narrows the queue; a combination can be kept under a name."""
    return html.Div(
        [
            select("village", "全部村社区", village_options(geometry)),
            select("category", "全部类别", []),
            select("severity", "全部等级", severity_options()),
            html.Div(className="saved", **{"data-desk": "views"}),
        ],
        className="queue-filters",
    )
