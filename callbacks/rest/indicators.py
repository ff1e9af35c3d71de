"""GET /indicators: figures of a module, one indicator split, and the rows behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import InvalidInput
from data.domain.periods import PeriodKind
from data.views.facet_names import names_of
from data.views.facts import FACTS
from data.views.indicator_json import figure_json
from data.views.indicator_rows import MOST, rows_of
from data.views.indicators import Wanted, definition_of, figures_of, split_of, told_of
from data.views.measures import Place
from data.world import World, utc_now

Code = Annotated[str | None, Query(max_length=32)]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a caller may say of period and place; nothing said is the running month of the whole town."""

    period: Annotated[PeriodKind, Query(description="时段：日、周、月、季、年")] = PeriodKind.MONTH
    day: Annotated[date | None, Query(description="时段里的一天，省略即今天")] = None
    village: Code = None
    grid: Code = None
    unit: Code = None


Asked = Annotated[Narrowing, Depends()]


def router(context: Context) -> APIRouter:
    """Return the routes of indicators; figures alone, residents appear in none of them."""
    routes = APIRouter(prefix="/api/v1", tags=["指标"])
    world = context.world

    @routes.get(
        "/indicators", summary="一个模块的指标：值、目标、同比、环比、样本与口径版本；age 为距今分钟数"
    )
    async def indicators(module: Annotated[str, Query(max_length=32)], asked: Asked) -> dict[str, Any]:
        return await in_thread(module_answer, world, module, asked, utc_now())

    @routes.get("/indicators/{indicator}", summary="一个指标按网格、村社区、单位、类别或月份拆分")
    async def split(indicator: str, by: Annotated[str, Query(max_length=16)], asked: Asked) -> dict[str, Any]:
        return await in_thread(split_answer, world, indicator, by, asked, utc_now())

    @routes.get("/indicators/{indicator}/rows", summary="指标背后的行，含列出而不计的豁免与挂起")
    async def rows(
        indicator: str,
        asked: Asked,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    ) -> dict[str, Any]:
        return await in_thread(rows_answer, world, indicator, asked, utc_now(), offset, limit)

    return routes


def wanted_of(world: World, asked: Narrowing, now: datetime) -> Wanted:
    """Return what is asked for; raise `InvalidInput` for a day to come or a place that the town does not have."""
    today = now.astimezone(world.town.profile.zone).date()
    day = asked.day or today
    if day > today:
        raise InvalidInput(f"{day} 还没有到", field="day", value=day.isoformat(), cure="请填今天或以前的日期")
    return Wanted(asked.period, day, _place(world, asked, day))


def _place(world: World, asked: Narrowing, day: date) -> Place:
    frame = world.grids.current(day).frame
    for field, column, value in (
        ("grid", "code", asked.grid),
        ("village", "village_code", asked.village),
    ):
        if value is not None:
            grids = _known(frozenset(frame.loc[frame[column] == value, "code"]), field, value)
            return Place(grids=grids | {value})  # what is known by its village alone stands under its code
    return Place() if asked.unit is None else Place(unit=asked.unit)


def _known(codes: frozenset[str], field: str, value: str) -> frozenset[str]:
    if not codes:
        raise InvalidInput(
            f"没有编码为“{value}”的范围", field=field, value=value, cure="请核对编码，见 /api/v1/grids"
        )
    return codes


def module_answer(world: World, module: str, asked: Narrowing, now: datetime) -> dict[str, Any]:
    """Return the figures of a module as plain JSON; raise `InvalidInput` for a module without indicators."""
    if module not in FACTS:
        raise InvalidInput(
            f"没有模块“{module}”的指标", field="module", value=module, cure=f"可选：{'、'.join(FACTS)}"
        )
    wanted = wanted_of(world, asked, now)
    found = figures_of(world, module, wanted, now)
    return _head(world, wanted) | {"module": module, "items": [figure_json(one, now) for one in found]}


def split_answer(world: World, indicator: str, by: str, asked: Narrowing, now: datetime) -> dict[str, Any]:
    """Return one indicator by a facet as plain JSON."""
    wanted = wanted_of(world, asked, now)
    definition = definition_of(world.town, indicator, wanted.day)
    found = split_of(world, indicator, by, wanted, now)
    names = names_of(world, definition.module, by, now)
    items = [
        {
            "code": code,
            "name": names.get(code),
            "value": one.value,
            "sample": one.sample,
            "exempted": one.exempted,
            "lack": one.lack,
        }
        for code, one in found
    ]
    known = {
        "id": definition.id,
        "name": definition.name,
        "unit": definition.unit,
        "version": definition.version,
    }
    return _head(world, told_of(world, indicator, wanted, now)) | known | {"by": by, "items": items}


def rows_answer(
    world: World, indicator: str, asked: Narrowing, now: datetime, offset: int, limit: int
) -> dict[str, Any]:
    """Return a page of the rows behind a figure as plain JSON."""
    wanted = wanted_of(world, asked, now)
    page = rows_of(world, indicator, wanted, now, offset, limit)
    head = _head(world, told_of(world, indicator, wanted, now))
    return head | {"items": page.items, "total": page.total, "next_offset": page.next_offset}


def _head(world: World, wanted: Wanted) -> dict[str, Any]:
    period = wanted.period
    return {
        "period": period.kind,
        "begin": period.begin.isoformat(),
        "end": period.end.isoformat(),
        "is_demo": world.town.profile.is_demo,
    }
