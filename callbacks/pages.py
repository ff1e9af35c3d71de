"""From address to page: the shell stands, its container gets the page that the address names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks import (
    alarms,
    assessment_appeal,
    boards,
    exemption,
    grid_card,
    grid_change,
    indicators,
    map,
    mechanisms,
    new_case,
    observers,
    records,
)
from callbacks.actors import acting_or_none, current_actor
from callbacks.context import Context
from callbacks.desk import batch, drawer, press, search, seat, views
from callbacks.rights import PAGES as RIGHTS
from callbacks.threads import in_thread
from data.domain.people import Actor
from data.domain.rights import may
from data.modules import MODULES
from data.world import World
from layouts.brand import Brand
from layouts.desk.page import desk_page
from layouts.directory import directory
from layouts.ids import Id
from layouts.leader import leader_page
from layouts.map import Geometry
from layouts.missing import missing_page, shut_page
from layouts.modules import MODULE_PAGES
from layouts.parts.exemption import NOBODY, exemption_answer, exemption_form
from layouts.parts.records import records_part
from layouts.shell import shell
from layouts.situation import situation_page
from layouts.wall import wall_page

Page = Callable[[Geometry], Component]
PAGES: dict[str, Page] = {
    "/": situation_page,
    "/wall": wall_page,
    "/desk": desk_page,
    "/leader": leader_page,
    **{module.path: MODULE_PAGES[module.key] for module in MODULES},
}

PARTS = (
    grid_card,
    grid_change,
    assessment_appeal,
    exemption,
    mechanisms,
    new_case,
    alarms,
    indicators,
    boards,
    observers,
    records,
)
SEATED = (seat, drawer, press, batch, search, views)


def register(app: Dash, context: Context) -> None:
    """Register the shell, the pages, and what the browser does on them."""
    brand = brand_of(context.world)
    town_map = map.TownMap(context.world)
    app.validation_layout = validation_layout(brand)
    app.layout = lambda: shell(brand, acting_or_none())

    @app.callback(Output(Id.PAGE, "children"), Input(Id.LOCATION, "pathname"))
    async def turn(path: str | None) -> Component:
        return (
            no_update if path is None else page_at(path, await in_thread(town_map.geometry), current_actor())
        )

    @app.callback(Output(Id.DIRECTORY, "data"), Input(Id.LOCATION, "pathname"), State(Id.DIRECTORY, "data"))
    async def name(path: str | None, known: dict[str, Any] | None) -> dict[str, Any]:
        if path is None or known:
            return no_update
        town = context.world.town
        units = {unit.code: unit.name for unit in town.units if unit.kind != "village"}
        return directory(brand, await in_thread(town_map.geometry), majors_of(context.world), units)

    map.register(app)
    for part in PARTS:
        part.register(app, context)
    for seated in SEATED:
        seated.register(app, context)


def page_at(path: str, geometry: Geometry, actor: Actor) -> Component:
    """Return the page of an address; an unknown one says so, and one that the actor may not see does too."""
    known = path.rstrip("/") or "/"
    page = PAGES.get(known)
    if page is None:
        return missing_page(path)
    right = RIGHTS.get(known)
    return page(geometry) if right is not None and may(actor, right) else shut_page(actor.role.label)


def brand_of(world: World) -> Brand:
    """Return what pages know of a town."""
    profile = world.town.profile
    return Brand(
        platform_name=profile.platform_name,
        centre_name=profile.centre_name,
        town_name=profile.name,
        time_zone=profile.time_zone,
        is_demo=profile.is_demo,
        viewing_distance_m=profile.viewing_distance_m,
        wall_height_m=profile.wall_height_m,
    )


def majors_of(world: World) -> dict[str, str]:
    """Return the names of a town's major categories by their two digits, in the order of the digits."""
    rows = sorted(world.town.categories, key=lambda row: row.code)
    return {row.major: row.major_name for row in rows}


def validation_layout(brand: Brand) -> list[Component]:
    """Return every page at once, without a town, so that Dash knows all ids."""
    pages = [page(NO_GEOMETRY) for page in PAGES.values()]
    return [
        shell(brand),
        *pages,
        *records_part((), "", ()),
        *exemption_form((), (), answer=exemption_answer(NOBODY)),
    ]


NO_GEOMETRY: Geometry = {
    "bounds": [0.0, 0.0, 1.0, 1.0],
    **{name: [] for name in ("outline", "grids", "villages", "roads", "rivers", "places")},
}
