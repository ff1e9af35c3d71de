"""What residents report and how they judge it (群众诉求): reports, satisfaction of the hotline, places that come back."""

from __future__ import annotations

from dataclasses import dataclass

from data.views.indicators import IndicatorFigure, Wanted, definitions_on, figure_in
from data.views.repeated_places import repeated_place_list
from data.views.sums import Sums

REPORTED = "reported_cases"
SATISFIED = "hotline_satisfaction"
EVERY = 10_000


@dataclass(frozen=True, slots=True)
class Residents:
    """The two figures, None where the town does not define them; places by the cases of the last thirty days.

    `repeated` is None for one unit: a place belongs to none.
    """

    reported: IndicatorFigure | None
    satisfied: IndicatorFigure | None
    repeated: int | None


def residents_in(sums: Sums, wanted: Wanted) -> Residents:
    """Return what residents say in a period and a place."""
    world = sums.world
    modules = sorted({one.module for one in world.town.indicators if one.id in (REPORTED, SATISFIED)})
    known = {one.id: one for module in modules for one in definitions_on(world.town, module, wanted.day)}
    figures = {name: figure_in(sums, known[name], wanted) for name in (REPORTED, SATISFIED) if name in known}
    return Residents(figures.get(REPORTED), figures.get(SATISFIED), _repeated(sums, wanted))


def _repeated(sums: Sums, wanted: Wanted) -> int | None:
    grids = wanted.place.grids
    if wanted.place.unit is not None:
        return None
    places = repeated_place_list(sums.world, sums.now, most=EVERY)
    return sum(grids is None or place.comprehensive in grids for place in places)
