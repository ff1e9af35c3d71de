"""Where rows lie: coordinates into EPSG:4490, grids valid on the day, and how far a place can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, select

from data.domain.vocabulary import LocationGrade
from data.store.tables import grids
from data.store.unit_of_work import Store
from data.town import Profile
from geo.crs import STORAGE_CRS, Projector, to_storage
from geo.errors import GeoError
from geo.locate import GridIndex

CODES = ("comprehensive_code", "police_code", "professional_code")


@dataclass(slots=True)
class GridHistory:
    """The grids of all times: a case is located in those that were valid when it happened.

    What happened before the first known boundary is located in the first one. Each period between two
    changes of a boundary has its own index, built when it is first asked for.
    """

    frame: gpd.GeoDataFrame
    projected_crs: str
    _built: dict[int, GridIndex] = field(default_factory=dict)

    @classmethod
    def read(cls, store: Store, projected_crs: str) -> GridHistory:
        """Read every version of every grid."""
        with store.read() as connection:
            return cls(_read(connection), projected_crs)

    @property
    def is_empty(self) -> bool:
        """Whether the database has no grid at all."""
        return self.frame.empty

    def periods(self, days: np.ndarray) -> np.ndarray:
        """Return the number of the period that each day (datetime64[D]) lies in."""
        return np.maximum(np.searchsorted(self._cuts(), days, side="right") - 1, 0)

    def index(self, period: int) -> GridIndex:
        """Return the index of the grids valid in a period."""
        if period not in self._built:
            start = self._cuts()[period]
            begins, ends = self.frame["valid_from"].to_numpy(), self.frame["valid_to"].to_numpy()
            valid = (begins <= start) & (np.isnat(ends) | (ends > start))
            self._built[period] = GridIndex.build(self.frame[valid], self.projected_crs)
        return self._built[period]

    def _cuts(self) -> np.ndarray:
        both = np.concatenate([self.frame["valid_from"].to_numpy(), self.frame["valid_to"].to_numpy()])
        return np.unique(both[~np.isnat(both)])


def _read(connection: Connection) -> gpd.GeoDataFrame:
    columns = (grids.c.code, grids.c.kind, grids.c.valid_from, grids.c.valid_to, grids.c.geometry)
    rows = pd.DataFrame(connection.execute(select(*columns)).all(), columns=[c.name for c in columns])
    for name in ("valid_from", "valid_to"):
        rows[name] = pd.Series(_days(rows[name]), index=rows.index, dtype="datetime64[s]")
    geometry = shapely.from_wkb(rows.pop("geometry").to_numpy(dtype=object))
    return gpd.GeoDataFrame(rows, geometry=geometry, crs=STORAGE_CRS)


def _days(values: Any) -> list[date | None]:
    return [value if isinstance(value, date) else None for value in values]


@dataclass(frozen=True, slots=True)
class Locator:
    """Places the rows of one source; `crs` is that of the source."""

    profile: Profile
    crs: str
    history: GridHistory

    def place(self, lon: pd.Series, lat: pd.Series, happened: pd.Series) -> pd.DataFrame:
        """Return lon, lat (EPSG:4490), grid codes, grade, `is_edge` and `is_lost` (has no valid coordinates).

        `happened` are aware instants. A point in no grid has grade none and keeps its coordinates; one
        at a default point of the town is located and has grade D.
        """
        index = lon.index
        x, y = self._stored(lon.to_numpy(dtype="float64"), lat.to_numpy(dtype="float64"))
        has_place = np.isfinite(x)
        local_days = happened.dt.tz_convert(self.profile.zone).dt.tz_localize(None).to_numpy()
        found = self._located(x, y, local_days.astype("datetime64[D]"))
        is_inside = has_place & np.logical_or.reduce([found[name] != None for name in CODES])  # noqa: E711
        grade = np.where(is_inside, str(LocationGrade.A), str(LocationGrade.NONE)).astype(object)
        grade[is_inside & self._is_default(x, y)] = str(LocationGrade.D)
        is_lost = lon.notna().to_numpy() & ~has_place
        columns = {"lon": x, "lat": y, **found, "location_grade": grade, "is_lost": is_lost}
        return pd.DataFrame(columns, index=index, copy=False)

    def _stored(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Convert what can be converted; the rest becomes NaN."""
        x, y = np.full(lon.shape, np.nan), np.full(lon.shape, np.nan)
        given = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        pieces = [given]
        while pieces:
            piece = pieces.pop()
            if not piece.size:
                continue
            try:
                x[piece], y[piece] = to_storage(lon[piece], lat[piece], self.crs)
            except GeoError:
                if piece.size > 1:
                    pieces += [piece[: piece.size // 2], piece[piece.size // 2 :]]
        return x, y

    def _located(self, x: np.ndarray, y: np.ndarray, days: np.ndarray) -> dict[str, np.ndarray]:
        """Ask the index of each period, each distinct point once: real files repeat their places."""
        codes = {name: np.full(x.shape, None, dtype=object) for name in CODES}
        is_edge = np.zeros(x.shape, dtype=bool)
        given = np.flatnonzero(np.isfinite(x))
        periods = self.history.periods(days[given])
        for period in np.unique(periods):
            rows = given[periods == period]
            points, back = np.unique(x[rows] + 1j * y[rows], return_inverse=True)
            index = self.history.index(int(period))
            found = index.locate(points.real, points.imag)
            for name, values in zip(
                CODES, (found.comprehensive, found.police, found.professional), strict=True
            ):
                codes[name][rows] = values[back]
            is_edge[rows] = index.is_edge(points.real, points.imag, self.profile.edge_distance_m)[back]
        return {**codes, "is_edge": is_edge}

    def _is_default(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Whether points lie within the radius of one of the town's default points, in projected metres."""
        result = np.zeros(x.shape, dtype=bool)
        projector = Projector(self.profile.projected_crs)
        for point in self.profile.default_points:
            centre_x, centre_y = projector.forward([point.lon], [point.lat])
            east, north = projector.forward(x, y)
            result |= np.hypot(east - centre_x[0], north - centre_y[0]) <= point.radius_m
        return result
