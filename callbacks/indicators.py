"""Indicators on module pages: the figures of a period, and what is behind one of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.indicator_words import indicator_row, late_words, number_words
from callbacks.leader import leader_shown
from callbacks.threads import in_thread
from data.domain.errors import CloudError
from data.domain.measures import Figure
from data.domain.people import Actor
from data.domain.periods import PeriodKind
from data.domain.rights import Right, may
from data.town import IndicatorDefinition
from data.views.facet_names import names_of
from data.views.facts import FACTS
from data.views.freshness import late_sources
from data.views.indicator_rows import RowPage, newest_rows
from data.views.indicators import Wanted, definition_of, figures_of, split_of
from data.views.measures import TOWN, Place
from data.world import World, utc_now
from layouts.ids import Id
from layouts.leader import LEADER, YEARLY, Shown, leader_parts
from layouts.parts.indicators import (
    Drill,
    SourceRow,
    SplitRow,
    drill_parts,
    drill_refusal,
    indicator_rows,
)

ROWS_SHOWN = 50
PARTS_SHOWN = 30
FLAGS = {
    "withdrawn": "撤回，不计",
    "exempt": "申诉免责，不计",
    "suspended": "挂起，不计",
    "declined": "不予受理，不计",
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
    if module == LEADER:
        return leader_parts(_leader(world, wish))
    if module not in FACTS:
        return indicator_rows(())
    found, zone = figures_of(world, module, _wanted(world, wish), utc_now()), world.town.profile.zone
    return indicator_rows([indicator_row(one, zone) for one in found])


def _leader(world: World, wish: Mapping[str, Any]) -> Shown:
    """Return the leader's page; its links to the modules keep the period and the place."""
    only, is_yearly = str(wish.get("only") or ""), wish.get("compare") == YEARLY
    scope = urlencode({name: str(wish[name]) for name in ("period", "village", "unit") if wish.get(name)})
    known = only if only in FACTS else ""
    return leader_shown(world, _wanted(world, wish), utc_now(), known, is_yearly, scope)


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
        page = newest_rows(world, indicator, wanted, now, ROWS_SHOWN) if may_see else RowPage([], 0, None)
    except CloudError as error:
        return drill_refusal(str(error))
    parts = _parts(world, definition, by, split)
    rows = tuple(_source(row) for row in page.items)
    late = late_words(late_sources(world, definition, now), world.town.profile.zone)
    return drill_parts(Drill(definition.name, definition.definition, by, parts, rows, page.total, late))


def _wanted(world: World, wish: Mapping[str, Any]) -> Wanted:
    kinds = {str(kind): kind for kind in PeriodKind}
    today = utc_now().astimezone(world.town.profile.zone).date()
    return Wanted(kinds.get(str(wish.get("period")), PeriodKind.MONTH), today, _place(world, wish, today))


def _place(world: World, wish: Mapping[str, Any], today: date) -> Place:
    """Return the grids of the village or the unit that is wished for; of one that the town does not have, the whole town."""
    unit, village = str(wish.get("unit") or ""), str(wish.get("village") or "")
    if unit in world.town.unit_names:
        return Place(unit=unit)
    frame = world.grids.current(today).frame
    codes = frozenset(frame.loc[frame["village_code"] == village, "code"]) if village else frozenset()
    return Place(grids=codes) if codes else TOWN


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
            value=number_words(definition, figure.value) or ("样本不足" if figure.sample else "—"),
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
