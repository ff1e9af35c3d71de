"""The page of 指挥调度: the open cases by the time they have left, and where the time goes."""

from __future__ import annotations

from dash import html

from layouts.ids import Id
from layouts.map import Geometry
from layouts.parts.figures import figure_cards
from layouts.parts.module_page import module_page
from layouts.parts.table import Column, live_table
from layouts.situation import select, severity_options, village_options

COLUMNS = (
    Column("severity", "等级"),
    Column("title", "事项"),
    Column("place", "位置"),
    Column("grid", "网格"),
    Column("state", "状态"),
    Column("channel", "受理渠道"),
    Column("reported", "上报"),
    Column("left", "剩余", is_number=True),
    Column("number", "案卷号"),
)


def page(geometry: Geometry) -> html.Div:
    """Return the page: key figures and one row per open case, the least time left first."""
    choices = [
        select("village", "全部村社区", village_options(geometry)),
        select("category", "全部类别", []),
        select("severity", "全部等级", severity_options()),
    ]
    return module_page(
        "dispatch",
        geometry,
        top=[figure_cards(("open", "overdue", "due_within_hour", "today"))],
        board=[live_table(Id.CASE_TABLE, "cases", "在办案卷", COLUMNS, choices)],
    )
