"""A click on a grid: its card, the lasting facts from the database and the live ones from the picture."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.errors import CloudError
from data.domain.vocabulary import GridKind
from data.views.grid_card import GridCard, grid_card
from data.world import utc_now
from layouts.ids import Id
from layouts.parts.grid_card import Fact, card_refusal, grid_card_parts


def register(app: Dash, context: Context) -> None:
    """Register the card's callback."""

    @app.callback(Output(Id.GRID_CARD, "children"), Input(Id.PICKED, "data"), prevent_initial_call=True)
    async def show(picked: dict[str, Any] | None) -> list[Component]:
        code = (picked or {}).get("code")
        return await card(context, str(code)) if code else []


async def card(context: Context, code: str) -> list[Component]:
    """Return the children of the card of one grid, or the reason why there is none."""
    today = utc_now().astimezone(context.world.town.profile.zone).date()
    try:
        found = await in_thread(grid_card, context.world, code, today)
    except CloudError as error:
        return card_refusal(str(error))
    return grid_card_parts(found.name, subtitle(found), facts(found, await context.hub.full()))


def subtitle(found: GridCard) -> str:
    """Return kind, village and code in one line."""
    words = (GridKind(found.kind).label, found.village_name, found.code)
    return " · ".join(word for word in words if word)


def facts(found: GridCard, picture: dict[str, Any]) -> list[Fact]:
    """Return the card's lines: lasting facts of the grid, then what the picture says of it now."""
    live = picture["grids"].get(found.code, {"open": None, "on_duty": None, "last_patrol": None})
    figures = picture["figures"]
    as_of = _moment(found.as_of)
    source = f"{found.source_name}（演示）" if found.is_demo else found.source_name
    return [
        Fact("人口", _count(found.population, "人"), source, as_of),
        Fact("户数", _count(found.households, "户"), source, as_of),
        Fact("企业", _count(found.firms, "家"), source, as_of),
        Fact("重点场所", _count(found.key_places, "处"), source, as_of),
        Fact("在办", _count(live["open"], "件"), "案卷库", figures["open"]["as_of"]),
        Fact("在岗", _count(live["on_duty"], "人"), "排班与定位", figures["on_duty"]["as_of"]),
        Fact("最近巡查", "", "巡查记录", live["last_patrol"]),
    ]


def _count(value: int | None, unit: str) -> str:
    return "无数据" if value is None else f"{value:,} {unit}"


def _moment(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
