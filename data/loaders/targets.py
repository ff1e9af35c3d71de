"""What the pipeline does with typed rows of a target; cases here, whole boundary sets and staff beside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import pandas as pd

from data.loaders.cases import CaseBuilder
from data.loaders.errors import LoadRefused
from data.loaders.ledger import Counts, Origin
from data.loaders.places import GridHistory, Locator
from data.loaders.publish import Publisher
from data.loaders.readers import Chunk
from data.loaders.rejects import Reject
from data.loaders.staging import Sorted, has_cases, sort_rows, stage_rows
from data.town import SourceProfile
from data.world import World


class Target(Protocol):
    """Where the rows of a source go, step by step."""

    notes: dict[str, Any]

    def place(self, typed: pd.DataFrame, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Convert coordinates, locate, and return finished rows and what had to be refused."""
        ...

    def upsert(self, rows: pd.DataFrame, counts: Counts, origin: Origin | None) -> None:
        """Compare rows with the database by natural key, count, and stage them unless there is no origin."""
        ...

    def finish(self, counts: Counts) -> None:
        """After the last row: check what only the whole shows."""
        ...

    def newest(self, now: datetime) -> datetime | None:
        """Return the newest instant that the rows speak of; lists that say how things are speak of now."""
        ...

    def publish(self, origin: Origin, values: dict[str, Any]) -> None:
        """Make everything visible."""
        ...


@dataclass(slots=True)
class CaseTarget:
    """Cases: staged in chunks, published at once."""

    world: World
    source: SourceProfile
    notes: dict[str, Any] = field(default_factory=dict)
    _builder: CaseBuilder = field(init=False)
    _has_cases: bool = field(init=False)
    _newest: datetime | None = None

    def __post_init__(self) -> None:
        """Read the grids and see whether the source is new; raise `LoadRefused` where there are no grids."""
        world, profile = self.world, self.world.town.profile
        history = GridHistory.read(world.store, profile.projected_crs)
        if history.is_empty:
            cure = "请先运行 init，或载入网格边界"
            raise LoadRefused("数据库里还没有网格，案卷无法落格", value=profile.key, cure=cure)
        locator = Locator(profile, self.source.crs, history)
        self._builder = CaseBuilder(self.source, world.town, world.calendar, locator)
        self._has_cases = has_cases(world.store, self.source.key)
        self.notes["crs"] = f"{self.source.crs} → EPSG:4490"

    def place(self, typed: pd.DataFrame, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Build case rows with grids, deadlines and grade."""
        return self._builder.build(typed, chunk)

    def upsert(self, rows: pd.DataFrame, counts: Counts, origin: Origin | None) -> None:
        """Compare by external number; the first load of a source has nothing to compare with."""
        latest = rows[["reported_at", "closed_at"]].max().max().to_pydatetime()
        self._newest = max(self._newest or latest, latest)
        found = Sorted(rows, [], 0)
        if self._has_cases:
            found = sort_rows(self.world.store, rows, self.source.key, self.source.owns)
        found.add_to(counts)
        if origin is not None:
            stage_rows(self.world.store, found, origin, self.world.town.profile)

    def finish(self, counts: Counts) -> None:
        """Every case stands for itself."""

    def newest(self, now: datetime) -> datetime | None:
        """The newest report or closing, at most now."""
        return None if self._newest is None else min(self._newest, now)

    def publish(self, origin: Origin, values: dict[str, Any]) -> None:
        """Write the journal and flip the load."""
        Publisher(self.world.store, origin.load_id, origin.at).publish(values)
