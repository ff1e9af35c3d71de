"""What a checked set of grids does to the versions of grids that a town has.

A version is a row of the table `grids`; its natural key is code and first day, and it is in force on the
days `valid_from <= day < valid_to`. A version that has ended is history: a set that says the same of it
changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
import shapely

from data.loaders.rejects import Reject

ATTRIBUTES = ("name", "population", "households", "firms", "key_places")
GROUND = ("kind", "village_code", "geometry")
SHAPE_TOLERANCE_DEGREES = 1e-9
Row = dict[str, Any]


@dataclass(slots=True)
class Plan:
    """What a set does: rows to insert, (row before, changed columns) to write, rows left alone.

    `impossible` are rows whose period cannot be; a plan with any must not be carried out.
    """

    inserts: list[Row] = field(default_factory=list)
    updates: list[tuple[Row, Row]] = field(default_factory=list)
    unchanged: int = 0
    impossible: list[Reject] = field(default_factory=list)


def plan_changes(known: Iterable[Row], rows: pd.DataFrame, today: date) -> Plan:
    """Compare a set with all versions that there are, ended ones too.

    A changed boundary or village ends the old version and opens another; a changed attribute or last day
    is written in place; a standing version that the set no longer has ends.
    """
    planner = _Planner(known, today)
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        planner.take(_wanted(row, int(line)))
    planner.end_the_rest()
    return planner.plan


def is_standing(version: Row, today: date) -> bool:
    """Whether a version is in force on a day, or will be later."""
    end = version["valid_to"]
    return end is None or end > max(today, version["valid_from"])


class _Planner:
    def __init__(self, known: Iterable[Row], today: date) -> None:
        self.today = today
        self.plan = Plan()
        self.versions: dict[str, list[Row]] = defaultdict(list)
        for version in sorted(known, key=lambda row: row["valid_from"]):
            self.versions[version["code"]].append(version)
        self.taken: set[int] = set()
        self.kinds: set[str] = set()
        self.starts: dict[str, date] = {}  # of each code of the set
        self.heirs: dict[str, date] = {}  # of each code that a new grid names as its predecessor
        self.successions: dict[str, date] = {}  # of the first new grid of each kind

    def take(self, wanted: Row) -> None:
        """Plan what one row of the set asks for."""
        self.kinds.add(wanted["kind"])
        free = [v for v in self.versions[wanted["code"]] if v["id"] not in self.taken]
        old = self._same(free, wanted)
        if old is not None:
            self._keep(old, wanted)
            return
        start = self._start(free, wanted)
        if start is None:
            return
        occupant = next((v for v in free if v["valid_from"] == start), None)
        if occupant is not None:
            self._keep(occupant, wanted, is_redrawn=True)
            return
        is_replaced = any(is_standing(v, self.today) for v in free)
        replaced = wanted["code"] if is_replaced and not self._is_over(wanted) else None
        self.plan.inserts.append({**wanted, "valid_from": start, "replaces": wanted["replaces"] or replaced})
        self._note(wanted, start, is_new=True)

    def _same(self, free: list[Row], wanted: Row) -> Row | None:
        """Return the version that a row speaks of: the same ground, and the best fitting period."""
        same = [v for v in free if _is_same_ground(v, wanted)]
        exact = [v for v in same if v["valid_from"] == wanted["valid_from"]]
        end = wanted["valid_to"]
        if self._is_over(wanted):
            begun = [v for v in same if is_standing(v, self.today) and v["valid_from"] < end]
            ended = [v for v in same if v["valid_to"] == end and wanted["valid_from"] is None]
            fitting = [*exact, *ended, *begun]
        else:
            standing = [
                v for v in same if is_standing(v, self.today) and (end is None or end > v["valid_from"])
            ]
            just_ended = [v for v in same if v["valid_to"] == self.today]
            fitting = [*(v for v in exact if v in standing), *standing, *just_ended]
        return fitting[0] if fitting else None

    def _keep(self, old: Row, wanted: Row, *, is_redrawn: bool = False) -> None:
        """Write in place what a row says otherwise of a version."""
        self.taken.add(old["id"])
        changes = {name: wanted[name] for name in ATTRIBUTES if wanted[name] not in (None, old[name])}
        if is_redrawn:
            changes |= {name: wanted[name] for name in GROUND}
        if wanted["valid_to"] != old["valid_to"]:
            changes["valid_to"] = wanted["valid_to"]
        self._note(wanted, old["valid_from"], is_new=is_redrawn or old["valid_from"] > self.today)
        if changes:
            self.plan.updates.append((old, {**changes, "source_line": wanted["source_line"]}))
        else:
            self.plan.unchanged += 1

    def _start(self, free: list[Row], wanted: Row) -> date | None:
        """Return the first day of a version that is not there yet: never inside what another one has lived.

        There is none for a version that is over and does not say when it began: it is impossible.
        """
        given: date | None = wanted["valid_from"]
        if self._is_over(wanted):
            if given is None:
                end = wanted["valid_to"]
                reason = f"网格 {wanted['code']} 的停用日期 {end} 已过，却没有启用日期"
                cure = "请补上启用日期，或删去这一行"
                self.plan.impossible.append(Reject(wanted["source_line"], "valid_to", str(end), reason, cure))
            return given
        begun = (
            v["valid_from"] for v in free if is_standing(v, self.today) and v["valid_from"] <= self.today
        )
        lived = (v["valid_to"] for v in free if v["valid_to"] and not is_standing(v, self.today))
        is_inside = any(given <= day for day in begun) or any(given < day for day in lived) if given else True
        return self.today if is_inside or given is None else given

    def end_the_rest(self) -> None:
        """End the standing versions that the set does not have; one that has not begun is never in force."""
        for code in sorted(self.versions):
            for version in self.versions[code]:
                if version["id"] not in self.taken and self._is_replaced(version):
                    self._end(version)

    def _is_replaced(self, version: Row) -> bool:
        is_ours = version["kind"] in self.kinds or version["code"] in self.starts
        return is_ours and is_standing(version, self.today)

    def _end(self, version: Row) -> None:
        """End a version when its code begins anew; a code that is gone, when its successors begin."""
        first = self.successions.get(version["kind"], self.today)
        following = max(self.today, self.heirs.get(version["code"], first))
        start = self.starts.get(version["code"], following)
        end = start if start > version["valid_from"] else max(self.today, version["valid_from"])
        if version["valid_to"] is None or version["valid_to"] > end:
            self.plan.updates.append((version, {"valid_to": end}))

    def _note(self, wanted: Row, start: date, *, is_new: bool) -> None:
        """Remember when a code begins, for those that it follows."""
        if self._is_over(wanted):
            return
        _earliest(self.starts, wanted["code"], start)
        if is_new:
            _earliest(self.successions, wanted["kind"], start)
            _earliest(self.heirs, wanted["replaces"], start)

    def _is_over(self, wanted: Row) -> bool:
        return wanted["valid_to"] is not None and wanted["valid_to"] <= self.today


def _earliest(days: dict[str, date], key: str | None, day: date) -> None:
    if key is not None:
        days[key] = min(day, days.get(key, day))


def _wanted(row: Row, line: int) -> Row:
    """Return a row of the table `grids`; without a first day where the set names none."""
    given = {name: _plain(row.get(name)) for name in (*ATTRIBUTES, "village_code", "replaces")}
    for name in ATTRIBUTES[1:]:
        given[name] = None if given[name] is None else int(given[name])
    return {
        **given,
        "code": row["code"],
        "kind": row["kind"],
        "name": given["name"] or row["code"],
        "geometry": shapely.to_wkb(row["geometry"]),
        "valid_from": day_of(row.get("valid_from")),
        "valid_to": day_of(row.get("valid_to")),
        "source_line": line,
    }


def _is_same_ground(old: Row, wanted: Row) -> bool:
    if old["kind"] != wanted["kind"] or old["village_code"] != wanted["village_code"]:
        return False
    if old["geometry"] == wanted["geometry"]:
        return True
    first, second = shapely.from_wkb(old["geometry"]), shapely.from_wkb(wanted["geometry"])
    return bool(shapely.equals_exact(first, second, tolerance=SHAPE_TOLERANCE_DEGREES, normalize=True))


def day_of(value: Any) -> date | None:
    """Return the day of a cell, None where it is empty."""
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value
