"""Finding the place of a report: coordinates in any known system, an entry of the gazetteer, or an address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from data.domain.errors import InvalidInput
from data.domain.vocabulary import LocationGrade
from data.town import DefaultPoint
from data.views.gazetteer import PlaceName, build_gazetteer
from data.world import World
from geo.crs import Projector, to_storage
from geo.errors import GeoError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case is: degrees in EPSG:4490 and the grids there, or None where unknown."""

    lon: float | None = None
    lat: float | None = None
    grade: LocationGrade = LocationGrade.NONE
    comprehensive: str | None = None
    police: str | None = None
    professional: str | None = None
    is_edge: bool = False


def place_of_point(world: World, lon: float, lat: float, crs: str, on: date) -> Place:
    """Return the place of a point given in `crs`; raise `InvalidInput` for one outside the town."""
    stored_lon, stored_lat = _stored(lon, lat, crs)
    place = _located(world, Place(stored_lon, stored_lat, LocationGrade.A), on)
    if not (place.comprehensive or place.police or place.professional):
        raise InvalidInput(
            f"坐标 ({lon}, {lat}) 不在{world.town.profile.name}的任何网格内",
            field="lon",
            value=f"{lon}, {lat}",
            cure="请核对经纬度与坐标系；地点不明时可只填地址",
        )
    if any(_is_at(world, point, stored_lon, stored_lat) for point in world.town.profile.default_points):
        return replace(place, grade=LocationGrade.D)
    return place


def place_of_address(world: World, address: str, on: date) -> Place:
    """Return the place that an address names in the town's gazetteer; unknown when it names none."""
    return _of_name(world, build_gazetteer(world, on).match(address), on)


def place_of_key(world: World, key: str, on: date) -> tuple[Place, str]:
    """Return the place and the name of an entry of the gazetteer; raise `InvalidInput` for one that is gone."""
    name = build_gazetteer(world, on).by_key(key)
    if name is None:
        raise InvalidInput(
            "所选地点已不在地名库中", field="place", value=key, cure="请重新搜索地点，或在地图上点选"
        )
    return _of_name(world, name, on), name.name


def _of_name(world: World, name: PlaceName | None, on: date) -> Place:
    """The point of a name with the grids there, and the grade that such a name earns."""
    return Place() if name is None else _located(world, Place(name.lon, name.lat, name.grade), on)


def _stored(lon: float, lat: float, crs: str) -> tuple[float, float]:
    try:
        x, y = to_storage([lon], [lat], crs)
    except GeoError as error:
        field = "crs" if error.value == crs else "lon"
        raise InvalidInput(error.message, field=field, value=error.value, cure=error.cure) from error
    return float(x[0]), float(y[0])


def _located(world: World, place: Place, on: date) -> Place:
    index = world.grids.current(on).index
    found = index.locate([place.lon], [place.lat])
    return replace(
        place,
        comprehensive=found.comprehensive[0],
        police=found.police[0],
        professional=found.professional[0],
        is_edge=bool(index.is_edge([place.lon], [place.lat], world.town.profile.edge_distance_m)[0]),
    )


def _is_at(world: World, point: DefaultPoint, lon: float, lat: float) -> bool:
    """Whether a position lies within a default point's radius, measured in the projected CRS."""
    x, y = Projector(world.town.profile.projected_crs).forward([point.lon, lon], [point.lat, lat])
    return bool((x[1] - x[0]) ** 2 + (y[1] - y[0]) ** 2 <= point.radius_m**2)
