"""The records pane of a module's page: its tables, and the rows that the grid asks for as it is scrolled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from dash import Dash, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.people import Actor
from data.domain.rights import Right, may
from data.modules import MODULES_BY_KEY
from data.views.records.asking import narrowing_of
from data.views.records.columns import table_name
from data.views.records.pages import MOST, RecordTable, record_rows, record_table
from data.views.records.query import FILE, LINE
from data.world import World, utc_now
from layouts.ids import Id
from layouts.parts.records import GridColumn, records_part, records_refusal


def register(app: Dash, context: Context) -> None:
    """Register the choice of tables and the rows."""

    @app.callback(Output(Id.RECORDS, "children"), Input(Id.RECORDS_WISH, "data"), prevent_initial_call=True)
    async def records(wish: dict[str, Any] | None) -> list[Component]:
        return await in_thread(records_shown, context.world, wish or {}, current_actor())

    @app.callback(
        output={
            "rows": Output(Id.RECORDS_GRID, "getRowsResponse"),
            "export": Output(Id.RECORDS_EXPORT, "href"),
        },
        inputs={
            "asked": Input(Id.RECORDS_GRID, "getRowsRequest"),
            "wish": State(Id.RECORDS_WISH, "data"),
        },
        prevent_initial_call=True,
    )
    async def rows(asked: dict[str, Any] | None, wish: dict[str, Any] | None) -> dict[str, Any]:
        if not asked:
            raise PreventUpdate
        return await in_thread(rows_shown, context.world, wish or {}, asked)


def records_shown(world: World, wish: Mapping[str, Any], actor: Actor) -> list[Component]:
    """Return the tables of a module and the grid of the chosen one; who has no desk is told so."""
    module = MODULES_BY_KEY.get(str(wish.get("module")))
    if module is None:
        return []
    if not may(actor, Right.SEE_DESK):
        return records_refusal(f"角色“{actor.role.label}”不能查看逐条记录，请换一个账号登录")
    tables = [(name, table_name(name)) for name in module.tables]
    shown = _table(world, wish)
    return records_part(tables, shown.key, _columns(shown))


def rows_shown(world: World, wish: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows that the grid asks for, and the address under which the same rows are exported."""
    shown = _table(world, wish)
    wanted = narrowing_of(asked.get("sortModel"), asked.get("filterModel"))
    start, end = int(asked["startRow"]), int(asked["endRow"])
    found = record_rows(world, shown, wanted, max(0, start), max(1, min(MOST, end - start)))
    sort, chosen = (
        json.dumps(asked.get(name) or empty) for name, empty in (("sortModel", []), ("filterModel", {}))
    )
    address = f"/api/v1/modules/{shown.module}/{shown.key}/csv?sort={quote(sort)}&filter={quote(chosen)}"
    return {"rows": {"rowData": found.items, "rowCount": found.total}, "export": address}


def _table(world: World, wish: Mapping[str, Any]) -> RecordTable:
    """Return the wished table of the wished module, its first where none or another one's is named."""
    module = MODULES_BY_KEY[str(wish.get("module"))]
    table = str(wish.get("table"))
    return record_table(world, module.key, table if table in module.tables else module.tables[0], utc_now())


def _columns(shown: RecordTable) -> list[GridColumn]:
    own = [GridColumn(column.name, column.heading, column.kind) for column in shown.columns]
    return [
        *own,
        GridColumn(FILE, "来源文件", "plain"),
        GridColumn(LINE, "行", "plain"),
        GridColumn("demo", "演示", "plain"),
    ]
