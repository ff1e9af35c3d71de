"""The demo town's geometry: 90 + 20 + 20 grids, roads, rivers, village borders, places; all 演示.

`python -m data.demo.geometry` rewrites grids.geojson and base.geojson of the town folder byte for
byte: the outline, the tables beside this file and the profile's seed decide everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry import mapping

from data.demo.geometry_tables import PLACES, SITES, VILLAGES, WAYS, Site, Way
from data.demo.tiling import DECIMALS, Plane, Points, balance, relax, sample_inside, tile

Feature = dict[str, Any]

FOLDER = Path(__file__).resolve().parents[1] / "towns" / "fenghuang"
SEED = 320582105
TOWN_CODE = "320582105"
VALID_FROM = "2024-01-01"
PEOPLE_PER_HOUSEHOLD = 2.8
NOTE = "演示数据：几何与数字均为生成，非真实边界"


def main(folder: Path = FOLDER) -> None:
    """Write grids.geojson and base.geojson beside the outline they are made from."""
    outline = read_outline(folder / "outline.geojson")
    comprehensive = comprehensive_grids(outline)
    police = police_grids(outline, comprehensive)
    professional = professional_grids(plane_of(outline))
    write_features(folder / "grids.geojson", [*comprehensive, *police, *professional])
    write_features(folder / "base.geojson", base_features(outline, comprehensive))


def read_outline(path: Path) -> Polygon:
    """Return the town's outline in degrees."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return Polygon(features[0]["geometry"]["coordinates"][0])


def plane_of(outline: Polygon) -> Plane:
    """Return the plane of metres around the outline's middle."""
    left, low, right, high = outline.bounds
    return Plane((left + right) / 2, (low + high) / 2)


def comprehensive_grids(outline: Polygon) -> list[Feature]:
    """Tile the town with grids that each belong to one village, numbered west to east in it."""
    plane = plane_of(outline)
    samples = sample_inside(_in_metres(outline, plane))
    anchors = plane.to_metres(np.array([(plan.lon, plan.lat) for plan in VILLAGES.values()]))
    owner = balance(samples, anchors, np.array([plan.area_km2 for plan in VILLAGES.values()]))
    random = Random(SEED)
    seeds = [relax(samples[owner == i], plan.grids, random) for i, plan in enumerate(VILLAGES.values())]
    cells = iter(tile(outline, np.vstack(seeds), plane, "comprehensive"))
    return [
        feature
        for village, plan in VILLAGES.items()
        for feature in _village_grids(village, [next(cells) for _ in range(plan.grids)], random)
    ]


def police_grids(outline: Polygon, comprehensive: Sequence[Feature]) -> list[Feature]:
    """Tile the town coarsely, near the villages but across their borders; people follow the area."""
    plane = plane_of(outline)
    samples = sample_inside(_in_metres(outline, plane))
    plans = list(VILLAGES.values())
    anchors = plane.to_metres(np.array([(plan.lon, plan.lat) for plan in plans]))
    random = Random(SEED + 1)
    shifted = anchors + np.array([[random.uniform(-450, 450), random.uniform(-350, 350)] for _ in plans])
    owner = balance(samples, shifted, np.array([plan.area_km2 for plan in plans]) ** 0.4)
    seeds = np.array([samples[owner == i].mean(axis=0) for i in range(len(plans))])
    cells = tile(outline, seeds, plane, "police")
    counts = _counts_under(cells, comprehensive)
    return [
        _grid(
            "police",
            f"{TOWN_CODE}000{number:03d}",
            f"警务·{plan.short_name}",
            cells[number - 1],
            counts[number - 1],
        )
        for number, plan in enumerate(plans, 1)
    ]


def professional_grids(plane: Plane) -> list[Feature]:
    """Draw the sites that lie over both tilings."""
    return [
        _grid(
            "professional",
            f"{TOWN_CODE}000{number:03d}",
            site.name,
            _site_shape(site, plane),
            {"population": site.residents, "firms": site.firms, "key_places": 1},
        )
        for number, site in enumerate(SITES, 101)
    ]


def base_features(outline: Polygon, comprehensive: Sequence[Feature]) -> list[Feature]:
    """Return village borders with label points, then roads, rivers and places."""
    villages = [_village(code, plan.short_name, comprehensive) for code, plan in VILLAGES.items()]
    ways = [_way(way, outline) for way in WAYS]
    places = [
        _feature({"type": "Point", "coordinates": [lon, lat]}, layer="place", name=name, kind=kind)
        for name, kind, lon, lat in PLACES
    ]
    return [*villages, *ways, *places]


def write_features(path: Path, features: Iterable[Feature]) -> None:
    """Write a FeatureCollection with one feature a line, always the same bytes for the same features."""
    lines = [json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features]
    head = json.dumps(
        {"type": "FeatureCollection", "note": NOTE, "crs_name": "EPSG:4490"}, ensure_ascii=False
    )
    text = f'{head[:-1]}, "features": [\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _in_metres(outline: Polygon, plane: Plane) -> Polygon:
    return Polygon(plane.to_metres(np.asarray(outline.exterior.coords)))


def _village_grids(village: str, cells: Sequence[Polygon], random: Random) -> list[Feature]:
    """Share a village's people and firms among its grids, unevenly but to the last one."""
    plan = VILLAGES[village]
    weights = [random.uniform(0.6, 1.4) for _ in cells]
    people = _split(plan.residents, weights)
    firms = _split(plan.firms, [random.uniform(0.3, 1.7) for _ in cells])
    return [
        _grid(
            "comprehensive",
            f"{village}{number:03d}",
            f"{plan.short_name}{number:02d}",
            cell,
            {
                "population": people[number - 1],
                "firms": firms[number - 1],
                "key_places": random.randint(1, 6),
            },
            village,
        )
        for number, cell in enumerate(cells, 1)
    ]


def _split(total: int, weights: Sequence[float]) -> list[int]:
    """Cut a whole number by weights so that the parts add up to it."""
    ends = [round(total * sum(weights[: index + 1]) / sum(weights)) for index in range(len(weights))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _counts_under(cells: Sequence[Polygon], comprehensive: Sequence[Feature]) -> list[dict[str, int]]:
    """Share out what the comprehensive grids hold among the cells, by area and to the last one."""
    shapes = np.array([Polygon(feature["geometry"]["coordinates"][0]) for feature in comprehensive])
    areas = shapely.area(shapely.intersection(np.array(cells)[:, None], shapes)) / shapely.area(shapes)
    split = {}
    for name in ("population", "firms", "key_places"):
        held = [feature["properties"][name] for feature in comprehensive]
        split[name] = _split(sum(held), (areas @ held).tolist())
    return [{name: parts[index] for name, parts in split.items()} for index in range(len(cells))]


def _grid(
    kind: str, code: str, name: str, shape: Polygon, counts: dict[str, int], village: str | None = None
) -> Feature:
    """Build a grid feature with every column of the grids table."""
    households = round(counts["population"] / PEOPLE_PER_HOUSEHOLD)
    dates = {"valid_from": VALID_FROM, "valid_to": None, "replaces": None}
    return {
        "type": "Feature",
        "properties": {
            "code": code, "kind": kind, "name": name, "village_code": village, **dates,
            "population": counts["population"], "households": households,
            "firms": counts["firms"], "key_places": counts["key_places"], "is_demo": True,
        },
        "geometry": _rounded(mapping(shapely.orient_polygons(shape))),
    }  # fmt: skip


def _site_shape(site: Site, plane: Plane) -> Polygon:
    """Draw a site: a rectangle with uneven corners, rounded, turned and moved to its place."""
    random = Random(f"{SEED}:{site.name}")
    half = np.array([site.length_m, site.width_m]) / 2
    corners = np.array([[-1, -1], [0, -1.1], [1, -1], [1, 1], [0, 1], [-1, 1]]) * half
    corners *= np.array([[random.uniform(0.84, 1.1), random.uniform(0.84, 1.1)] for _ in corners])
    radius = site.width_m / 8
    shape = Polygon(corners).buffer(-radius).buffer(radius, quad_segs=3)
    turned = shapely.affinity.rotate(shape, site.turn_degrees, origin=(0, 0))
    centre = plane.to_metres(np.array([[site.lon, site.lat]]))[0]
    return Polygon(plane.to_degrees(np.asarray(turned.exterior.coords) + centre))


def _village(code: str, name: str, comprehensive: Sequence[Feature]) -> Feature:
    """Join a village's grids to its border and find the roomiest place for its label."""
    cells = [
        Polygon(feature["geometry"]["coordinates"][0])
        for feature in comprehensive
        if feature["properties"]["village_code"] == code
    ]
    shape = shapely.normalize(shapely.coverage_union_all(cells))
    label = shapely.maximum_inscribed_circle(shape, tolerance=1e-5).coords[0]
    lon, lat = np.round(label, DECIMALS).tolist()
    geometry = _rounded(mapping(shapely.orient_polygons(shape)))
    return _feature(geometry, layer="village", code=code, name=name, label_lon=lon, label_lat=lat)


def _way(way: Way, outline: Polygon) -> Feature:
    """Smooth a way's bends and cut it at the outline; a bay of the town may cut it in parts."""
    line = LineString(_smooth(np.array(way.bends)))
    inside = shapely.line_merge(shapely.intersection(line, outline))
    return _feature(_rounded(mapping(inside)), layer=way.layer, name=way.name, kind=way.kind, rank=way.rank)


def _smooth(bends: Points, rounds: int = 4) -> Points:
    """Cut corners again and again (Chaikin), ends kept."""
    points = bends
    for _ in range(rounds):
        left, right = points[:-1], points[1:]
        cut = np.stack([left * 0.75 + right * 0.25, left * 0.25 + right * 0.75], axis=1).reshape(-1, 2)
        points = np.vstack([points[:1], cut, points[-1:]])
    return points


def _feature(geometry: dict[str, Any], **properties: object) -> Feature:
    return {"type": "Feature", "properties": {**properties, "demo": True}, "geometry": geometry}


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    """Round every coordinate to the stored precision."""

    def walk(value: Any) -> Any:
        return round(value, DECIMALS) if isinstance(value, float) else [walk(part) for part in value]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}


if __name__ == "__main__":
    main()
