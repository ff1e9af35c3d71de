"""The map's polygons for the pages, drawn once per set of grids; and the functions that live in the browser."""

from __future__ import annotations

import threading
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output

from data.views.geometry import town_geometry
from data.world import World, utc_now
from layouts.ids import Id


class TownMap:
    """Gives a town's geometry; computes it again only when its grids changed. Safe between threads."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._known: tuple[Any, dict[str, Any]] | None = None

    def geometry(self) -> dict[str, Any]:
        """Return the geometry of the grids valid today (see `data.views.geometry`)."""
        today = utc_now().astimezone(self._world.town.profile.zone).date()
        grids = self._world.grids.current(today)
        with self._lock:
            if self._known is None or self._known[0] is not grids:
                self._known = (grids, town_geometry(self._world.town, grids))
            return self._known[1]


# What the browser does by itself: function, what starts it, what it writes.
IN_THE_BROWSER = (
    ("receive", Input(Id.FEED, "data"), None),
    ("know", Input(Id.DIRECTORY, "data"), None),
    ("newCase", Input(Id.NEW_CASE_ANSWER, "data"), None),
    ("alarms", Input(Id.ALARM_ANSWER, "data"), None),
    ("seated", Input(Id.DESK_SEAT, "data"), None),
    ("drawn", Input(Id.DESK_DRAWER, "children"), None),
    ("settle", Input(Id.DESK_OUTCOMES, "data"), None),
    ("batch", Input(Id.DESK_BATCH, "data"), None),
    ("views", Input(Id.DESK_VIEWS, "data"), None),
    ("layers", (Input(Id.LAYERS, "data"), Input(Id.LAYER_BASE, "data")), None),
    ("figure", Input(Id.MAP_BASE, "data"), Output(Id.MAP, "figure")),
)


def register(app: Dash) -> None:
    """Register the functions of `layouts/assets/entry.js`."""
    for name, start, output in IN_THE_BROWSER:
        function = ClientsideFunction(namespace="cloud", function_name=name)
        app.clientside_callback(
            function, *([output] if output else []), *(start if isinstance(start, tuple) else (start,))
        )
