"""Small worlds for tests: the home town's folder on an empty database, its grids written directly."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import shapely
from shapely.geometry import shape
from sqlalchemy import insert

from data.domain.people import Actor
from data.domain.vocabulary import Action, ReturnCode
from data.opening import register_town
from data.services.acting import act
from data.services.actions import CaseAction
from data.services.dispatch import DispatchReceipt, dispatch_case
from data.services.dispatch_choice import DispatchCase
from data.settings import Settings
from data.store.tables import grids
from data.world import World, open_world

NOW = datetime(2026, 11, 23, 9, 32, 8, tzinfo=UTC)  # Monday 17:32:08 in the town
COLUMNS = ("code", "kind", "name", "village_code", "population", "households", "firms")


def make_world(url: str, **settings: Any) -> World:
    """Return the home town with its 130 grids and nothing else; no simulation."""
    world = open_world(Settings(database_url=url, **{"simulate": 0, **settings}))
    register_town(world, NOW)
    assert world.town.grids_path is not None
    features = json.loads(world.town.grids_path.read_text())["features"]
    with world.store.write() as transaction:
        transaction.connection.execute(insert(grids), [_row(feature) for feature in features])
        transaction.changed("grids", NOW)
    return world


def advance(
    world: World, case_id: int, action: Action, actor: Actor, now: datetime, reason: str = "试"
) -> str:
    """Carry out an action on the newest version of a case; return its new state."""
    if action is Action.DISPATCH:
        return send_to_main_unit(world, case_id, actor, now).state
    code = str(ReturnCode.WRONG_UNIT) if action is Action.RETURN else None
    return act(world, CaseAction(case_id, action, reason=reason, reason_code=code), actor, now).state


def send_to_main_unit(
    world: World, case_id: int, actor: Actor, now: datetime, version: int | None = None
) -> DispatchReceipt:
    """Dispatch a case to its main unit alone."""
    return dispatch_case(world, DispatchCase(case_id, version, responders=()), actor, now)


def _row(feature: dict[str, Any]) -> dict[str, Any]:
    figures = {column: feature["properties"].get(column) for column in COLUMNS}
    geometry = shapely.to_wkb(shape(feature["geometry"]))
    return figures | {"geometry": geometry, "valid_from": date(2024, 1, 1), "is_demo": True}
