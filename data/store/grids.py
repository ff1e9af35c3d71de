"""The grids valid today as one GeoDataFrame and one index, read again only when grids changed."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Connection, func, or_, select

from data.store.tables import changes, grids, loads
from data.store.unit_of_work import Store
from geo.crs import STORAGE_CRS
from geo.locate import GridIndex

DAYS_KEPT = 4
GRID_COLUMNS = (
    grids.c.code,
    grids.c.kind,
    grids.c.name,
    grids.c.village_code,
    grids.c.geometry,
    grids.c.valid_from,
    grids.c.population,
    grids.c.households,
    grids.c.firms,
    grids.c.key_places,
    grids.c.load_id,
    grids.c.is_demo,
)

STAMPED = (
    *("code", "kind", "name", "village_code", "valid_from"),
    *("population", "households", "firms", "key_places"),
)


@dataclass(frozen=True, slots=True)
class GridSet:
    """The grids valid on a day (EPSG:4490), their index, and the change that they are as of.

    `stamp` names what a page draws of them: two sets that look alike have the same one, on whatever day.
    """

    frame: gpd.GeoDataFrame
    index: GridIndex
    change: int
    on: date
    stamp: str


class GridBook:
    """Gives the `GridSet` of a day; keeps the last few for as long as no grid changed."""

    def __init__(self, store: Store, projected_crs: str) -> None:
        self._store = store
        self._projected_crs = projected_crs
        self._lock = threading.Lock()
        self._known: dict[date, GridSet] = {}

    def current(self, on: date) -> GridSet:
        """Return the grids valid on `on`, a date in the town's zone."""
        with self._lock, self._store.read() as connection:
            change = last_grid_change(connection)
            self._known = {day: known for day, known in self._known.items() if known.change == change}
            if on not in self._known:
                if len(self._known) >= DAYS_KEPT:
                    self._known.pop(min(self._known))
                frame = read_grids(connection, on)
                self._known[on] = GridSet(
                    frame, GridIndex.build(frame, self._projected_crs), change, on, stamp_of(frame)
                )
            return self._known[on]


def read_grids(connection: Connection, on: date) -> gpd.GeoDataFrame:
    """Return the grids valid on a day, by kind and code; EPSG:4490. Grids of unpublished loads are left out."""
    staging = select(loads.c.id).where(loads.c.status == "staging")
    query = (
        select(*GRID_COLUMNS)
        .where(grids.c.valid_from <= on, or_(grids.c.valid_to.is_(None), grids.c.valid_to > on))
        .where(or_(grids.c.load_id.is_(None), grids.c.load_id.not_in(staging)))
        .order_by(grids.c.kind, grids.c.code)
    )
    rows = pd.DataFrame(connection.execute(query).all(), columns=[column.name for column in GRID_COLUMNS])
    geometry = shapely.from_wkb(rows.pop("geometry").to_numpy(dtype=object))
    return gpd.GeoDataFrame(rows, geometry=geometry, crs=STORAGE_CRS)


def stamp_of(frame: gpd.GeoDataFrame) -> str:
    """Return a short hash of grids: code, first day, boundary, and the words and figures beside it."""
    digest = hashlib.blake2s(digest_size=8)
    for row in frame[list(STAMPED)].itertuples(index=False):
        digest.update(repr(tuple(None if pd.isna(value) else str(value) for value in row)).encode())
    for shape in shapely.to_wkb(frame.geometry.to_numpy()):
        digest.update(shape)
    return digest.hexdigest()


def last_grid_change(connection: Connection) -> int:
    """Return the number of the newest change of grids, 0 before the first."""
    query = select(func.coalesce(func.max(changes.c.id), 0)).where(changes.c.topic == "grids")
    return int(connection.execute(query).scalar_one())
