"""Opening a town for work: the database belongs to it, and its own grids stand in it."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, insert, select

from data.domain.errors import Conflict, TownError
from data.domain.formula import FormulaError
from data.loaders.pipeline import load
from data.loaders.sweep import sweep_dead_loads
from data.settings import Settings
from data.store.engine import take_turn
from data.store.tables import grids, towns
from data.town import Town
from data.views.indicators import check_formulas
from data.world import World, open_world, utc_now

PATIENCE = 120
PAUSE_SECONDS = 0.5


def open_town(settings: Settings) -> World:
    """Open the world, register its town, finish what dead loads left, and load the folder's own grids.

    Raises `TownError` when the database already belongs to another town.
    """
    world = open_world(settings)
    check_indicators(world.town)
    register_town(world, utc_now())
    sweep_dead_loads(world.store, utc_now())
    if world.town.grids_path is not None:
        _make_sure_of_grids(world, world.town.grids_path)
    return world


def register_town(world: World, now: datetime) -> None:
    """Write whose database this is; a database never mixes two towns."""
    profile = world.town.profile
    with world.store.write() as transaction:
        take_turn(transaction.connection)
        owner = transaction.connection.execute(select(towns.c.key, towns.c.name)).first()
        if owner is None:
            row = {"key": profile.key, "code": profile.code, "name": profile.name, "created_at": now}
            transaction.connection.execute(insert(towns).values(row))
        elif owner.key != profile.key:
            raise TownError(
                f"数据库属于“{owner.name}”，不能用作“{profile.name}”",
                field="CLOUD_DATABASE_URL",
                value=owner.key,
                cure="请为每个镇使用各自的数据库，改 CLOUD_DATABASE_URL 或 CLOUD_TOWN",
            )


def check_indicators(town: Town) -> None:
    """Refuse an indicator whose formula cannot be read, or names what its module does not count."""
    try:
        check_formulas(town)
    except FormulaError as error:
        raise TownError(
            str(error),
            field="formula",
            value=error.name,
            cure="请改正 indicators/ 中的 formula 或 sample",
        ) from error


def _has_grids(world: World) -> bool:
    with world.store.read() as connection:
        return bool(connection.execute(select(func.count()).select_from(grids)).scalar_one())


def _make_sure_of_grids(world: World, path: Path) -> None:
    """Load the folder's grids through the ordinary pipeline, unless some process has done so."""
    for _ in range(PATIENCE):
        if _has_grids(world):
            return
        with suppress(Conflict):
            load(world, "grids", path, utc_now(), actor="init")
            return
        time.sleep(PAUSE_SECONDS)
    raise Conflict(
        "另一个进程正在载入网格，等待超时", code="busy", cure="请等它完成，或结束那个进程后重新启动"
    )
