"""One demo town on SQLite, generated once, and small helpers to look into it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from data.demo.modules.rows import Stage
from data.demo.plan import make_plan
from data.demo.records import write_records
from data.demo.run import DemoReport, generate_demo
from data.demo.scene import Scene, build_scene, town_grids
from data.services.measures import count_marked
from data.store.tables import metadata
from data.store.unit_of_work import Store
from data.town import Town
from data.world import World
from tests.worlds import make_world

REFERENCE = datetime(2026, 11, 23, 9, 32, 8, tzinfo=UTC)  # Monday 17:32:08 in the town
SEED = 20231
KEY = b"a key for tests"

Generate = Callable[..., DemoReport]


@pytest.fixture(scope="session")
def scene(town: Town, sqlite_template: Path) -> Scene:
    """Return the stage of the home town."""
    store = Store.open(f"sqlite:///{sqlite_template}")
    grids = town_grids(store, town, REFERENCE.date())
    store.close()
    return build_scene(town, grids, SEED)


@pytest.fixture(scope="session")
def demo(town: Town, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a store with a month of the full-size demo; only to be read."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copy(sqlite_template, path)
    store = Store.open(f"sqlite:///{path}")
    generate(store, town, months=1, cases_per_day=164.0)
    yield store
    store.close()


@pytest.fixture(scope="session")
def stage(scene: Scene) -> Stage:
    """Return what the modules' rows of the full demo are made from."""
    return Stage(scene, make_plan(scene.town, REFERENCE, SEED, 164.0, 24), KEY)


@pytest.fixture(scope="session")
def small_stage(scene: Scene) -> Stage:
    """Return the same for a small demo of two months."""
    return Stage(scene, make_plan(scene.town, REFERENCE, SEED, 10.0, 2), KEY)


@pytest.fixture(scope="session")
def recorded(
    small_stage: Stage, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Return a world with the records of the small demo, counted; only to be read."""
    path = tmp_path_factory.mktemp("recorded") / "cloud.db"
    shutil.copy(sqlite_template, path)
    world = make_world(f"sqlite:///{path}")
    assert write_records(world.store, small_stage, lambda: REFERENCE, lambda: True)
    while count_marked(world, REFERENCE):
        pass
    yield world
    world.close()


@pytest.fixture
def fresh(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Return a maker of empty stores."""
    made: list[Store] = []

    def make() -> Store:
        path = tmp_path / f"{len(made)}.db"
        shutil.copy(sqlite_template, path)
        made.append(Store.open(f"sqlite:///{path}"))
        return made[-1]

    yield make
    for store in made:
        store.close()


def generate(store: Store, town: Town, **changes: Any) -> DemoReport:
    """Generate a small demo with a standing clock, in this process."""
    wanted = {
        "reference": REFERENCE,
        "seed": SEED,
        "hmac_key": KEY,
        "cases_per_day": 15.0,
        "months": 1,
        "clock": lambda: REFERENCE,
        "is_parallel": False,
    }
    return generate_demo(store, town, **wanted | changes)


def fingerprint(store: Store, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Return a hash of every table's rows in the order of their keys."""
    tables = [table for table in metadata.sorted_tables if table.name not in without]
    return {table.name: _hash(store, table) for table in tables}


def _hash(store: Store, table: Table) -> str:
    digest = hashlib.sha256()
    with store.read() as connection:
        for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
            digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def rows(store: Store, query: Any) -> list[Any]:
    """Return the rows of a query."""
    with store.read() as connection:
        return list(connection.execute(query))
