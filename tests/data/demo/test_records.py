"""The demo's records of the modules: the same again, resumed where cut off, counted, on both databases."""

from __future__ import annotations

from itertools import repeat

import pytest
from sqlalchemy import func, select

from data.demo.modules import ROWS
from data.demo.modules.rows import Stage
from data.demo.records import load_key, unwritten, write_records
from data.loaders.modules import RECORDS
from data.store.measure_tables import measure_marks
from data.store.modules.economy import enterprises
from data.store.modules.shared import subject_uses, subjects
from data.store.tables import loads
from data.store.unit_of_work import Store
from data.views.aggregate_check import verify_aggregates
from data.views.facts import FACTS
from data.world import World
from tests.data.demo.conftest import REFERENCE, rows
from tests.worlds import make_world


def write(store: Store, stage: Stage, turns: int | None = None) -> bool:
    left = repeat(True) if turns is None else iter([True] * turns)
    return write_records(store, stage, lambda: REFERENCE, lambda: next(left, False))


def told(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every record table but for ids and loads."""
    tables = [RECORDS[name].table for name in sorted(RECORDS)] + [subjects, subject_uses]
    columns = {t: [c for c in t.columns if c.name not in ("id", "load_id")] for t in tables}
    return {t.name: sorted(rows(store, select(*columns[t])), key=str) for t in tables}


def test_every_module_with_facts_of_records_has_demo_rows() -> None:
    assert set(ROWS) <= set(FACTS)


@pytest.mark.parametrize("turns", [1, 4])
def test_stopped_and_resumed_gives_the_same(
    sqlite_url: str, recorded: World, small_stage: Stage, turns: int
) -> None:
    world = make_world(sqlite_url)
    assert not write(world.store, small_stage, turns)
    with world.store.read() as connection:
        assert unwritten(connection)
    assert write(world.store, small_stage)
    assert told(world.store) == told(recorded.store)
    world.close()


def test_on_postgresql_as_on_sqlite(postgres_url: str, recorded: World, small_stage: Stage) -> None:
    world = make_world(postgres_url)
    assert write(world.store, small_stage)
    assert told(world.store) == told(recorded.store)
    world.close()


def test_every_module_has_a_load_and_every_row_is_demo(recorded: World) -> None:
    for module in ROWS:
        found = rows(
            recorded.store,
            select(loads.c.status, loads.c.is_demo).where(loads.c.source_key == load_key(module)),
        )
        assert found == [("published", True)]
    for records in RECORDS.values():
        table = records.table
        assert not rows(recorded.store, select(table.c.id).where(table.c.is_demo.is_(False)).limit(1))


def test_what_was_loaded_before_stays(sqlite_url: str, small_stage: Stage) -> None:
    world = make_world(sqlite_url)
    first = next(iter(ROWS["economy"](small_stage)[enterprises]))
    with world.store.write() as transaction:
        transaction.connection.execute(
            enterprises.insert().values({**first, "name": "真名", "is_demo": False})
        )
    assert write(world.store, small_stage)
    c = enterprises.c
    assert rows(world.store, select(c.name, c.is_demo).where(c.code == first["code"])) == [("真名", False)]
    world.close()


def test_the_aggregates_agree_with_the_rows(recorded: World) -> None:
    assert rows(recorded.store, select(func.count()).select_from(measure_marks)) == [(0,)]
    check = verify_aggregates(recorded, REFERENCE)
    assert check.found == 0, check.listed
    assert check.sums > 0
