"""Opening a town: its database, its grids, and several processes at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from data.domain.errors import TownError
from data.opening import open_town, register_town
from data.settings import Settings
from data.store.tables import grids, loads
from data.world import World
from tests.worlds import NOW


def count(world, table):
    with world.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_town_opens_with_its_own_grids_once(database_url):
    for _ in range(2):
        world = open_town(Settings(database_url=database_url))
        assert (count(world, grids), count(world, loads)) == (130, 1)
        world.close()


def test_two_processes_may_open_at_once(database_url):
    settings = Settings(database_url=database_url)
    with ThreadPoolExecutor(2) as pool:
        worlds = list(pool.map(open_town, [settings, settings]))
    assert count(worlds[0], grids) == 130
    [world.close() for world in worlds]


def test_a_database_belongs_to_one_town(sqlite_url):
    world = open_town(Settings(database_url=sqlite_url))
    profile = world.town.profile.model_copy(update={"key": "elsewhere", "name": "别处镇"})
    other = World(
        world.settings, _with_profile(world.town, profile), world.store, world.calendar, world.grids
    )
    with pytest.raises(TownError, match="凤凰镇") as refusal:
        register_town(other, NOW)
    assert "CLOUD_DATABASE_URL" in refusal.value.cure
    world.close()


def _with_profile(town, profile):
    from dataclasses import replace

    return replace(town, profile=profile)
