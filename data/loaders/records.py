"""Records of the modules: any table with a contract (`data.loaders.modules`), compared by its natural key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from data.loaders.errors import LoadRefused
from data.loaders.gathered import Gathered, Row, known_rows, publish
from data.loaders.ledger import Counts, Origin
from data.loaders.marking import mark_rows
from data.loaders.modules.records import FIRST_DAYS, GRID_CODES, Records
from data.loaders.places import GridHistory, Locator
from data.loaders.points import place_rejects, with_point
from data.loaders.readers import Chunk
from data.loaders.record_rules import broken_rules
from data.loaders.record_values import settled_columns, told_rows
from data.loaders.rejects import Reject, row_numbers
from data.loaders.subjects import Subjects
from data.store.measure_marks import days_of
from data.town import SourceProfile
from data.world import World

MOST_ROWS = 20_000
PLACED = ("lon", "lat", *GRID_CODES)


@dataclass(slots=True)
class RecordTarget:
    """Rows of one table: gathered, then written in one transaction with the subjects that they name."""

    world: World
    source: SourceProfile
    records: Records
    now: datetime
    notes: dict[str, Any] = field(default_factory=dict)
    _gathered: Gathered = field(init=False)
    _subjects: Subjects | None = field(init=False)
    _locator: Locator | None = None
    _newest: datetime | None = None

    def __post_init__(self) -> None:
        """Make ready to gather."""
        self._gathered = Gathered(self.records.table)
        self._subjects = Subjects.of(self.world, self.source, self.records)

    def place(self, typed: pd.DataFrame, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Check codes and what columns say together, locate points, name subjects by their keys."""
        typed = self._given(typed, chunk)
        rejects = broken_rules(self.world, self.records, typed, chunk)
        typed = _without(typed, rejects)
        if self.records.has_place and {"lon", "lat"} & {*typed}:
            typed, lost = self._located(typed, chunk)
            rejects += lost
        if self._subjects is not None:
            typed = self._subjects.named(typed)
        return typed, rejects

    def upsert(self, rows: pd.DataFrame, counts: Counts, origin: Origin | None) -> None:
        """Compare by natural key and gather what is new or changed; only owned columns are ever rewritten."""
        table, key = self.records.table, self.records.key
        told = told_rows(self.records, rows)
        with self.world.store.read() as connection:
            known = known_rows(connection, table, key, told)
            settled = settled_columns(connection, self.records, known)
        given = {*rows} & {*table.c.keys()}
        owned = {*self.source.owns} & given
        if owned & {"lon", "lat"}:
            owned |= {*PLACED} & given
        for row in told:
            one = tuple(row[name] for name in key)
            old = known.get(one)
            ours = settled.get(one, frozenset()) | (self.records.held_in(old) if old else frozenset())
            self._gathered.add(old, row, owned - ours, counts)
            self._hear(row)
        if self._subjects is not None:
            self._subjects.add(rows)

    def finish(self, counts: Counts) -> None:
        """Refuse a file that could not be written in one short step."""
        self._gathered.require_few(self.records.name, MOST_ROWS, counts.read)

    def newest(self, now: datetime) -> datetime | None:
        """The newest instant that the rows speak of, at most now; a list without any speaks of now."""
        return min(self._newest or now, now)

    def publish(self, origin: Origin, values: dict[str, Any]) -> None:
        """Write everything and flip the load in one transaction; raise `Conflict` where others write too."""
        parts = [self._gathered]
        if self._subjects is not None:
            parts += self._subjects.parts
        rows = list(self._gathered.rows())
        days = days_of(rows, self.world.town.profile.zone)

        def mark(connection: Connection) -> None:
            mark_rows(connection, self.records, rows, days, origin.at)

        publish(self.world.store, parts, origin, values, "loads", mark)

    def _given(self, typed: pd.DataFrame, chunk: Chunk) -> pd.DataFrame:
        """Drop the columns that only stand for what the file does not say, so that nothing is overwritten by them."""
        filled = {name for name, rule in self.source.columns.items() if rule.default is not None}
        filled |= {*chunk.frame, *self.source.defaults}
        return typed[[name for name in typed if name in filled]]

    def _located(self, typed: pd.DataFrame, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Convert points into EPSG:4490 and find their grids, those valid when the row happened."""
        typed = with_point(typed)
        profile = self.world.town.profile
        happened = pd.Series(pd.Timestamp(self.now), index=typed.index).dt.as_unit("us").dt.tz_convert("UTC")
        if self.records.happened is not None:
            happened = typed[self.records.happened]
        place = self._with_grids().place(typed["lon"], typed["lat"], happened)
        rejects = place_rejects(self.source, profile.name, typed, place, chunk)
        placed = typed.assign(**{name: place[name] for name in PLACED})
        return _without(placed, rejects), rejects

    def _with_grids(self) -> Locator:
        """Read the grids when the first point asks for them; raise `LoadRefused` where there are none."""
        if self._locator is None:
            profile = self.world.town.profile
            history = GridHistory.read(self.world.store, profile.projected_crs)
            if history.is_empty:
                cure = "请先运行 init，或载入网格边界"
                raise LoadRefused("数据库里还没有网格，坐标无法落格", value=profile.key, cure=cure)
            self._locator = Locator(profile, self.source.crs, history)
            self.notes["crs"] = f"{self.source.crs} → EPSG:4490"
        return self._locator

    def _hear(self, row: Row) -> None:
        """Remember the newest instant that a row speaks of."""
        zone = self.world.town.profile.zone
        said = (
            end_of(row[name], zone, is_month=name in FIRST_DAYS) for name in self.records.moments if row[name]
        )
        self._newest = max((*said, *([self._newest] if self._newest else [])), default=None)


def end_of(value: date, zone: tzinfo, *, is_month: bool) -> datetime:
    """Return up to when a value speaks (UTC): an instant itself, a day or month to its end in the town's zone."""
    if isinstance(value, datetime):
        return value
    end = value + timedelta(days=1)
    if is_month:
        end = (value.replace(day=1) + timedelta(days=31)).replace(day=1)
    return datetime(end.year, end.month, end.day, tzinfo=zone).astimezone(UTC)


def _without(typed: pd.DataFrame, rejects: Collection[Reject]) -> pd.DataFrame:
    return typed.drop(index=list(row_numbers(rejects) & {*typed.index}))
