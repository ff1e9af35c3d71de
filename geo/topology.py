"""Checks of a boundary set before it may replace another one: invalid rings, overlaps, gaps, slivers, codes.

Everything is measured in the projected CRS of the town, in metres and m².
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely

from geo.crs import Projector
from geo.locate import KINDS
from geo.measure import (
    areas_m2,
    areas_only,
    as_area,
    crosswalk,
    current,
    mean_width_m,
    overlapping_pairs,
    plane_areas,
)

__all__ = ["Problem", "ProblemKind", "Tolerances", "areas_m2", "check_grids", "crosswalk", "current"]


class ProblemKind(StrEnum):
    """What can be wrong with a boundary set."""

    EMPTY = "empty"
    INVALID = "invalid"
    DUPLICATE_CODE = "duplicate_code"
    MISSING_CODE = "missing_code"
    UNKNOWN_KIND = "unknown_kind"
    NO_VILLAGE = "no_village"
    OVERLAP = "overlap"
    GAP = "gap"
    SLIVER = "sliver"
    OUTSIDE = "outside"
    ROW = "row"


@dataclass(frozen=True)
class Problem:
    """One thing wrong: which grids, where (storage degrees, NaN if nowhere), how large, in words.

    `size_m2` is the area concerned (0 if none), `length_m` the length of its outline. A set with any
    blocking problem must not replace another one.
    """

    kind_of_problem: ProblemKind
    grid_codes: tuple[str, ...]
    lon: float
    lat: float
    size_m2: float
    length_m: float
    message: str
    is_blocking: bool


@dataclass(frozen=True)
class Tolerances:
    """What passes as digitising noise.

    Overlaps, gaps and parts outside the town below `min_area_m2` are not listed. Those on average narrower
    than `noise_width_m` are listed without blocking: hand-drawn common edges differ by that much, and each
    point still gets one owner. A part of a grid on average narrower than `sliver_width_m` is a sliver.
    """

    min_area_m2: float = 1.0
    noise_width_m: float = 0.5
    sliver_width_m: float = 5.0


def check_grids(
    grids: Any,
    outline: Any,
    projected_crs: str,
    tiling_kinds: Sequence[str] = ("police", "comprehensive"),
    tolerances: Tolerances | None = None,
) -> list[Problem]:
    """Everything wrong with a set of grids valid on one date, blocking problems first.

    `grids`: columns code, kind, village_code (may be absent), geometry. `outline`: the town as a geometry,
    GeoSeries or GeoDataFrame, or None when unknown (gaps are then the holes between the grids).
    Both in EPSG:4490.
    """
    check = _Check(grids, outline, Projector(projected_crs), tolerances or Tolerances())
    problems = [*check.rows(), *check.slivers(), *check.outside()]
    for kind in tiling_kinds:
        problems += [*check.overlaps(kind), *check.gaps(kind)]
    return sorted(problems, key=lambda problem: not problem.is_blocking)


def row_problem(code: str, polygon: Any, projected_crs: str, message: str) -> Problem:
    """Return what a caller found wrong with one row of a set, with place and size of its polygon (EPSG:4490)."""
    projector = Projector(projected_crs)
    area = plane_areas(np.array([polygon], dtype=object), projector)[0]
    lon, lat = projector.inverse(*_place(area))
    size, length = float(shapely.area(area)), float(shapely.length(area))
    codes = (code,) if code else ()
    return Problem(ProblemKind.ROW, codes, float(lon), float(lat), size, length, message, is_blocking=True)


class _Check:
    """The set in projected metres, and one method per group of checks."""

    def __init__(self, grids: Any, outline: Any, projector: Projector, tolerances: Tolerances) -> None:
        self.codes = [_text(code) for code in grids["code"]]
        self.kinds = [_text(kind) for kind in grids["kind"]]
        has_villages = "village_code" in grids.columns
        self.villages = (
            [_text(code) for code in grids["village_code"]] if has_villages else [""] * len(self.codes)
        )
        self.projector, self.tolerances = projector, tolerances
        self.raw = np.asarray(grids.geometry.array, dtype=object)
        self.is_empty = shapely.is_missing(self.raw) | shapely.is_empty(self.raw)
        self.areas = plane_areas(self.raw, projector)
        town = as_area(outline)
        self.town = None if town is None else plane_areas([town], projector)[0]

    def rows(self) -> Iterator[Problem]:
        """Codes, kinds, villages, empty and invalid geometry: what one row shows by itself."""
        counts = {code: self.codes.count(code) for code in self.codes}
        for number, code in enumerate(self.codes):
            kind, name = self.kinds[number], code or f"第 {number + 1} 行"
            if not code:
                yield self._at(ProblemKind.MISSING_CODE, (), number, f"{name}缺少网格编码")
            elif (seen := self.codes[:number].count(code)) and counts[code] > 1:
                text = f"网格编码 {code} 重复出现 {counts[code]} 次，此处为第 {seen + 1} 次"
                yield self._at(ProblemKind.DUPLICATE_CODE, (code,), number, text)
            if kind not in KINDS:
                text = f"网格 {name} 的类型“{kind}”未知，应为 {'、'.join(KINDS)}"
                yield self._at(ProblemKind.UNKNOWN_KIND, (code,), number, text)
            if kind == "comprehensive" and not self.villages[number]:
                text = f"综合网格 {name} 未归属任何村（社区）"
                yield self._at(ProblemKind.NO_VILLAGE, (code,), number, text)
            yield from self._shape(number, code, name)

    def _shape(self, number: int, code: str, name: str) -> Iterator[Problem]:
        if self.is_empty[number]:
            yield self._at(ProblemKind.EMPTY, (code,), number, f"网格 {name} 没有边界图形")
            return
        raw = self.raw[number]
        if shapely.get_type_id(raw) not in (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON):
            yield self._at(
                ProblemKind.INVALID, (code,), number, f"网格 {name} 的图形是 {raw.geom_type}，应为面"
            )
        elif not shapely.is_valid(raw):
            reason = shapely.is_valid_reason(raw)
            text = f"网格 {name} 的边界环无效：{_reason_text(reason)}"
            place = _reason_place(reason)
            yield self._problem(ProblemKind.INVALID, (code,), self.areas[number], text, place=place)

    def slivers(self) -> Iterator[Problem]:
        """Parts of grids that are too thin to be meant."""
        parts, owner = shapely.get_parts(self.areas, return_index=True)
        for part, number in zip(parts, owner, strict=True):
            width = mean_width_m(part)
            if shapely.area(part) > 0 and width < self.tolerances.sliver_width_m:
                code = self.codes[number]
                text = f"网格 {code} 含狭长碎面，平均宽 {width:.2f} 米、面积 {shapely.area(part):.1f} 平方米"
                yield self._problem(ProblemKind.SLIVER, (code,), part, text, is_blocking=False)

    def outside(self) -> Iterator[Problem]:
        """Grids, or parts of them, beyond the outline of the town."""
        if self.town is None:
            return
        shapely.prepare(self.town)
        for number in np.flatnonzero(~shapely.covers(self.town, self.areas) & ~shapely.is_empty(self.areas)):
            beyond, code = shapely.difference(self.areas[number], self.town), self.codes[number]
            if shapely.area(beyond) >= self.tolerances.min_area_m2:
                share = shapely.area(beyond) / shapely.area(self.areas[number])
                text = f"网格 {code} 超出镇界 {shapely.area(beyond):.1f} 平方米（占本网格 {share:.1%}）"
                yield self._problem(
                    ProblemKind.OUTSIDE, (code,), beyond, text, is_blocking=self._is_wide(beyond)
                )

    def overlaps(self, kind: str) -> Iterator[Problem]:
        """Ground that two grids of one kind both claim."""
        numbers = self._of_kind(kind)
        for first, second, common in overlapping_pairs(self.areas[numbers], self.areas[numbers]):
            if first < second and shapely.area(common) >= self.tolerances.min_area_m2:
                codes = (self.codes[numbers[first]], self.codes[numbers[second]])
                text = f"网格 {codes[0]} 与 {codes[1]} 重叠 {shapely.area(common):.1f} 平方米"
                yield self._problem(
                    ProblemKind.OVERLAP, codes, common, text, is_blocking=self._is_wide(common)
                )

    def gaps(self, kind: str) -> Iterator[Problem]:
        """Ground of the town that no grid of one kind covers."""
        numbers = self._of_kind(kind)
        if not numbers.size:
            return
        areas = self.areas[numbers]
        union = shapely.union_all(areas)
        whole = self.town if self.town is not None else _without_holes(union)
        for gap in shapely.get_parts(
            areas_only(np.array([shapely.difference(whole, union)], dtype=object))[0]
        ):
            if shapely.area(gap) >= self.tolerances.min_area_m2:
                beside = numbers[shapely.dwithin(areas, gap, 0.01)]
                codes = tuple(sorted(self.codes[number] for number in beside))
                beside_text = "、".join(codes[:6]) or "无"
                text = f"{kind} 网格之间有空隙 {shapely.area(gap):.1f} 平方米，邻近网格 {beside_text}"
                yield self._problem(ProblemKind.GAP, codes, gap, text, is_blocking=self._is_wide(gap))

    def _of_kind(self, kind: str) -> Any:
        return np.flatnonzero((np.array(self.kinds, dtype=object) == kind) & ~shapely.is_empty(self.areas))

    def _is_wide(self, area: Any) -> bool:
        return bool(mean_width_m(area) >= self.tolerances.noise_width_m)

    def _at(self, kind: ProblemKind, codes: tuple[str, ...], number: int, text: str) -> Problem:
        return self._problem(kind, codes, self.areas[number], text)

    def _problem(
        self,
        kind: ProblemKind,
        codes: tuple[str, ...],
        area: Any,
        text: str,
        *,
        is_blocking: bool = True,
        place: tuple[float, float] | None = None,
    ) -> Problem:
        lon, lat = place or self.projector.inverse(*_place(area))
        size, length = float(shapely.area(area)), float(shapely.length(area))
        return Problem(kind, codes, float(lon), float(lat), size, length, text, is_blocking)


_REASONS = {
    "Self-intersection": "边线自相交",
    "Ring Self-intersection": "环自相交",
    "Hole lies outside shell": "孔洞位于外环之外",
    "Holes are nested": "孔洞互相嵌套",
    "Interior is disconnected": "内部不连通",
    "Nested shells": "面互相嵌套",
    "Duplicate Rings": "重复的环",
    "Too few points in geometry component": "点数过少",
    "Invalid Coordinate": "坐标无效",
}


def _reason_text(reason: str) -> str:
    name = reason.split("[")[0]
    return _REASONS.get(name, name)


def _reason_place(reason: str) -> tuple[float, float] | None:
    """Longitude and latitude that GEOS names in brackets after the reason."""
    found = re.search(r"\[(\S+) (\S+)", reason.replace("]", ""))
    return (float(found[1]), float(found[2])) if found else None


def _place(area: Any) -> tuple[float, float]:
    if area is None or shapely.is_empty(area):
        return np.nan, np.nan
    point = shapely.point_on_surface(area)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def _without_holes(area: Any) -> Any:
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(area))))


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()
