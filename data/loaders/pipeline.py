"""The one way from a file to rows; the order of the steps is written here and nowhere else."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from data.domain.errors import NotFound
from data.loaders.boundaries import GridTarget
from data.loaders.contracts import REQUIRED_FIELDS, Limits, contract
from data.loaders.convert import ClockNotes, Reading
from data.loaders.errors import LoadRefused
from data.loaders.ledger import Counts, Origin, open_load, refuse_load, remove_if_staging, write_rejects
from data.loaders.liveness import only_load
from data.loaders.modules import RECORDS
from data.loaders.readers import Chunk, read_chunks
from data.loaders.records import RecordTarget
from data.loaders.rejects import Reject, row_numbers
from data.loaders.rosters import RosterTarget
from data.loaders.staff import StaffTarget
from data.loaders.sweep import sweep_source
from data.loaders.targets import CaseTarget, Target
from data.loaders.validate import Checker
from data.town import SourceProfile
from data.world import World

SAMPLE_ROWS = 10
TARGET_NAMES = {"cases": "案卷", "grids": "网格边界", "staff": "人员", "shifts": "排班"} | {
    target: records.name for target, records in RECORDS.items()
}
Progress = Callable[[int], None]
"""Is told how many more rows of the file were read."""


@dataclass(slots=True)
class Report:
    """What a load did, or would do: `load_id` is None for a preview, `sample` holds ten mapped rows.

    `names` leads from a field to the file's own name for it.
    """

    source_key: str
    counts: Counts = field(default_factory=Counts)
    rejects: list[Reject] = field(default_factory=list)
    sample: pd.DataFrame = field(default_factory=pd.DataFrame)
    load_id: int | None = None
    data_until: datetime | None = None
    lineage: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def load(
    world: World,
    source_key: str,
    path: Path,
    now: datetime,
    *,
    actor: str = "cli",
    is_preview: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Load a file of a source, or preview what that would do.

    Raises `NotFound` for an unknown source, `LoadRefused` for a file whose shape is wrong and `Conflict`
    while another process loads the same source. After an error the database is as before, but for the
    ledger, which remembers a refused file and why.
    """
    source = the_source(world, source_key)
    report = Report(source.key)
    if is_preview:
        return Run(world, source, path, now, report, progress).carry_out(None)
    with only_load(world.store, source.key):
        sweep_source(world.store, source.key, now)
        origin = open_load(world.store, source, path, actor, now)
        try:
            with _unhurried_collector():
                return Run(world, source, path, now, report, progress).carry_out(origin)
        except LoadRefused as refused:
            refuse_load(world.store, origin.load_id, refused.reasons(), report.counts)
            raise
        except BaseException:
            remove_if_staging(world.store, origin.load_id)
            raise


@contextmanager
def _unhurried_collector() -> Iterator[None]:
    """Keep the garbage collector from walking through millions of cells again and again: rows form no rings."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def the_source(world: World, source_key: str) -> SourceProfile:
    """Return a source of the town; raise `NotFound` naming those that exist."""
    source = world.town.sources.get(source_key)
    if source is None:
        known = "、".join(sorted(world.town.sources)) or "无"
        cure = f"请从以下来源中选择：{known}"
        raise NotFound(f"没有名为“{source_key}”的来源", value=source_key, cure=cure)
    return source


class Run:
    """One file on its way. Opens the file at once, so that a wrong shape shows before anything is staged."""

    def __init__(
        self,
        world: World,
        source: SourceProfile,
        path: Path,
        now: datetime,
        report: Report,
        progress: Progress | None = None,
        *,
        keeps_all: bool = False,
    ) -> None:
        self.world, self.source, self.now, self.report = world, source, now, report
        self.progress = progress or (lambda _rows: None)
        self.notes = ClockNotes()
        self.target = make_target(world, source, now)
        chunks = read_chunks(path, source, world.town.sources.values())
        self.chunks: Iterator[Chunk] = chain([c] if (c := next(chunks, None)) else [], chunks)
        reading = Reading(source, world.town.profile.zone, self.notes)
        self.checker = Checker(reading, contract(source.target, Limits(world.town, now)), keeps_all)

    def carry_out(self, origin: Origin | None) -> Report:
        """Upsert what was read, checked and located, chunk by chunk; then publish and ledger."""
        report = self.report
        for chunk, rows, rejects in self.pieces():
            if len(rows):
                self.target.upsert(rows, report.counts, origin)
            self._count(chunk, rows, rejects, origin)
        self.target.finish(report.counts)
        report.data_until = self.target.newest(self.now)
        report.lineage = {**self.target.notes, **self.notes.as_json(), "profile": self.source.version}
        if origin is not None:
            self._publish(origin)
        return report

    def pieces(self) -> Iterator[tuple[Chunk, pd.DataFrame, list[Reject]]]:
        """Read → rename → validate → convert and locate: yield each chunk, its rows and its rejects."""
        for chunk in self.chunks:
            typed, rejects = self.checker.check(chunk)
            rows, misplaced = self.target.place(typed, chunk) if len(typed) else (typed, [])
            yield chunk, rows, [*rejects, *misplaced]

    def _count(self, chunk: Chunk, rows: pd.DataFrame, rejects: list[Reject], origin: Origin | None) -> None:
        report = self.report
        report.names = chunk.names
        report.counts.read += chunk.rows_read
        report.counts.rejected += len(row_numbers(rejects))
        if len(report.sample) < SAMPLE_ROWS and len(rows):
            report.sample = pd.concat([report.sample, rows.head(SAMPLE_ROWS - len(report.sample))])
        if origin is None:
            report.rejects += rejects
        elif rejects:
            with self.world.store.write() as transaction:
                write_rejects(transaction.connection, origin.load_id, rejects)
        self.progress(chunk.rows_read)

    def _publish(self, origin: Origin) -> None:
        report = self.report
        report.load_id = origin.load_id
        values = {**report.counts.columns(), "data_until": report.data_until, "lineage": lineage_text(report)}
        self.target.publish(origin, values)


def lineage_text(report: Report) -> str:
    """Return how the values of a load came about, as JSON."""
    return json.dumps(report.lineage, ensure_ascii=False, sort_keys=True, default=str)


def make_target(world: World, source: SourceProfile, now: datetime) -> Target:
    """Return the target that a source's rows go to."""
    today = now.astimezone(world.town.profile.zone).date()
    if source.target not in REQUIRED_FIELDS:
        known = "、".join(f"{TARGET_NAMES[target]} {target}" for target in REQUIRED_FIELDS)
        raise LoadRefused(
            f"来源“{source.name}”的数据（target: {source.target}）还不能载入",
            field="target",
            value=source.target,
            cure=f"目前可载入：{known}",
        )
    match source.target:
        case "grids":
            return GridTarget(world, source, today)
        case "staff":
            return StaffTarget(world, source)
        case "shifts":
            return RosterTarget(world, source)
        case target if target in RECORDS:
            return RecordTarget(world, source, RECORDS[target], now)
        case _:
            return CaseTarget(world, source)
