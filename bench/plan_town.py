"""A town with many people on shift and many orders in hand, to plan in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert, select

from bench.serve import fill
from data.domain.people import SYSTEM
from data.domain.vocabulary import IntakeChannel
from data.services.report import ReportCase, report_case
from data.store.tables import cases, orders, persons, positions, shifts, staff
from data.world import World
from tests.worlds import NOW, make_world

__all__ = ["GRID", "NOW", "POINT", "report", "staffed_world"]

POINT, GRID = (120.63, 31.77), "320582105204003"
HOUR = timedelta(hours=1)
OPEN_CASES = 2_000


def staffed_world(folder: str, count: int) -> World:
    """Return the home town with `count` people on shift in its comprehensive grids and 2,000 open cases."""
    world = make_world(f"sqlite:///{Path(folder) / 'plan.db'}")
    fill(world, OPEN_CASES)
    rng = np.random.default_rng(5)
    frame = world.grids.current(NOW.date()).frame
    fine = frame[frame["kind"] == "comprehensive"]
    middles = fine.geometry.representative_point()
    people: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        place = number % len(fine)
        lon, lat = middles.x.iloc[place], middles.y.iloc[place]
        row = {"id": number, "grid": fine["code"].iloc[place], "village": fine["village_code"].iloc[place]}
        people.append(row | {"lon": lon + rng.normal(0, 0.002), "lat": lat + rng.normal(0, 0.002)})
    _write(world, people, rng)
    return world


def report(world: World, number: int = 0) -> int:
    """Report a case near the middle of a grid; each number another place."""
    lon, lat = POINT[0] + number % 10 * 0.0004, POINT[1] + number // 10 % 5 * 0.0004
    command = ReportCase(f"占道经营{number}", "0103", IntakeChannel.PATROL, lon, lat)
    return report_case(world, command, SYSTEM, NOW).id


def _write(world: World, people: list[dict[str, Any]], rng: np.random.Generator) -> None:
    with world.store.write() as transaction:
        write = transaction.connection.execute
        write(insert(persons), [{"person_hash": f"h{p['id']}", "name": f"网格员{p['id']}"} for p in people])
        write(insert(staff), [_staff(p) for p in people])
        write(
            insert(shifts),
            [
                {"staff_id": p["id"], "grid_code": p["grid"], "starts_at": NOW - HOUR, "ends_at": NOW + HOUR}
                for p in people
            ],
        )
        write(
            insert(positions),
            [{k: p[k] for k in ("lon", "lat")} | {"staff_id": p["id"], "fixed_at": NOW} for p in people],
        )
        ids = write(select(cases.c.id)).scalars().all()
        write(insert(orders), [_order(case_id, int(rng.integers(1, len(people) + 1))) for case_id in ids])


def _staff(person: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": person["id"],
        "staff_no": f"S{person['id']}",
        "person_hash": f"h{person['id']}",
        "unit_code": person["village"],
        "role": "grid_member",
        "staff_kind": "contract",
        "grid_code": person["grid"],
        "skills": "巡查;调解",
    }


def _order(case_id: int, staff_id: int) -> dict[str, Any]:
    row = {"case_id": case_id, "number": f"bench-{case_id}", "is_main": True, "unit_code": "enforcement"}
    return row | {"staff_id": staff_id, "state": "sent", "sent_at": NOW, "due_at": NOW + HOUR}
