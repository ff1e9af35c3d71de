"""A set of grids as it will stand after a change, drawn from the versions that there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely

from data.domain.errors import InvalidInput
from data.domain.vocabulary import GridKind
from data.loaders.boundary_plan import Row
from data.town import Town
from geo.reshape import halves, joined

COUNTS = ("population", "households", "firms", "key_places")
LONGEST_NAME = 40
MOST_MERGED = 10


@dataclass(slots=True)
class Draft:
    """The versions of a town's grids, and what a change makes of those in force on its first day.

    After a change `old` are the grids that end, `new` those that begin, `notes` what must be known.
    """

    town: Town
    known: Sequence[Row]
    today: date
    begins_on: date
    old: list[Row] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def merge(self, codes: Sequence[str], name: str) -> None:
        """Make one grid of several of one kind and one village; people and firms add up."""
        self._take(codes, least=2, most=MOST_MERGED)
        if len({(row["kind"], row["village_code"]) for row in self.old}) > 1:
            raise self._wrong(
                "codes", "、".join(codes), "只能合并同一类别、同一村社区的网格", "请先划转再合并"
            )
        first = self.old[0]
        counts = {column: _sum(row[column] for row in self.old) for column in COUNTS}
        geometry = joined([shapely.from_wkb(row["geometry"]) for row in self.old])
        self._add(first, first["village_code"], name or first["name"], geometry, counts)

    def move(self, codes: Sequence[str], village: str, name: str) -> None:
        """Give a grid to another village: its code ends, a code of that village begins."""
        self._take(codes, least=1, most=1)
        (grid,) = self.old
        rule = self.town.profile.grid_kind(GridKind(grid["kind"]))
        if rule is None or not rule.has_village:
            raise self._wrong("codes", grid["code"], "这一类网格不属于村社区，不能划转", "请选择综合网格")
        known = self.town.villages_by_code
        if village not in known:
            raise self._wrong("village", village, f"没有编码为“{village[:20]}”的村社区", "请从清单选择")
        if village == grid["village_code"]:
            raise self._wrong("village", village, "网格已经属于这个村社区", "请选择另一个村社区")
        counts = {column: grid[column] for column in COUNTS}
        self._add(grid, village, name or grid["name"], shapely.from_wkb(grid["geometry"]), counts)
        if not self._touches(village, grid):
            self.notes.append(f"{grid['name']} 与 {known[village].name} 的其他网格不相邻，将成为飞地")

    def split(self, codes: Sequence[str], line: Sequence[tuple[float, float]], name: str) -> None:
        """Cut a grid in two along a line; who lives in which part is not known until it is counted."""
        self._take(codes, least=1, most=1)
        (grid,) = self.old
        parts = halves(shapely.from_wkb(grid["geometry"]), line)
        for number, part in enumerate(parts, start=1):
            title = f"{name or grid['name']}-{number}"
            self._add(grid, grid["village_code"], title, part, dict.fromkeys(COUNTS))
        self.notes.append("拆分后两块的人口、户数、企业数待核实，核实前显示为未知")

    def whole_set(self) -> list[Row]:
        """Return the grids of the kind in force on the first day: those that stay, and the new ones."""
        kind, gone = self.old[0]["kind"], {row["code"] for row in self.old}
        stay = [row for row in self._standing() if row["kind"] == kind and row["code"] not in gone]
        return [*stay, *self.new]

    def _take(self, codes: Sequence[str], least: int, most: int) -> None:
        self._check_day()
        if not least <= len(codes) <= most or len(set(codes)) < len(codes):
            wanted = f"{least} 个" if least == most else f"{least} 至 {most} 个不同的"
            raise self._wrong(
                "codes", "、".join(codes[:20]), f"应选 {wanted}网格，现选 {len(codes)} 个", "请重新选择"
            )
        by_code = {row["code"]: row for row in self._standing()}
        for code in codes:
            if code not in by_code:
                raise self._wrong(
                    "codes", code[:32], f"{self.begins_on} 没有编码为“{code[:32]}”的网格", "请从清单选择"
                )
        self.old = [by_code[code] for code in codes]

    def _check_day(self) -> None:
        """A change begins today at the earliest, and after every change that has been accepted already."""
        if self.begins_on < self.today:
            day = self.begins_on.isoformat()
            raise self._wrong(
                "begins_on", day, "生效日期已过", "请填今天或以后的日期：过去的案卷保留当时的网格"
            )
        later = [row for row in self.known if row["valid_from"] > self.begins_on and _is_ever(row)]
        if later:
            day = max(row["valid_from"] for row in later).isoformat()
            raise self._wrong(
                "begins_on", self.begins_on.isoformat(), f"已有 {day} 起生效的调整", f"请填 {day} 或以后"
            )

    def _standing(self) -> list[Row]:
        day = self.begins_on
        return [
            row
            for row in self.known
            if row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] > day)
        ]

    def _touches(self, village: str, grid: Row) -> bool:
        ground = shapely.from_wkb(grid["geometry"])
        others = (row["geometry"] for row in self._standing() if row["village_code"] == village)
        return any(shapely.intersects(ground, shapely.from_wkb(other)) for other in others)

    def _add(self, old: Row, village: str | None, name: str, geometry: Any, counts: dict[str, Any]) -> None:
        if not 1 <= len(name) <= LONGEST_NAME:
            raise self._wrong("name", name[:LONGEST_NAME], f"名称应为 1 至 {LONGEST_NAME} 个字", "请改短名称")
        self.new.append(
            {
                "code": self._free_code(GridKind(old["kind"]), village),
                "kind": old["kind"],
                "name": name,
                "village_code": village,
                "geometry": shapely.to_wkb(geometry),
                "valid_from": self.begins_on,
                "valid_to": None,
                "replaces": old["code"],
                **counts,
            }
        )

    def _free_code(self, kind: GridKind, village: str | None) -> str:
        """Return the next code of a kind and village that no version has ever had."""
        profile = self.town.profile
        rule = profile.grid_kind(kind)
        assert rule is not None
        used = {row["code"] for row in (*self.known, *self.new)}
        prefix = village if rule.has_village and village else rule.code_prefix
        for number in range(rule.sequence_from, rule.sequence_to + 1):
            code = f"{prefix}{number:03d}"
            if code not in used:
                if problem := profile.grid_code_problem(kind, code, village):
                    raise self._wrong("codes", code, problem, "请用命令 load 载入整套边界")
                return code
        raise self._wrong("codes", prefix, "这个村社区的网格编码已经用完", "请用命令 load 载入整套边界")

    @staticmethod
    def _wrong(field: str, value: str, message: str, cure: str) -> InvalidInput:
        return InvalidInput(message, field=field, value=value, cure=cure)


def _is_ever(row: Row) -> bool:
    """Whether a version is ever in force: one that was replaced before it began is not."""
    return row["valid_to"] is None or row["valid_to"] > row["valid_from"]


def _sum(values: Iterable[int | None]) -> int | None:
    """Return the sum, None where one of the parts is not known."""
    known = list(values)
    return None if any(value is None for value in known) else sum(value or 0 for value in known)
