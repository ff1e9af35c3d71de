"""Where the demo's cases and people are: a pool of places along roads, in settlements, fields and sites.

Every case is at a place of the pool, so that some places come again and again. Positions are degrees
(EPSG:4490), computed in the metres of the projected CRS.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from data.demo.phrases import PLACE_KINDS
from data.town import Town
from geo.crs import Projector
from geo.locate import GridIndex

POOL = {"road": 3000, "settlement": 5500, "field": 2000, "site": 1500}
ROAD_SPREAD_M = 12.0
SETTLEMENT_SPREAD_M = 110.0
HOUSES_PER_GROUP = 45
HOT_SPOT_EXPONENT = 1.4


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The pool: one array per property; `kind` indexes `PLACE_KINDS`, codes are None where no grid is."""

    lon: np.ndarray
    lat: np.ndarray
    kind: np.ndarray
    weight: np.ndarray
    address: np.ndarray
    comprehensive: np.ndarray
    police: np.ndarray
    professional: np.ndarray
    is_edge: np.ndarray

    def draw(self, rng: np.random.Generator, kinds: np.ndarray) -> np.ndarray:
        """Return for each wanted kind the index of a place, drawn by weight; any place where a kind has none."""
        result = np.empty(len(kinds), dtype=np.int64)
        for kind in range(len(PLACE_KINDS)):
            wanted = np.flatnonzero(kinds == kind)
            among = np.flatnonzero(self.kind == kind)
            among = among if len(among) else np.arange(len(self.kind))
            cumulative = np.cumsum(self.weight[among])
            spots = rng.random(len(wanted)) * cumulative[-1]
            result[wanted] = among[np.searchsorted(cumulative, spots, side="right")]
        return result


def build_places(town: Town, grids: gpd.GeoDataFrame, index: GridIndex, rng: np.random.Generator) -> Places:
    """Return the pool of a town: points that lie in a comprehensive or police grid, with their codes."""
    projector = Projector(town.profile.projected_crs)
    drawn = [
        _along_roads(town, projector, rng),
        _in_settlements(town, grids, projector, rng),
        _in_fields(grids, projector, rng),
        _in_sites(grids, projector, rng),
    ]
    x, y = (np.concatenate([part[axis] for part in drawn]) for axis in (0, 1))
    kind = np.repeat(np.arange(len(drawn)), [len(part[0]) for part in drawn])
    address = np.array([text for part in drawn for text in part[2]], dtype=object)
    lon, lat = (np.round(values, 6) for values in projector.inverse(x, y))
    located = index.locate(lon, lat)
    is_inside = (located.comprehensive != None) | (located.police != None)  # noqa: E711 (elementwise)
    edge = index.is_edge(lon[is_inside], lat[is_inside], town.profile.edge_distance_m)
    keep = np.flatnonzero(is_inside)
    return Places(
        lon=lon[keep],
        lat=lat[keep],
        kind=kind[keep],
        weight=1.0 + rng.pareto(HOT_SPOT_EXPONENT, len(keep)),
        address=address[keep],
        comprehensive=located.comprehensive[keep],
        police=located.police[keep],
        professional=located.professional[keep],
        is_edge=edge,
    )


Drawn = tuple[np.ndarray, np.ndarray, list[str | None]]


@dataclass(frozen=True, slots=True, eq=False)
class Road:
    """A road's name, its kind (motorway, trunk …) and its line in metres."""

    name: str
    kind: str
    line: Any


def road_lines(town: Town, projector: Projector) -> list[Road]:
    """Return the town's roads, one entry per line."""
    found = []
    for feature in town.base_layer("road"):
        for line in shapely.get_parts(shapely.from_geojson(json.dumps(feature["geometry"]))):
            x, y = projector.forward(*shapely.get_coordinates(line).T)
            names = feature["properties"]
            found.append(
                Road(str(names.get("name") or ""), str(names.get("kind") or ""), shapely.linestrings(x, y))
            )
    return found


def _along_roads(town: Town, projector: Projector, rng: np.random.Generator) -> Drawn:
    roads = road_lines(town, projector)
    if not roads:
        return np.empty(0), np.empty(0), []
    lines = np.array([road.line for road in roads], dtype=object)
    lengths = shapely.length(lines)
    which = rng.choice(len(lines), POOL["road"], p=lengths / lengths.sum())
    along = rng.random(len(which)) * lengths[which]
    points = shapely.line_interpolate_point(lines[which], along)
    addresses = [_at_road(roads[w], a) for w, a in zip(which, along, strict=True)]
    shift = rng.normal(0, ROAD_SPREAD_M, (2, len(which)))
    return shapely.get_x(points) + shift[0], shapely.get_y(points) + shift[1], addresses


def _at_road(road: Road, along_m: float) -> str:
    """Nobody lives on a motorway: there, beside it must do."""
    return f"{road.name}旁" if road.kind == "motorway" else f"{road.name}{2 * int(along_m / 20) + 1}号"


def _in_settlements(
    town: Town, grids: gpd.GeoDataFrame, projector: Projector, rng: np.random.Generator
) -> Drawn:
    """Houses stand in groups; a grid has as many of them as its people need."""
    rows = grids[grids["kind"] == "comprehensive"]
    if rows.empty:
        return np.empty(0), np.empty(0), []
    shapes = projected_shapes(rows, projector)
    people = rows["population"].fillna(0).to_numpy(dtype=float) + 200.0
    houses = np.maximum(8, np.round(POOL["settlement"] * people / people.sum())).astype(int)
    names = {village.code: village.short_name or village.name for village in town.villages}
    houses_are = {village.code: "幢" if "社区" in village.name else "组" for village in town.villages}
    codes = rows["village_code"].tolist()
    x, y, addresses = [], [], []
    for shape, count, village in zip(shapes, houses, codes, strict=True):
        groups = max(1, round(count / HOUSES_PER_GROUP * 2))
        gx, gy = _inside(shape, groups, rng)
        which = rng.integers(0, len(gx), count)
        x.append(gx[which] + rng.normal(0, SETTLEMENT_SPREAD_M, count))
        y.append(gy[which] + rng.normal(0, SETTLEMENT_SPREAD_M, count))
        numbers = rng.integers(1, 30, len(gx))[which]
        addresses += [
            f"{names.get(village, '')}{number}{houses_are.get(village, '组')}" for number in numbers
        ]
    return np.concatenate(x), np.concatenate(y), addresses


def _in_fields(grids: gpd.GeoDataFrame, projector: Projector, rng: np.random.Generator) -> Drawn:
    """Anywhere in the tiling grids; such a place has no address but its grid."""
    rows = grids[grids["kind"] == "comprehensive"]
    rows = rows if len(rows) else grids[grids["kind"] == "police"]
    x, y, _ = _scattered(rows, projector, rng, POOL["field"])
    return x, y, [None] * len(x)


def _in_sites(grids: gpd.GeoDataFrame, projector: Projector, rng: np.random.Generator) -> Drawn:
    rows = grids[grids["kind"] == "professional"]
    if rows.empty:
        return np.empty(0), np.empty(0), []
    x, y, which = _scattered(rows, projector, rng, POOL["site"])
    names = rows["name"].tolist()
    return x, y, [names[w] for w in which]


def _scattered(
    rows: gpd.GeoDataFrame, projector: Projector, rng: np.random.Generator, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return points spread over the shapes, more in larger ones, and which shape each lies in."""
    shapes = projected_shapes(rows, projector)
    size = np.sqrt(shapely.area(shapes))
    which = np.sort(rng.choice(len(shapes), count, p=size / size.sum()))
    parts = [
        _inside(shapes[w], int(n), rng) for w, n in zip(*np.unique(which, return_counts=True), strict=True)
    ]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]), which


def _inside(shape: Any, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return `count` random points inside a shape (by rejection)."""
    west, south, east, north = shapely.bounds(shape)
    shapely.prepare(shape)
    x, y = np.empty(0), np.empty(0)
    while len(x) < count:
        tx, ty = rng.uniform(west, east, 2 * count + 8), rng.uniform(south, north, 2 * count + 8)
        is_in = shapely.contains_xy(shape, tx, ty)
        x, y = np.concatenate([x, tx[is_in]]), np.concatenate([y, ty[is_in]])
    return x[:count], y[:count]


def projected_shapes(rows: gpd.GeoDataFrame, projector: Projector) -> np.ndarray:
    """Return the shapes of `rows` (EPSG:4490) in metres."""

    def forward(degrees: np.ndarray) -> np.ndarray:
        return np.column_stack(projector.forward(degrees[:, 0], degrees[:, 1]))

    return shapely.transform(np.asarray(rows.geometry.array, dtype=object), forward)
