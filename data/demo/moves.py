"""How the demo's people move: up and down the roads of their grid, as a pure function of time.

Nobody's position needs remembering: the same instant gives the same place in every process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from data.demo.places import Places, projected_shapes, road_lines
from data.demo.roster import Person
from data.town import Town
from geo.crs import Projector

SPEED_M_PER_S = {"grid_member": 1.6, "police": 5.0, "auxiliary": 3.0, "site": 1.0, "bureau": 0.0}
SHORTEST_BEAT_M = 250.0
STOPS_PER_BEAT = 6
SIDE_STEP_M = 14.0
GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """The line (metres) that people of each grid walk; `home` is where those without a grid are."""

    lines: dict[str, Any]
    home: Any
    projector: Projector

    def positions(
        self, people: Sequence[tuple[Person, str | None]], seconds: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return longitude and latitude (EPSG:4490) of each person at his grid, `seconds` since 1970."""
        if not people:
            return np.empty(0), np.empty(0)
        lines = np.array([self.lines.get(code or "", self.home) for _, code in people], dtype=object)
        number = np.array([person.number for person, _ in people])
        speed = np.array([SPEED_M_PER_S.get(person.role, 1.0) for person, _ in people])
        length = shapely.length(lines)
        phase = (number * GOLDEN) % 1.0
        round_trip = np.maximum(2 * length, 1.0)
        travelled = (speed * seconds + phase * round_trip) % round_trip
        points = shapely.line_interpolate_point(lines, np.minimum(travelled, round_trip - travelled))
        turn = 2 * np.pi * ((number * GOLDEN * 7) % 1.0)
        lon, lat = self.projector.inverse(
            shapely.get_x(points) + SIDE_STEP_M * np.cos(turn),
            shapely.get_y(points) + SIDE_STEP_M * np.sin(turn),
        )
        return np.round(lon, 6), np.round(lat, 6)


def build_beats(town: Town, grids: gpd.GeoDataFrame, places: Places) -> Beats:
    """Return for each grid its longest stretch of road, or a walk past some of its places."""
    projector = Projector(town.profile.projected_crs)
    roads = shapely.union_all([road.line for road in road_lines(town, projector)])
    shapes = projected_shapes(grids, projector)
    stretches = shapely.intersection(shapes, roads)
    x, y = projector.forward(places.lon, places.lat)
    points = np.column_stack([x, y])
    lines = {}
    for code, kind, shape, stretch in zip(grids["code"], grids["kind"], shapes, stretches, strict=True):
        held = points[getattr(places, kind) == code]
        lines[code] = _road_of(stretch) or _walk(held, shape)
    home_x, home_y = projector.forward([town.profile.centre_lon], [town.profile.centre_lat])
    step = 30.0
    home = shapely.linestrings([[home_x[0], home_y[0]], [home_x[0] + step, home_y[0] + step]])
    return Beats(lines, home, projector)


def _road_of(stretch: Any) -> Any:
    """Return the longest stretch of road, None where it is too short to walk."""
    merged = shapely.line_merge(stretch)
    pieces = [piece for piece in shapely.get_parts(merged) if piece.geom_type == "LineString"]
    longest = max(pieces, key=lambda piece: piece.length, default=None)
    return longest if longest is not None and longest.length >= SHORTEST_BEAT_M else None


def _walk(held: np.ndarray, shape: Any) -> Any:
    """Join some places of the grid from west to east; a grid without places is crossed at its middle."""
    if len(held) < 2:
        middle = shapely.point_on_surface(shape)
        return shapely.linestrings([[middle.x, middle.y], [middle.x + 1, middle.y]])
    order = np.argsort(held[:, 0])
    stops = order[np.linspace(0, len(order) - 1, min(STOPS_PER_BEAT, len(order))).astype(int)]
    return shapely.linestrings(held[stops])
