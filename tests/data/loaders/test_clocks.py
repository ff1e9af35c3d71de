"""The deadlines that a load stores are those that the clock reads from the journal, whatever comes after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.domain.people import COMMAND_LINE
from data.loaders.pipeline import load
from data.loaders.rollback import rollback
from data.services.case_clocks import clock_columns
from data.services.reclock import reclock
from data.settings import Settings
from data.store.journal import read_entries
from data.store.tables import cases
from data.views.case_clock import clock_of
from data.views.verification import verify_journal
from data.world import World, open_world
from tests.data.loaders.conftest import GOOD, NOW, town_features, write_features

HOUR = timedelta(hours=1)
CORRECTED = GOOD.replace("2026-11-20 10:00", "2026-11-19 09:00").replace("2026-11-22 10:00:00", "")
CLOSED = GOOD.replace(",,紧急", ",2026-11-21 09:00:00,紧急")
WriteCsv = Callable[..., Path]


@pytest.fixture
def owning(mini_folder: Path, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """The small town with a source that owns the time of the report."""
    folder = shutil.copytree(mini_folder, tmp_path / "owning")
    source = folder / "sources" / "calls.yaml"
    source.write_text(source.read_text().replace("owns: [title,", "owns: [title, reported_at,"))
    world = open_world(Settings(database_url=sqlite_url, town=str(folder), hash_key="key"))
    load(world, "grids", write_features(tmp_path / "town.geojson", town_features()), NOW)
    yield world
    world.close()


def row_of(world: World) -> dict[str, Any]:
    with world.store.read() as connection:
        return dict(connection.execute(select(cases)).mappings().one())


def agrees(world: World) -> bool:
    """Whether the row keeps what the clock reads, and journal and rows tell the same."""
    row = row_of(world)
    with world.store.read() as connection:
        entries = read_entries(connection, row["id"])
    told = clock_columns(clock_of(world, row, entries, NOW + 9 * HOUR))
    assert verify_journal(world.store).listed == []
    return {name: row[name] for name in told} == told


@pytest.mark.parametrize("line", [GOOD, CORRECTED, CLOSED])
def test_a_new_case(owning: World, write_csv: WriteCsv, line: str) -> None:
    load(owning, "calls", write_csv(line), NOW)
    assert agrees(owning)


@pytest.mark.parametrize("line", [CORRECTED, CLOSED])
def test_a_case_that_a_later_load_changes_and_its_rollback_puts_back(
    owning: World, write_csv: WriteCsv, line: str
) -> None:
    load(owning, "calls", write_csv(GOOD), NOW)
    before = row_of(owning)
    second = load(owning, "calls", write_csv(line), NOW + HOUR)
    assert row_of(owning)["version"] == before["version"] + 1
    assert agrees(owning)
    assert second.load_id is not None
    rollback(owning.store, second.load_id, NOW + 2 * HOUR, town=owning.town)
    assert row_of(owning)["due_at"] == before["due_at"]
    assert agrees(owning)


def test_a_case_reckoned_anew_is_still_the_source_s_to_close(
    owning: World, write_csv: WriteCsv, mini_folder: Path
) -> None:
    load(owning, "calls", write_csv(GOOD.replace("2026-11-22 10:00:00", "")), NOW)
    table = owning.town.folder / "categories.csv"
    table.write_text(table.read_text().replace("elevated,2,work_days", "elevated,3,work_days"))
    url = owning.settings.database_url
    later = open_world(Settings(database_url=url, town=str(owning.town.folder), hash_key="key"))
    [move] = reclock(later, COMMAND_LINE, NOW, is_preview=False).moves
    assert move.before is not None
    assert move.after == move.before + timedelta(days=1)
    assert agrees(later)
    load(later, "calls", write_csv(CLOSED), NOW + HOUR)
    assert row_of(later)["state"] == "closed"
    later.close()
