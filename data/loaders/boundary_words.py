"""A change of grids as somebody types it: grids and villages by name or code, a line by the road that it follows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from shapely.geometry import shape

from data.domain.errors import InvalidInput
from data.domain.vocabulary import GridChangeKind
from data.loaders.boundary_change import GridChange
from data.world import World

BETWEEN = re.compile(r"[、，,;；\s]+")
POINT = re.compile(r"(-?\d+(?:\.\d+)?)\s*[,，]\s*(-?\d+(?:\.\d+)?)")
LINE_LAYERS = ("road", "river")
LONGEST = 400


def read_change(world: World, typed: Mapping[str, Any], now: datetime) -> GridChange:
    """Return the change that was typed; raise `InvalidInput` naming the field, the value and the cure."""
    words = {name: str(typed.get(name) or "").strip()[:LONGEST] for name in FIELDS}
    kind = _kind(words["kind"])
    begins_on = _day(words["begins_on"], now.astimezone(world.town.profile.zone).date())
    codes = tuple(_grid(world, word, begins_on) for word in BETWEEN.split(words["grids"]) if word)
    return GridChange(
        kind=kind,
        codes=codes,
        begins_on=begins_on,
        name=words["name"],
        village=_village(world, words["village"]) if kind is GridChangeKind.MOVE else "",
        line=_line(world, words["line"]) if kind is GridChangeKind.SPLIT else (),
    )


FIELDS = ("kind", "grids", "village", "name", "begins_on", "line")


def _kind(word: str) -> GridChangeKind:
    for kind in GridChangeKind:
        if word in (kind.value, kind.label):
            return kind
    choices = "、".join(kind.label for kind in GridChangeKind)
    raise InvalidInput(f"没有“{word[:20]}”这种调整", field="kind", value=word[:20], cure=f"可选：{choices}")


def _day(word: str, today: date) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        cure = f"请按 年-月-日 填写，例如 {today.isoformat()}"
        raise InvalidInput(f"“{word[:20]}”不是日期", field="begins_on", value=word[:20], cure=cure) from error


def _grid(world: World, word: str, day: date) -> str:
    """Return the code of a grid named by code or name."""
    frame = world.grids.current(day).frame
    rows = list(zip(frame["code"], frame["name"], strict=True))
    found = [code for code, name in rows if word == code] or [code for code, name in rows if word == name]
    if len(found) == 1:
        return str(found[0])
    message = f"没有叫“{word[:40]}”的网格" if not found else f"叫“{word[:40]}”的网格有 {len(found)} 个"
    cure = "请从提示中选择" if not found else f"请改填编码：{'、'.join(found[:5])}"
    raise InvalidInput(message, field="grids", value=word[:40], cure=cure)


def _village(world: World, word: str) -> str:
    for village in world.town.villages:
        if word in (village.code12, village.code, village.name, village.short_name):
            return village.code12
    raise InvalidInput(
        f"没有叫“{word[:40]}”的村社区" if word else "没有填写划入的村社区",
        field="village",
        value=word[:40],
        cure="请从提示中选择",
    )


def _line(world: World, word: str) -> tuple[tuple[float, float], ...]:
    """Return a line typed as points, or that of a road or river."""
    points = POINT.findall(word)
    if points:
        return tuple((float(lon), float(lat)) for lon, lat in points)
    named = [
        shape(feature["geometry"])
        for layer in LINE_LAYERS
        for feature in world.town.base_layer(layer)
        if word and feature["properties"].get("name") == word
    ]
    parts = [part for one in named for part in getattr(one, "geoms", [one])]
    if not parts:
        raise InvalidInput(
            f"没有叫“{word[:40]}”的道路或河流" if word else "没有填写拆分线",
            field="line",
            value=word[:40],
            cure="请从提示中选择，或填两个以上的点：经度,纬度 经度,纬度",
        )
    longest = max(parts, key=lambda part: part.length)
    return tuple((float(point[0]), float(point[1])) for point in longest.coords)
