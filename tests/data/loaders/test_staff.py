"""Staff lists: names stand apart under a keyed hash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from data.loaders.pipeline import load
from data.loaders.rollback import rollback
from data.store.tables import persons, staff
from data.world import World
from tests.data.loaders.conftest import NOW, load_rejects

TOMORROW = NOW + timedelta(days=1)
WriteCsv = Callable[..., Path]
STAFF_HEADER = "工号,姓名,电话,单位,岗位,身份,网格"
ROW = "S1,网格员·01,1390000,office,网格员,编外,C0"


def _staff(world: World) -> list[tuple[Any, ...]]:
    query = select(staff.c.staff_no, staff.c.role, staff.c.grid_code, persons.c.name, persons.c.telephone)
    with world.store.read() as connection:
        found = connection.execute(query.outerjoin(persons, persons.c.person_hash == staff.c.person_hash))
        return sorted(tuple(row) for row in found)


def test_staff_are_kept_by_a_keyed_hash(world: World, write_csv: WriteCsv) -> None:
    path = write_csv(ROW, ROW.replace("S1", "S2").replace("网格员,编外", "厨师,编外"), header=STAFF_HEADER)
    report = load(world, "staff", path, NOW)
    assert _staff(world) == [("S1", "grid_member", "C0", "网格员·01", "1390000")]
    assert [reject.reason for reject in load_rejects(world, report)] == ["岗位不认识"]
    assert load(world, "staff", path, TOMORROW).counts.unchanged == 1


def test_a_staff_list_is_updated_and_taken_back(world: World, write_csv: WriteCsv) -> None:
    first = load(world, "staff", write_csv(ROW, header=STAFF_HEADER), NOW)
    second = load(world, "staff", write_csv(ROW.replace(",C0", ",C1"), header=STAFF_HEADER), NOW)
    assert second.counts.updated == 1
    assert _staff(world)[0][2] == "C1"
    assert rollback(world.store, second.load_id, NOW).restored == 1
    assert _staff(world)[0][2] == "C0"
    assert rollback(world.store, first.load_id, NOW).withdrawn == 1
    assert _staff(world) == []
