"""The geometry that a page carries once: grids, villages, outline and base layers in metres from the centre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from shapely.geometry import shape

from data.store.grids import GridSet
from data.town import Town
from geo.crs import Projector
from geo.layers import display_geometry, dissolve_villages, label_points, relative_xy

Json = dict[str, Any]
GRID_FIGURES = ("population", "households", "firms", "key_places")


def town_geometry(town: Town, grids: GridSet) -> Json:
    """Return all that the map draws and that does not change from minute to minute.

    Metres in the profile's projected CRS, east and north of the town centre, to 0.1 m. The `stamp` is the
    picture's `geometry` for as long as it speaks of the same grids.
    """
    drawn = _grids(town, grids)
    outline = _outline(town)
    rings = [ring for grid in drawn for ring in grid["rings"]] + outline
    return {
        "stamp": grids.stamp,
        "origin": {"lon": town.profile.centre_lon, "lat": town.profile.centre_lat},
        "crs": town.profile.projected_crs,
        "bounds": _bounds(rings),
        "outline": outline,
        "outline_note": _outline_note(town),
        "grids": drawn,
        "villages": _villages(town, grids),
        "roads": _lines(town, "road"),
        "rivers": _lines(town, "river"),
        "places": _places(town),
    }


def _centre(town: Town) -> tuple[float, float]:
    return town.profile.centre_lon, town.profile.centre_lat


def _grids(town: Town, grids: GridSet) -> list[Json]:
    """Each grid with its rings, its label's place and its figures."""
    frame = grids.frame
    if frame.empty:
        return []
    shown = display_geometry(frame, town.profile.projected_crs, _centre(town))["grids"]
    labels = label_points(frame, town.profile.projected_crs, _centre(town))
    names = {village.code: village.short_name or village.name for village in town.villages}
    return [
        {
            "code": row.code,
            "kind": row.kind,
            "name": row.name,
            "village": row.village_code,
            "village_name": names.get(row.village_code),
            "rings": drawn["rings"],
            "label": [round(float(x), 1), round(float(y), 1)],
            **{key: _whole(getattr(row, key)) for key in GRID_FIGURES},
        }
        for row, drawn, x, y in zip(
            frame.itertuples(index=False), shown, labels["x"], labels["y"], strict=True
        )
    ]


def _villages(town: Town, grids: GridSet) -> list[Json]:
    """Villages as the union of their grids; a town without villages has none."""
    dissolved = dissolve_villages(grids.frame)
    if dissolved.empty:
        return []
    names = {village.code: village.short_name or village.name for village in town.villages}
    shown = display_geometry(dissolved.assign(kind="village"), town.profile.projected_crs, _centre(town))[
        "grids"
    ]
    labels = label_points(dissolved, town.profile.projected_crs, _centre(town))
    return [
        {
            "code": code,
            "name": names.get(code, code),
            "x": round(x, 1),
            "y": round(y, 1),
            "rings": drawn["rings"],
        }
        for code, drawn, x, y in zip(dissolved["code"], shown, labels["x"], labels["y"], strict=True)
    ]


def _outline(town: Town) -> list[list[list[float]]]:
    features = town.outline["features"] if town.outline else []
    polygons = [part for f in features for part in _parts(shape(f["geometry"]))]
    return [
        _metres(town, ring.coords) for polygon in polygons for ring in [polygon.exterior, *polygon.interiors]
    ]


def _outline_note(town: Town) -> str | None:
    features = town.outline["features"] if town.outline else []
    return "演示近似边界" if any(f["properties"].get("is_demo") for f in features) else None


def _lines(town: Town, layer: str) -> list[Json]:
    return [
        {
            "name": feature["properties"].get("name"),
            "class": feature["properties"].get("class"),
            "line": _metres(town, part.coords),
        }
        for feature in town.base_layer(layer)
        for part in _parts(shape(feature["geometry"]))
    ]


def _places(town: Town) -> list[Json]:
    shown = []
    for feature in town.base_layer("place"):
        [[x, y]] = _metres(town, [feature["geometry"]["coordinates"]])
        shown.append({"name": feature["properties"].get("name"), "x": x, "y": y})
    return shown


def _metres(town: Town, coordinates: Any) -> list[list[float]]:
    degrees = np.asarray(coordinates, dtype=float)
    x, y = relative_xy(degrees[:, 0], degrees[:, 1], Projector(town.profile.projected_crs), _centre(town))
    return np.round(np.column_stack([x, y]), 1).tolist()


def _parts(geometry: Any) -> list[Any]:
    return list(getattr(geometry, "geoms", [geometry]))


def _bounds(rings: list[list[list[float]]]) -> list[float]:
    if not rings:
        return [-1000.0, -1000.0, 1000.0, 1000.0]
    points = np.concatenate([np.asarray(ring) for ring in rings])
    return [*points.min(axis=0).tolist(), *points.max(axis=0).tolist()]


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def grid_features(frame: Any, figures: Mapping[str, Mapping[str, Any]] | None = None) -> Json:
    """Return grids as a GeoJSON FeatureCollection in EPSG:4490 degrees."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": row.geometry.__geo_interface__,
                "properties": {
                    "code": row.code,
                    "kind": row.kind,
                    "name": row.name,
                    "village_code": row.village_code if isinstance(row.village_code, str) else None,
                    "is_demo": bool(row.is_demo),
                    **((figures or {}).get(row.code, {})),
                },
            }
            for row in frame.itertuples(index=False)
        ],
    }
