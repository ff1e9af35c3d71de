"""Boundary sets: a file replaces all grids of the kinds it holds, or nothing of it is taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, insert, select, update

from data.domain.vocabulary import GridKind
from data.loaders.boundary_plan import Plan, Row, day_of, plan_changes
from data.loaders.errors import GridsRefused, LoadRefused
from data.loaders.images import image_of, row_hash
from data.loaders.ledger import Counts, Origin, set_load
from data.loaders.readers import Chunk
from data.loaders.rejects import Reject, shown
from data.store.tables import before_images, grids
from data.town import SourceProfile, Town
from data.world import World
from geo.crs import STORAGE_CRS, to_storage
from geo.errors import GeoError
from geo.topology import Problem, Tolerances, check_grids


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

    def __post_init__(self) -> None:
        """Note the conversion."""
        self.notes["crs"] = f"{self.source.crs} → EPSG:4490"

    def place(self, typed: pd.DataFrame, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Convert the polygons; refuse codes that the town does not know how to read."""
        rejects = [
            Reject(int(row), chunk.names.get("code", "code"), shown(code), problem, "请改正网格编码")
            for row, kind, code in zip(typed.index, typed["kind"], typed["code"], strict=True)
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
        with self.world.store.read() as connection:
            self._plan = plan_changes(versions(connection), rows, self.today)
        counts.inserted = len(self._plan.inserts)
        counts.updated = len(self._plan.updates)
        counts.unchanged = self._plan.unchanged

    def publish(self, origin: Origin, values: dict[str, Any]) -> None:
        """Write the set and flip the load in one transaction."""
        assert self._plan is not None
        with self.world.store.write() as transaction:
            connection = transaction.connection
            lineage = {
                "load_id": origin.load_id,
                "source_hash": origin.file_hash,
                "is_demo": self.source.is_demo,
            }
            for row in self._plan.inserts:
                new = {**row, **lineage}
                new["id"] = connection.execute(insert(grids).values(new)).inserted_primary_key[0]  # type: ignore[index]
                _keep_image(connection, origin.load_id, None, _read(connection, new["id"]))
            for before, after in self._plan.updates:
                changed = {**after, "load_id": origin.load_id, "source_hash": origin.file_hash}
                connection.execute(update(grids).where(grids.c.id == before["id"]).values(changed))
                _keep_image(connection, origin.load_id, before, _read(connection, before["id"]))
            set_load(connection, origin.load_id, {**values, "status": "published", "published_at": origin.at})
            if self._plan.inserts or self._plan.updates:
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
    found = [*_problems(rows[stands], town, tiling), *_problems(rows[~stands], town, [])]
    return sorted(found, key=lambda problem: not problem.is_blocking)


def _problems(rows: pd.DataFrame, town: Town, tiling: list[str]) -> list[Problem]:
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


def _read(connection: Connection, row_id: int) -> Row:
    return dict(connection.execute(select(grids).where(grids.c.id == row_id)).mappings().one())


def _keep_image(connection: Connection, load_id: int, before: Row | None, after: Row) -> None:
    image = {
        "load_id": load_id,
        "table_name": "grids",
        "row_id": after["id"],
        "before": None if before is None else image_of(before),
        "after_hash": row_hash(after),
    }
    connection.execute(insert(before_images).values(image))
