"""The gazetteer: every name of the town's own that says where something is, with the grade its point earns.

One rule for REST and the form: what a name is decides the grade (`GRADES`), whoever asks.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from sqlalchemy import func, select

from data.domain.vocabulary import GridKind, LocationGrade, Word
from data.store.tables import changes, key_places
from data.town import Town
from data.world import World


class PlaceKind(Word):
    """What a name of the gazetteer names; the order is that of equally good hits."""

    PLACE = "place", "地点"
    ENTERPRISE = "enterprise", "企业"
    SITE = "site", "专业网格"
    KEY_PLACE = "key_place", "重点场所"
    VILLAGE = "village", "村社区"
    GROUP = "group", "村民小组"
    GRID = "grid", "综合网格"
    POLICE_GRID = "police_grid", "警务网格"
    ROAD = "road", "道路"
    RIVER = "river", "河道"


GRADES = {
    PlaceKind.PLACE: LocationGrade.B,
    PlaceKind.ENTERPRISE: LocationGrade.B,
    PlaceKind.SITE: LocationGrade.B,
    PlaceKind.KEY_PLACE: LocationGrade.B,
    PlaceKind.GROUP: LocationGrade.B,
    PlaceKind.VILLAGE: LocationGrade.C,
    PlaceKind.GRID: LocationGrade.C,
    PlaceKind.POLICE_GRID: LocationGrade.C,
    PlaceKind.ROAD: LocationGrade.D,
    PlaceKind.RIVER: LocationGrade.D,
}
"""A point that stands for a village is known to the village only; one on a road or a river is a default point."""

LAYERS = (PlaceKind.PLACE, PlaceKind.ENTERPRISE, PlaceKind.GROUP, PlaceKind.ROAD, PlaceKind.RIVER)
GRID_KINDS = {
    GridKind.COMPREHENSIVE: PlaceKind.GRID,
    GridKind.POLICE: PlaceKind.POLICE_GRID,
    GridKind.PROFESSIONAL: PlaceKind.SITE,
}
NEVER_MATCHED = frozenset({PlaceKind.ROAD, PlaceKind.RIVER, PlaceKind.POLICE_GRID})
"""Names that an address may hold without its place being known."""

EXACT, PREFIX, CODE, INFIX, LIKE = 100.0, 90.0, 85.0, 80.0, 70.0
LEAST_LIKE = 60.0
LEAST_CODE_LENGTH = 3
MOST_HITS = 8
_GAPS = re.compile(r"[\s·,，。、（）()]+")


@dataclass(frozen=True, slots=True)
class PlaceName:
    """One name with its point (degrees, EPSG:4490); `key` is stable, `hint` tells equal names apart."""

    key: str
    name: str
    kind: PlaceKind
    lon: float
    lat: float
    hint: str = ""
    code: str = ""
    also: tuple[str, ...] = ()

    @property
    def grade(self) -> LocationGrade:
        """How far a case at this point can be trusted to be there."""
        return GRADES[self.kind]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names valid on one day."""

    names: tuple[PlaceName, ...]
    town_words: tuple[str, ...] = ()

    def search(self, text: str, limit: int = MOST_HITS) -> list[PlaceName]:
        """Return the best hits for what somebody typed: exact, beginning, code, part, then misspelt."""
        wanted = self._plain(text)
        if not wanted:
            return []
        scored = [(_score(wanted, name), name) for name in self.names]
        order = list(PlaceKind)
        found = sorted(
            ((score, name) for score, name in scored if score > 0),
            key=lambda pair: (-pair[0], order.index(pair[1].kind), len(pair[1].name), pair[1].key),
        )
        return [name for _, name in found[:limit]]

    def match(self, address: str) -> PlaceName | None:
        """Return the place that the longest known name in an address names; None where it names none.

        A road's name is known, too, and hides the village's name inside it, but does not say where.
        """
        plain = self._plain(address)
        held = ((len(word), name) for name in self.names for word in _words(name) if word and word in plain)
        order = list(PlaceKind)
        best = max(held, key=lambda pair: (pair[0], -order.index(pair[1].kind)), default=None)
        return None if best is None or best[1].kind in NEVER_MATCHED else best[1]

    def by_key(self, key: str) -> PlaceName | None:
        """Return the name with a key, None where it is gone."""
        return next((name for name in self.names if name.key == key), None)

    def _plain(self, text: str) -> str:
        """Return a text without gaps and without the town's own name, which is part of every address."""
        plain = plain_name(text)
        for word in self.town_words:
            plain = plain.replace(word, "") if plain != word else plain
        return plain


class GazetteerBook:
    """Gives the gazetteer of a day; builds it again only when grids or key places may have changed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._known: tuple[Any, int, Gazetteer] | None = None

    def current(self, on: date) -> Gazetteer:
        """Return the names valid on `on`, a date in the town's zone."""
        grids = self._world.grids.current(on)
        loaded = _last_load(self._world)
        with self._lock:
            if self._known is None or self._known[0] is not grids or self._known[1] != loaded:
                self._known = (grids, loaded, build_gazetteer(self._world, on))
            return self._known[2]


def build_gazetteer(world: World, on: date) -> Gazetteer:
    """Gather every name of the town folder, of the grids valid on `on`, and of the key places."""
    frame = world.grids.current(on).frame
    names = (
        *_of_base(world.town),
        *_of_villages(world.town, frame),
        *_of_grids(frame),
        *_of_key_places(world),
    )
    profile = world.town.profile
    return Gazetteer(names, tuple(plain_name(word) for word in (profile.name,) if word))


def plain_name(text: str) -> str:
    """Return a text in one width and case, without gaps and separating marks."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", text).lower())


def _words(name: PlaceName) -> Iterator[str]:
    yield from (plain_name(word) for word in (name.name, *name.also))


def _score(wanted: str, name: PlaceName) -> float:
    """Return how well a name fits, 0 for not at all."""
    best = max(_score_word(wanted, word) for word in _words(name))
    if name.code and wanted.isdigit() and len(wanted) >= LEAST_CODE_LENGTH:
        best = max(best, EXACT if name.code == wanted else CODE if _has_code(name.code, wanted) else 0.0)
    return best


def _has_code(code: str, wanted: str) -> bool:
    return code.startswith(wanted) or code.endswith(wanted)


def _score_word(wanted: str, word: str) -> float:
    if word == wanted:
        return EXACT
    if word.startswith(wanted):
        return PREFIX
    if wanted in word:
        return INFIX
    return _score_likeness(wanted, word)


def _score_likeness(wanted: str, word: str) -> float:
    """Return up to `LIKE` for a misspelt name: one character of three or four may differ."""
    from rapidfuzz import fuzz

    if len(wanted) < 2 or len(word) < 2:
        return 0.0
    likeness = fuzz.ratio(wanted, word)
    return LIKE * likeness / 100 if likeness >= LEAST_LIKE else 0.0


def _of_base(town: Town) -> Iterator[PlaceName]:
    """The named features of the base map, a line by a point on it."""
    for kind in LAYERS:
        for index, feature in enumerate(town.base_layer(kind.value)):
            word = str(feature["properties"].get("name") or "").strip()
            if word:
                point = _inner_point(shape(feature["geometry"]))
                yield PlaceName(f"{kind.value}:{index}:{word}", word, kind, *point)


def _of_villages(town: Town, frame: Any) -> Iterator[PlaceName]:
    """The villages, each by the middle of its comprehensive grids; one without grids has no point."""
    for village in town.villages:
        own = frame.loc[frame["village_code"] == village.code]
        if len(own):
            point = _inner_point(shapely.union_all(own.geometry.to_numpy()))
            also = tuple({village.short_name} - {"", village.name})
            yield PlaceName(
                f"village:{village.code}",
                village.name,
                PlaceKind.VILLAGE,
                *point,
                hint=village.type,
                code=village.code,
                also=also,
            )


def _of_grids(frame: Any) -> Iterator[PlaceName]:
    for row in frame.itertuples(index=False):
        kind = GRID_KINDS[GridKind(row.kind)]
        point = _inner_point(row.geometry)
        yield PlaceName(
            f"grid:{row.code}", str(row.name), kind, *point, hint=str(row.code), code=str(row.code)
        )


def _of_key_places(world: World) -> Iterable[PlaceName]:
    columns = (key_places.c.id, key_places.c.name, key_places.c.kind, key_places.c.lon, key_places.c.lat)
    with world.store.read() as connection:
        rows = connection.execute(select(*columns).order_by(key_places.c.id)).all()
    return [
        PlaceName(f"key_place:{row.id}", row.name, PlaceKind.KEY_PLACE, row.lon, row.lat, hint=row.kind)
        for row in rows
    ]


def _inner_point(geometry: Any) -> tuple[float, float]:
    """Return a point of the geometry that is surely on or in it: half-way along a line, inside a polygon."""
    if geometry.geom_type in ("LineString", "MultiLineString"):
        parts = shapely.get_parts(geometry)
        point = shapely.line_interpolate_point(parts[np.argmax(shapely.length(parts))], 0.5, normalized=True)
    else:
        point = shapely.point_on_surface(geometry)
    return round(float(point.x), 7), round(float(point.y), 7)


def _last_load(world: World) -> int:
    """Return the number of the newest change by which key places may have come."""
    topics = ("loads", "demo", "staff")
    query = select(func.coalesce(func.max(changes.c.id), 0)).where(changes.c.topic.in_(topics))
    with world.store.read() as connection:
        return int(connection.execute(query).scalar_one())
