"""The page of 网格管理: who is on duty where, and when each grid was last walked."""

from __future__ import annotations

from dash import html

from layouts.directory import kinds
from layouts.ids import Id
from layouts.map import Geometry
from layouts.parts.figures import figure_cards
from layouts.parts.grid_change import grid_change_panel
from layouts.parts.module_page import module_page
from layouts.parts.table import Column, live_table
from layouts.situation import select, village_options

COLUMNS = (
    Column("code", "编号"),
    Column("name", "网格"),
    Column("kind", "类别"),
    Column("village", "村社区"),
    Column("open", "在办", is_number=True),
    Column("on_duty", "在岗", is_number=True),
    Column("last_patrol", "最近巡查"),
)


def page(geometry: Geometry) -> html.Div:
    """Return the page: key figures and one row per grid, those without duty first."""
    choices = [
        select("kind", "全部类别", [(row["key"], row["word"]) for row in kinds(geometry)]),
        select("village", "全部村社区", village_options(geometry)),
    ]
    return module_page(
        "grid",
        geometry,
        by="village",
        top=[figure_cards(("on_duty", "grids_without_duty", "open", "late_sources"))],
        board=[
            live_table(Id.GRID_TABLE, "grids", "网格清单", COLUMNS, choices),
            grid_change_panel(geometry),
        ],
    )
