"""What a module says of itself beside its indicators: a board and layers of the map."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.domain.board import Board, Layer, Spot
from data.domain.people import Actor
from data.domain.rights import Right, may
from data.views.lens import Lens
from data.world import World

BOUND = re.compile(r"（(近|约|超过)）$")
"""How a name in `published.csv` says that its value is a bound."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, at which instant, and what was picked on the page (a code from the browser, "" for nothing)."""

    actor: Actor
    now: datetime
    pick: str = ""

    @property
    def may_see_rows(self) -> bool:
        """Whether single records may be shown: names, numbers, places."""
        return may(self.actor, Right.SEE_DESK)

    def may_see_unit(self, unit: str) -> bool:
        """Whether the score of a unit may be opened: by the centre, and by the unit's own handler."""
        is_own = self.actor.unit_code == unit and may(self.actor, Right.SEE_SCORE)
        return self.may_see_rows or is_own


@dataclass(frozen=True, slots=True)
class ModuleView:
    """The two readings of a module: `board` for the page, `layers` for its map. Neither writes."""

    board: Callable[[World, Asked], Board]
    layers: Callable[[World, Asked], Sequence[Layer]]


def no_board(_world: World, _asked: Asked) -> Board:
    """Return an empty board."""
    return Board(())


def no_layers(_world: World, _asked: Asked) -> Sequence[Layer]:
    """Return no layer."""
    return ()


def today_of(world: World, now: datetime) -> date:
    """Return the town's day."""
    return now.astimezone(world.town.profile.zone).date()


def published_note(world: World, key: str) -> str:
    """Return what the town itself published of a figure, with its citation; "" where it published nothing."""
    figure = next((row for row in world.town.published if row.key == key), None)
    if figure is None:
        return ""
    bound = BOUND.search(figure.name)
    return f"{figure.citation}{bound[1] if bound else ''} {figure.value:,.10g} {figure.unit}"


Located = tuple[float, float, str, str, str]
"""Longitude, latitude (EPSG:4490), name, kind and pick of something on the map."""


def spots_of(world: World, now: datetime, rows: Sequence[Located]) -> tuple[Spot, ...]:
    """Return points in metres from the town's centre."""
    lens = Lens.build(world.town, world.grids.current(today_of(world, now)))
    places = lens.relative([row[0] for row in rows], [row[1] for row in rows])
    return tuple(
        Spot(x, y, name, kind, pick)
        for (x, y), (_lon, _lat, name, kind, pick) in zip(places, rows, strict=True)
        if x is not None and y is not None
    )
