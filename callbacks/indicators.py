"""Indicators on module pages: the figures of a period, and what is behind one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import CloudError
from data.domain.measures import Figure, Lack
from data.domain.people import Actor
from data.domain.periods import PeriodKind
from data.domain.rights import Right, may
from data.town import IndicatorDefinition
from data.views.facet_names import names_of
from data.views.facts import FACTS
from data.views.indicator_rows import RowPage, rows_of
from data.views.indicators import IndicatorFigure, Wanted, definition_of, figures_of, split_of
from data.views.lens import moment
from data.world import World, utc_now
from layouts.ids import Id
from layouts.parts.indicators import (
    Drill,
    IndicatorRow,
    SourceRow,
    SplitRow,
    drill_parts,
    drill_refusal,
    indicator_rows,
)

ROWS_SHOWN = 50
PARTS_SHOWN = 30
FLAGS = {
    "exempt": "申诉免责，不计",
    "suspended": "挂起，不计",
    "unconfirmed": "独立信号不足两个，不计",
}


def register(app: Dash, context: Context) -> None:
    """Register the figures and the drill-down."""

    @app.callback(
        Output(Id.INDICATORS, "children"), Input(Id.INDICATOR_WISH, "data"), prevent_initial_call=True
    )
    async def figures(wish: dict[str, Any] | None) -> list[Component]:
        return await in_thread(figures_shown, context.world, wish or {})

    @app.callback(
        Output(Id.INDICATOR_DRILL, "children"), Input(Id.INDICATOR_ASK, "data"), prevent_initial_call=True
    )
    async def drill(asked: dict[str, Any] | None) -> list[Component]:
        return await in_thread(drill_shown, context.world, asked or {}, current_actor())


def figures_shown(world: World, wish: Mapping[str, Any]) -> list[Component]:
    """Return the rows of a module's indicators."""
    module = str(wish.get("module") or "")
    if module not in FACTS:
        return indicator_rows(())
    return indicator_rows([_row(one) for one in figures_of(world, module, _wanted(world, wish), utc_now())])


def drill_shown(world: World, asked: Mapping[str, Any], actor: Actor) -> list[Component]:
    """Return an indicator by a facet with the rows behind it; rows only for those who may see cases."""
    if not asked.get("id"):
        return []
    wanted, now = _wanted(world, asked), utc_now()
    indicator, by = str(asked["id"]), str(asked.get("by") or "unit")
    try:
        definition = definition_of(world.town, indicator, wanted.day)
        split = split_of(world, indicator, by, wanted, now)
        may_see = may(actor, Right.SEE_DESK)
        page = rows_of(world, indicator, wanted, now, limit=ROWS_SHOWN) if may_see else RowPage([], 0, None)
    except CloudError as error:
        return drill_refusal(str(error))
    parts = _parts(world, definition, by, split)
    rows = tuple(_source(row) for row in page.items)
    return drill_parts(Drill(definition.name, definition.definition, by, parts, rows, page.total))


def _wanted(world: World, wish: Mapping[str, Any]) -> Wanted:
    kinds = {str(kind): kind for kind in PeriodKind}
    today = utc_now().astimezone(world.town.profile.zone).date()
    return Wanted(kinds.get(str(wish.get("period")), PeriodKind.MONTH), today)


def _row(one: IndicatorFigure) -> IndicatorRow:
    definition = one.definition
    return IndicatorRow(
        id=definition.id,
        name=definition.name,
        definition=definition.definition,
        value=_number(definition, one.figure.value),
        unit=definition.unit,
        note=_note(one),
        target="" if one.target is None else f"目标 {one.target:g}",
        reached=one.attainment,
        trend=one.trend,
        change=_change(definition, one.mom),
        change_tone=_tone(definition, one.mom),
        as_of=moment(one.as_of),
    )


def _note(one: IndicatorFigure) -> str:
    """Why there is no value, or that it is being counted anew; else the year-on-year change."""
    if one.figure.lack is Lack.SMALL_SAMPLE:
        return f"样本不足（{one.figure.sample}/{one.definition.minimum_sample}）"
    if one.figure.value is None:
        return "暂无数据"
    if one.is_recounting:
        return "重算中"
    if one.is_present:
        return "此刻"
    return "" if one.yoy is None else f"同比 {_signed(one.definition, one.yoy)}"


def _number(definition: IndicatorDefinition, value: float | None) -> str:
    return "" if value is None else f"{value:,.{definition.decimals}f}"


def _change(definition: IndicatorDefinition, change: float | None) -> str:
    if change is None:
        return ""
    arrow = "▲" if change > 0 else "▼" if change < 0 else ""
    return f"{arrow} {_signed(definition, change)}".strip()


def _signed(definition: IndicatorDefinition, change: float) -> str:
    """Write a difference with its sign; that of two shares is in percentage points."""
    unit = " 个百分点" if definition.unit == "%" else ""
    return f"{change:+,.{definition.decimals}f}{unit}".replace("-", "−")


def _tone(definition: IndicatorDefinition, change: float | None) -> str:
    if not change or definition.direction == "none":
        return ""
    return "good" if (change > 0) == (definition.direction == "up") else "soon"


def _parts(
    world: World, definition: IndicatorDefinition, by: str, split: list[tuple[str, Figure]]
) -> tuple[SplitRow, ...]:
    """Return the parts, the greatest first; months stay in their order."""
    names = names_of(world, definition.module, by, utc_now())
    told = [(code, one) for code, one in split if one.value is not None or one.sample or by == "month"]
    known = [(names.get(code, code or "未知"), figure) for code, figure in told]
    if by != "month":
        known.sort(key=lambda part: (part[1].value is None, -(part[1].value or 0.0), part[0]))
        known = known[:PARTS_SHOWN]
    most = max((figure.value for _name, figure in known if figure.value is not None), default=0.0) or 1.0
    return tuple(
        SplitRow(
            name=name,
            value=_number(definition, figure.value) or ("样本不足" if figure.sample else "—"),
            share=max(0.0, (figure.value or 0.0) / most),
            sample=f"样本 {figure.sample}" if definition.sample else "",
        )
        for name, figure in known
    )


def _source(row: Mapping[str, Any]) -> SourceRow:
    file, line = row.get("file"), row.get("line")
    case_id = row.get("case_id") or (row["id"] if row["kind"] == "case" else None)
    return SourceRow(
        number=str(row.get("number") or row["id"]),
        title=str(row.get("title") or ""),
        state=str(row.get("state") or ""),
        day=str(row["day"]),
        flag=FLAGS.get(str(row["flag"]), ""),
        origin=f"{file} 第 {line} 行" if file and line else str(file or "平台登记"),
        case_id=None if case_id is None else int(case_id),
    )
