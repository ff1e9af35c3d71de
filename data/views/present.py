"""Measures of this instant, from the rows: what is open, who is on duty."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
from sqlalchemy import Connection

from data.domain.measures import Totals
from data.views.facts import FACTS
from data.views.measures import FACETS, Place
from data.world import World


def read_present(world: World, connection: Connection, module: str, now: datetime) -> pd.DataFrame:
    """Return the rows of a module's present measures."""
    return FACTS[module].read_present(world, connection, now)


def sum_present(frame: pd.DataFrame, module: str, by: str, place: Place) -> dict[str, Totals]:
    """Return the present measures of a place by grid, unit or category code; the empty code is unknown."""
    frame = within(frame, place)
    if frame.empty:
        return {}
    sums = frame.groupby(FACETS[by])[list(FACTS[module].present)].sum()
    return {str(code): Totals({name: float(v) for name, v in row.items()}) for code, row in sums.iterrows()}


def within(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return the facts of a place."""
    if place.grids is not None:
        frame = frame[frame["grid_code"].isin(place.grids)]
    return frame if place.unit is None else frame[frame["unit_code"] == place.unit]
