"""A plain table that the browser fills: sticky header, scrolling body, a caption that counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from layouts.ids import Id
from layouts.parts.text import live, text


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key of its value in the browser, its heading, and how it is aligned."""

    key: str
    heading: str
    is_number: bool = False


def live_table(
    table_id: Id, name: str, title: str, columns: Sequence[Column], choices: Sequence[Component]
) -> html.Section:
    """Return a panel with choices above a table whose rows the browser writes from the picture."""
    head = html.Thead(html.Tr([_heading(column) for column in columns]))
    body = html.Tbody(**{"data-rows": name})
    return html.Section(
        [
            html.Header(
                [
                    html.H2(text(title)),
                    live(f"table-{name}", "table-count"),
                    html.Div(list(choices), className="choices"),
                ],
                className="panel-head",
            ),
            html.Div(
                html.Table([head, body], id=table_id, **{"aria-label": title}),
                className="table-scroll",
                tabIndex=0,
            ),
        ],
        className="panel table-panel",
    )


def _heading(column: Column) -> html.Th:
    return html.Th(
        text(column.heading),
        scope="col",
        className="number" if column.is_number else "",
        **{"data-column": column.key},
    )
