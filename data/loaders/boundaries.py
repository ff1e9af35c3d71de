"""Boundary sets: a file replaces all grids of the kinds it holds, or nothing of it is taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, select

from data.domain.vocabulary import GridKind
from data.loaders.boundary_plan import Plan, Row, day_of, plan_changes
from data.loaders.errors import GridsRefused, LoadRefused
from data.loaders.grid_rows import only_writer, prepare
from data.loaders.ledger import Counts, Origin, set_load
from data.loaders.readers import Chunk
from data.loaders.rejects import Reject, shown
from data.store.grids import last_grid_change
from data.store.measure_marks import mark_patrolled
from data.store.tables import grids
from data.town import SourceProfile, Town
from data.world import World
from geo.crs import STORAGE_CRS, to_storage
from geo.errors import GeoError
from geo.topology import Problem, Tolerances, check_grids

KINDS = frozenset(map(str, GridKind))


@dataclass(slots=True)
class GridTarget:
    """Grids: gathered whole, checked, then written in one transaction, each change with its date."""

    world: World
    source: SourceProfile
    today: date
    notes: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _pieces: list[pd.DataFrame] = field(default_factory=list)
    _plan: Plan | None = None
    _seen: int = 0

    def __post_init__(self) -> None:
        """Note the conversion."""
        self.notes["crs"] = f"{self.source.crs} → EPSG:4490"

    def place(self, typed: pd.DataFrame, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Convert the polygons; refuse codes that the town does not know how to read."""
        rejects = [
            Reject(int(row), chunk.names.get("code", "code"), shown(code), problem, "请改正网格编码")
            for row, kind, code in zip(typed.index, typed["kind"], typed["code"], strict=True)
            if kind in KINDS and code
            if (problem := self.world.town.profile.grid_code_problem(GridKind(kind), code))
        ]
        shapes = _stored(typed["geometry"].to_numpy(dtype=object), self.source.crs)
        return typed.assign(geometry=shapes), rejects

    def upsert(self, rows: pd.DataFrame, counts: Counts, origin: Origin | None) -> None:
        """Gather; what a set means shows only when it is whole."""
        self._pieces.append(rows)

    def finish(self, counts: Counts) -> None:
        """Check the whole set and plan what it changes; raise `GridsRefused`."""
        if counts.rejected:
            cure = "请改正后重新载入：边界少了一块就不能代替原有的边界"
            raise LoadRefused(
                f"网格文件有 {counts.rejected} 处问题，整套边界没有采用", value=counts.rejected, cure=cure
            )
        rows = pd.concat(self._pieces) if self._pieces else pd.DataFrame(columns=["code", "kind", "geometry"])
        self.problems = check_set(rows, self.world.town, self.today)
        self.notes["problems"] = [problem.message for problem in self.problems]
        if any(problem.is_blocking for problem in self.problems):
            raise GridsRefused(self.problems, self.source.key)
        self._plan = self.plan(rows)
        if impossible := self._plan.impossible:
            refused = LoadRefused(impossible[0].reason, value=impossible[0].value, cure=impossible[0].cure)
            refused.details = tuple(impossible)
            raise refused
        counts.inserted = len(self._plan.inserts)
        counts.updated = len(self._plan.updates)
        counts.unchanged = self._plan.unchanged

    def plan(self, rows: pd.DataFrame) -> Plan:
        """Compare a whole set with the grids that there are."""
        with self.world.store.read() as connection:
            self._seen = last_grid_change(connection)
            return plan_changes(versions(connection), rows, self.today)

    def newest(self, now: datetime) -> datetime | None:
        """A boundary set says how things are now."""
        return now

    def publish(self, origin: Origin, values: dict[str, Any]) -> None:
        """Write the set and flip the load in one transaction."""
        assert self._plan is not None
        lineage = {
            "load_id": origin.load_id,
            "source_hash": origin.file_hash,
            "is_demo": self.source.is_demo,
        }
        rows = prepare(self.world.store, self._plan, lineage)
        with only_writer(self.world.store, self._seen) as transaction:
            rows.write(transaction.connection)
            published = {**values, "status": "published", "published_at": origin.at}
            set_load(transaction.connection, origin.load_id, published)
            if rows.images:
                mark_patrolled(transaction.connection, origin.at)
                transaction.changed("grids", origin.at)


def check_set(rows: pd.DataFrame, town: Town, today: date) -> list[Problem]:
    """Return everything wrong with a set of grids in EPSG:4490, blocking problems first.

    Overlaps and gaps are looked for on the day when the last of them begins, today at the earliest.
    """
    starts, ends = ([day_of(value) for value in _column(rows, name)] for name in ("valid_from", "valid_to"))
    last = max([today, *filter(None, starts)])
    stands = np.array([end is None or end > last for end in ends], dtype=bool)
    kinds = set(rows["kind"])
    tiling = [rule.kind.value for rule in town.profile.grid_kinds if rule.is_tiling and rule.kind in kinds]
    found = [*find_problems(rows[stands], town, tiling), *find_problems(rows[~stands], town, [])]
    return sorted(found, key=lambda problem: not problem.is_blocking)


def find_problems(rows: pd.DataFrame, town: Town, tiling: list[str]) -> list[Problem]:
    """Return everything wrong with grids in force together (EPSG:4490); `tiling` kinds must leave no gap."""
    frame = gpd.GeoDataFrame(rows.drop(columns="geometry"), geometry=list(rows["geometry"]), crs=STORAGE_CRS)
    outline = (
        None if town.outline is None else gpd.GeoDataFrame.from_features(dict(town.outline), crs=STORAGE_CRS)
    )
    tolerances = Tolerances(noise_width_m=town.profile.boundary_noise_m)
    return check_grids(frame, outline, town.profile.projected_crs, tiling, tolerances)


def _column(rows: pd.DataFrame, name: str) -> list[Any]:
    return rows[name].tolist() if name in rows else [None] * len(rows)


def versions(connection: Connection) -> list[Row]:
    """Return every version of every grid, ended ones too."""
    return [dict(row) for row in connection.execute(select(grids)).mappings()]


def _stored(shapes: np.ndarray, crs: str) -> np.ndarray:
    """Convert polygons from the source's CRS to EPSG:4490."""
    try:
        return shapely.transform(
            shapely.force_2d(shapes), lambda xy: np.column_stack(to_storage(xy[:, 0], xy[:, 1], crs))
        )
    except GeoError as error:
        raise LoadRefused(error.message, value=error.value, cure=error.cure) from error
