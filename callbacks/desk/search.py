"""The search of the desk: cases, addresses, enterprises and grids."""

from __future__ import annotations

from datetime import datetime

from dash import Dash, Input, Output
from dash.development.base_component import Component

from callbacks.actors import current_actor
from callbacks.context import Context
from callbacks.threads import in_thread
from data.domain.people import Actor
from data.views.desk_search import search_cases, search_places
from data.views.gazetteer import GazetteerBook
from data.world import World, utc_now
from layouts.desk.found import found_list
from layouts.ids import Id

LONGEST = 60


def register(app: Dash, context: Context) -> None:
    """Register the search's callback."""
    book = GazetteerBook(context.world)

    @app.callback(Output(Id.DESK_FOUND, "children"), Input(Id.DESK_SEARCH, "data"), prevent_initial_call=True)
    async def search(text: str | None) -> list[Component]:
        if not text:
            return []
        return await in_thread(found, context.world, book, str(text)[:LONGEST], current_actor(), utc_now())


def found(world: World, book: GazetteerBook, text: str, actor: Actor, now: datetime) -> list[Component]:
    """Return what was found, as rows that can be chosen."""
    today = now.astimezone(world.town.profile.zone).date()
    cases = search_cases(world, text, actor, now)
    places = search_places(world, book.current(today), world.grids.current(today), text)
    return found_list(text, cases, places)
