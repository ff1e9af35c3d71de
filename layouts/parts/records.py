"""The records of a module: a choice of its tables, and a grid that asks the server for the rows it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from layouts.ids import Id
from layouts.parts.grid_locale import LOCALE
from layouts.parts.text import text

FILTERS = {
    "text": "agTextColumnFilter",
    "flag": "agTextColumnFilter",
    "number": "agNumberColumnFilter",
    "date": "agDateColumnFilter",
    "instant": "agDateColumnFilter",
}
WIDTHS = {"text": 140, "flag": 100, "number": 120, "date": 130, "instant": 160}
PLAIN_WIDTHS = {"file": 170, "line": 60, "demo": 70}
PINS = {"file": {"pinned": "right"}, "line": {"pinned": "right"}}
"""Where a row came from is in sight however far one scrolls."""

LONG = 220
LONG_TEXTS = frozenset({"name", "title", "number", "code", "enterprise_code", "subject_key"})
BLOCK = 100
PARAMS = {"suppressAndOrCondition": True, "maxNumConditions": 1, "buttons": ["reset"]}


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of the grid: field, heading and kind (text, number, flag, date, instant, plain: not to be narrowed)."""

    field: str
    heading: str
    kind: str


def records_part(
    tables: Sequence[tuple[str, str]], chosen: str, columns: Sequence[GridColumn]
) -> list[Component]:
    """Return the choice among tables (key, name) and the grid of the chosen one."""
    return [
        html.Div(
            [
                html.Div([_tab(key, name, chosen) for key, name in tables], className="switch"),
                html.A(
                    text("导出 CSV"), id=Id.RECORDS_EXPORT, className="button quiet", href="", download=""
                ),
            ],
            className="records-head",
        ),
        html.Div(records_grid(columns), key=chosen, className="records-body"),
    ]


def records_grid(columns: Sequence[GridColumn]) -> dag.AgGrid:
    """Return the grid; put under the key of its table it is another one for another table, with no narrowing kept."""
    return dag.AgGrid(
        id=Id.RECORDS_GRID,
        rowModelType="infinite",
        columnDefs=[_column(column) for column in columns],
        defaultColDef={"resizable": True, "sortable": True, "minWidth": 90},
        dashGridOptions={
            "localeText": LOCALE,
            "theme": {"function": "cloudTheme(agGrid)"},
            "cacheBlockSize": BLOCK,
            "maxBlocksInCache": 20,
            "infiniteInitialRowCount": 1,
            "rowBuffer": 0,
            "enableCellTextSelection": True,
            "suppressMultiSort": True,
            "tooltipShowDelay": 300,
        },
        className="records-grid",
        style={"height": "100%"},
    )


def _tab(key: str, name: str, chosen: str) -> html.Button:
    return html.Button(
        text(name),
        className="switch-button",
        **{"data-table": key, "aria-pressed": "true" if key == chosen else "false"},
    )


def _column(column: GridColumn) -> dict[str, object]:
    shown = {"field": column.field, "headerName": column.heading, "tooltipField": column.field}
    if column.kind == "plain":
        width = PLAIN_WIDTHS.get(column.field, 90)
        return {**shown, "sortable": False, "filter": False, "width": width, **PINS.get(column.field, {})}
    is_number = column.kind == "number"
    return {
        **shown,
        "width": LONG if column.field in LONG_TEXTS else WIDTHS[column.kind],
        "filter": FILTERS[column.kind],
        "filterParams": PARAMS,
        **({"type": "rightAligned"} if is_number else {}),
    }


def records_refusal(words: str) -> list[Component]:
    """Return why there are no records to see."""
    return [
        html.P(text(words), className="list-note"),
        html.A(text("去登录"), href="/login", className="row-link"),
    ]
