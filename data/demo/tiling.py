"""Organic tilings that share every edge exactly: relaxed seeds, Voronoi arcs made uneven, faces polygonized.

Everything happens in a plane of metres that is affine to longitude and latitude, so that a straight
border stays straight; coordinates are rounded to 1e-7 degrees once, per arc, and never again.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPoint, Polygon

DECIMALS = 7
METRES_PER_DEGREE = 111_195.0
SAMPLE_STEP_M = 60.0
VERTEX_STEP_M = 110.0
UNEVENNESS = 0.07

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane of metres around one point; affine to longitude and latitude."""

    lon: float
    lat: float

    @property
    def scale(self) -> Points:
        """Metres per degree, east and north."""
        return np.array([METRES_PER_DEGREE * math.cos(math.radians(self.lat)), METRES_PER_DEGREE])

    def to_metres(self, lonlat: Points) -> Points:
        """Turn (n, 2) degrees into metres."""
        metres: Points = (np.asarray(lonlat, float) - [self.lon, self.lat]) * self.scale
        return metres

    def to_degrees(self, metres: Points) -> Points:
        """Turn (n, 2) metres into degrees rounded to the stored precision."""
        return np.asarray(np.round(np.asarray(metres, float) / self.scale + [self.lon, self.lat], DECIMALS))


def sample_inside(outline: Polygon) -> Points:
    """Return a regular lattice of points inside a polygon in metres, shape (n, 2)."""
    left, low, right, high = outline.bounds
    xs, ys = np.meshgrid(np.arange(left, right, SAMPLE_STEP_M), np.arange(low, high, SAMPLE_STEP_M))
    inside = shapely.contains_xy(outline, xs.ravel(), ys.ravel())
    points: Points = np.column_stack([xs.ravel(), ys.ravel()])[inside]
    return points


def balance(samples: Points, anchors: Points, areas: Points, rounds: int = 150) -> NDArray[np.int64]:
    """Assign samples to anchors in a power diagram whose cells have the wanted shares of the area.

    The seeds drift from their anchors towards the centres of their cells, at most half the way.
    """
    seeds, weights = anchors.copy(), np.zeros(len(anchors))
    wanted = areas / areas.sum()
    owner = np.zeros(len(samples), np.int64)
    for _ in range(rounds):
        squared = ((samples[:, None, :] - seeds[None]) ** 2).sum(axis=2)
        owner = (squared - weights).argmin(axis=1)
        shares = np.bincount(owner, minlength=len(seeds)) / len(samples)
        weights += 1.5e6 * (wanted - shares) / wanted
        seeds = (anchors + _centres(samples, owner, seeds)) / 2
    return owner


def relax(samples: Points, count: int, random: Random, rounds: int = 40) -> Points:
    """Return `count` seeds spread evenly over the samples (Lloyd's method), ordered west to east."""
    seeds = samples[random.sample(range(len(samples)), count)]
    for _ in range(rounds):
        owner = ((samples[:, None, :] - seeds[None]) ** 2).sum(axis=2).argmin(axis=1)
        seeds = _centres(samples, owner, seeds)
    return seeds[np.lexsort((seeds[:, 1], seeds[:, 0]))]


def tile(outline: Polygon, seeds: Points, plane: Plane, key: str) -> list[Polygon]:
    """Cut an outline (degrees) into one polygon (degrees) per seed (metres); neighbours share vertices.

    Raises `ValueError` where the outline's bays would cut a cell in two: move the seeds then.
    """
    ring = np.round(np.asarray(outline.exterior.coords)[:-1], DECIMALS)
    border = plane.to_metres(ring)
    arcs = [_uneven(arc, key) for arc in _inner_arcs(Polygon(border), border, seeds)]
    lines = [LineString(_exact_ends(plane.to_degrees(arc), ring)) for arc in arcs]
    faces = list(shapely.polygonize([*_split_ring(ring, lines), *lines]).geoms)
    return _one_face_each(faces, seeds, plane)


def _centres(samples: Points, owner: NDArray[np.int64], seeds: Points) -> Points:
    """Return the centre of each owner's samples; an owner of none stays where it is."""
    counts = np.bincount(owner, minlength=len(seeds))[:, None]
    sums = np.column_stack(
        [np.bincount(owner, weights=samples[:, axis], minlength=len(seeds)) for axis in (0, 1)]
    )
    return np.where(counts > 0, sums / np.maximum(counts, 1), seeds)


def _inner_arcs(outline: Polygon, border: Points, seeds: Points) -> list[Points]:
    """Return the Voronoi edges inside the outline, ends on the border moved to its nearest vertex."""
    edges = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=outline, only_edges=True)
    pieces = shapely.get_parts(shapely.intersection(shapely.get_parts(edges), outline))
    arcs = []
    for piece in pieces:
        if piece.geom_type == "LineString" and piece.length > 0:
            ends = np.asarray(piece.coords)[[0, -1]]
            arcs.append(np.array([_to_border(end, outline, border) for end in ends]))
    return [arc for arc in arcs if not np.array_equal(arc[0], arc[1])]


def _to_border(end: Points, outline: Polygon, border: Points) -> Points:
    """Move an end that lies on the outline to the nearest vertex of the border."""
    if outline.exterior.distance(shapely.Point(end)) > 1e-3:
        return end
    nearest: Points = border[((border - end) ** 2).sum(axis=1).argmin()]
    return nearest


def _uneven(arc: Points, key: str) -> Points:
    """Make a straight arc uneven by moving midpoints sideways, finer and finer; ends stay."""
    start, end = sorted(arc.tolist())
    name = f"{key}:{start[0]:.2f},{start[1]:.2f},{end[0]:.2f},{end[1]:.2f}"
    random = Random(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"))
    points = [np.array(start), np.array(end)]
    while math.dist(points[0], points[1]) > VERTEX_STEP_M:
        refined = [points[0]]
        for left, right in pairwise(points):
            step = right - left
            side = np.array([-step[1], step[0]]) * random.uniform(-UNEVENNESS, UNEVENNESS)
            refined += [(left + right) / 2 + side, right]
        points = refined
    return np.array(points)


def _exact_ends(degrees: Points, ring: Points) -> Points:
    """Give ends that stand on a vertex of the ring exactly that vertex."""
    for index in (0, -1):
        gaps = np.abs(ring - degrees[index]).max(axis=1)
        if gaps.min() < 1.5 * 10**-DECIMALS:
            degrees[index] = ring[gaps.argmin()]
    return degrees


def _split_ring(ring: Points, lines: list[LineString]) -> list[LineString]:
    """Cut the ring at the ends of the lines."""
    ends = {end for line in lines for end in (line.coords[0], line.coords[-1])}
    cuts = [index for index, point in enumerate(map(tuple, ring.tolist())) if point in ends]
    closed = np.vstack([ring, ring])
    return [
        LineString(closed[left : right + 1])
        for left, right in zip(cuts, [*cuts[1:], cuts[0] + len(ring)], strict=True)
    ]


def _one_face_each(faces: list[Polygon], seeds: Points, plane: Plane) -> list[Polygon]:
    """Order the faces by the seed that lies in them; each seed must own exactly one."""
    tree = shapely.STRtree(faces)
    places = shapely.points(plane.to_degrees(seeds))
    owners, owned = tree.query(places, predicate="within")
    if len(faces) != len(seeds) or owners.tolist() != list(range(len(seeds))):
        raise ValueError(f"{len(seeds)} seeds gave {len(faces)} faces")
    return [shapely.normalize(faces[index]) for index in owned]
