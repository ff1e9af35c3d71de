"""Rosters: who is on duty in which grid from when to when; a person is in one place at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import select

from data.loaders.gathered import Gathered, Row, publish
from data.loaders.ledger import Counts, Origin
from data.loaders.readers import Chunk
from data.loaders.rejects import Reject, shown
from data.store.tables import grids, shifts, staff
from data.town import SourceProfile
from data.world import World

MOST_ROWS = 10_000
OWNED = ("grid_code", "ends_at")
UNKNOWN_STAFF = ("人员名册里没有这个工号", "请先载入人员名册，或改正工号")
UNKNOWN_GRID = ("没有这个编码的网格", "请改正网格编码，或先载入网格边界")
OVERLAP_CURE = "一个人同一时间只能在一处值守：请改正时间；原班次有误的，请先回滚带来它的那次载入"


class Span(NamedTuple):
    """When one person is on duty, and where this is known from."""

    begin: datetime
    end: datetime
    told_by: str


@dataclass(slots=True)
class RosterTarget:
    """Shifts by person and beginning: gathered, then written in one transaction."""

    world: World
    source: SourceProfile
    notes: dict[str, Any] = field(default_factory=dict)
    _staff: dict[str, int] = field(default_factory=dict)
    _grids: frozenset[str] = frozenset()
    _known: dict[tuple[int, datetime], Row] = field(default_factory=dict)
    _spans: dict[int, dict[datetime, Span]] = field(default_factory=lambda: defaultdict(dict))
    _gathered: Gathered = field(default_factory=lambda: Gathered(shifts))

    def __post_init__(self) -> None:
        """Read who there is and which grids there are, ended ones too."""
        with self.world.store.read() as connection:
            self._staff = {no: key for no, key in connection.execute(select(staff.c.staff_no, staff.c.id))}
            self._grids = frozenset(connection.execute(select(grids.c.code).distinct()).scalars())

    def place(self, typed: pd.DataFrame, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Find person and grid; refuse unknown ones, and shifts of one person that overlap."""
        typed = typed.assign(staff_id=typed["staff_no"].map(self._staff).astype("Int64"))
        if "grid_code" not in typed:
            typed["grid_code"] = None
        rejects = _unknown(chunk, typed, "staff_no", typed["staff_id"].isna(), UNKNOWN_STAFF)
        is_lost = typed["grid_code"].notna() & ~typed["grid_code"].isin(self._grids)
        rejects += _unknown(chunk, typed, "grid_code", is_lost, UNKNOWN_GRID)
        typed = _without(typed, rejects)
        self._read_known(typed)
        overlapping = list(self._overlapping(typed, chunk))
        return _without(typed, overlapping), rejects + overlapping

    def upsert(self, rows: pd.DataFrame, counts: Counts, origin: Origin | None) -> None:
        """Compare by person and beginning; gather what is new or changed."""
        for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
            told = _told(row, int(line))
            old = self._known.get((told["staff_id"], told["starts_at"]))
            self._gathered.add(old, told, [name for name in OWNED if name in self.source.owns], counts)

    def finish(self, counts: Counts) -> None:
        """Refuse a file that could not be written in one short step."""
        self._gathered.require_few("排班", MOST_ROWS, counts.read)

    def newest(self, now: datetime) -> datetime | None:
        """A roster says how things are now."""
        return now

    def publish(self, origin: Origin, values: dict[str, Any]) -> None:
        """Write everything and flip the load in one transaction; raise `Conflict` where others write too."""
        publish(self.world.store, [self._gathered], origin, values, "staff")

    def _read_known(self, typed: pd.DataFrame) -> None:
        """Read the shifts that these people have already in the time that a chunk speaks of."""
        if typed.empty:
            return
        query = select(shifts).where(
            shifts.c.staff_id.in_([int(key) for key in typed["staff_id"].unique()]),
            shifts.c.ends_at > typed["starts_at"].min().to_pydatetime(),
            shifts.c.starts_at < typed["ends_at"].max().to_pydatetime(),
        )
        with self.world.store.read() as connection:
            found = [dict(row) for row in connection.execute(query.order_by(shifts.c.id)).mappings()]
        for row in found:
            key = (row["staff_id"], row["starts_at"])
            if key not in self._known:
                self._known[key] = row
                span = Span(row["starts_at"], row["ends_at"], "已有的班次")
                self._spans[row["staff_id"]].setdefault(row["starts_at"], span)

    def _overlapping(self, typed: pd.DataFrame, chunk: Chunk) -> Iterator[Reject]:
        """Take row after row: one that overlaps with what stands or came before is refused."""
        zone = self.world.town.profile.zone
        columns = (typed[name] for name in ("staff_id", "starts_at", "ends_at"))
        for line, key, begin, end in zip(typed.index, *columns, strict=True):
            spans = self._spans[int(key)]
            other = next(
                (s for s in spans.values() if s.begin != begin and s.begin < end and begin < s.end), None
            )
            if other is None:
                spans[begin] = Span(begin, end, f"第 {line} 行")
                continue
            there = (
                f"{other.begin.astimezone(zone):%Y-%m-%d %H:%M} 至 {other.end.astimezone(zone):%m-%d %H:%M}"
            )
            here = f"{begin.astimezone(zone):%Y-%m-%d %H:%M} 至 {end.astimezone(zone):%m-%d %H:%M}"
            name = chunk.names.get("starts_at", "starts_at")
            yield Reject(int(line), name, here, f"与{other.told_by}重叠（{there}）", OVERLAP_CURE)


def _told(row: Row, line: int) -> Row:
    grid = row["grid_code"]
    return {
        "staff_id": int(row["staff_id"]),
        "grid_code": grid if isinstance(grid, str) else None,
        "starts_at": row["starts_at"].to_pydatetime(),
        "ends_at": row["ends_at"].to_pydatetime(),
        "source_line": line,
    }


def _unknown(
    chunk: Chunk, typed: pd.DataFrame, name: str, is_bad: pd.Series, words: tuple[str, str]
) -> list[Reject]:
    rows = typed.index[is_bad.to_numpy(dtype=bool)]
    return [Reject(int(row), chunk.names.get(name, name), shown(typed.at[row, name]), *words) for row in rows]


def _without(typed: pd.DataFrame, rejects: Iterable[Reject]) -> pd.DataFrame:
    return typed.drop(index=list({reject.row_number for reject in rejects}))
