"""An indicator month by month, as the engine tells it, for a board."""

from __future__ import annotations

from datetime import datetime

from data.domain.board import Columns
from data.domain.periods import PeriodKind
from data.views.indicators import Wanted, definitions_on, split_of
from data.views.modules.view import today_of
from data.world import World


def monthly(world: World, now: datetime, indicator: str, title: str) -> tuple[Columns, ...]:
    """Return the last twelve months and the running one up to today; nothing where the town does not define it."""
    today = today_of(world, now)
    modules = {one.module for one in world.town.indicators if one.id == indicator}
    known = [one for module in modules for one in definitions_on(world.town, module, today)]
    definition = next((one for one in known if one.id == indicator), None)
    if definition is None:
        return ()
    found = split_of(world, indicator, "month", Wanted(PeriodKind.MONTH, today), now)
    target = definition.targets.get(str(PeriodKind.MONTH))
    columns = Columns(
        title,
        tuple(f"{int(month[5:])}月" for month, _figure in found),
        tuple(figure.value for _month, figure in found),
        definition.unit,
        tuple(target for _ in found) if target is not None else (),
        definition.definition,
        definition.decimals,
    )
    return (columns,)
