"""Names of staff: one hash for all, gone when nobody bears them, back with a rollback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from data.demo.roster import Person
from data.loaders.pipeline import load
from data.loaders.rollback import rollback
from data.store.tables import before_images, persons
from data.world import World
from tests.data.loaders.conftest import NOW

WriteCsv = Callable[..., Path]
STAFF_HEADER = "工号,姓名,电话,单位,岗位,身份,网格"
ROW = "S1,网格员·01,1390000,office,网格员,编外,C0"


def _names(world: World) -> list[tuple[str | None, str | None]]:
    with world.store.read() as connection:
        return [tuple(row) for row in connection.execute(select(persons.c.name, persons.c.telephone))]


CALLED, RENAMED, MOVED = ("网格员·01", "1390000"), ("网格员·02", "1390000"), ("网格员·01", "1390001")


@pytest.mark.parametrize(
    ("second", "third", "order", "expected"),
    [
        (RENAMED, None, "BA", [[RENAMED], [CALLED], []]),
        (MOVED, None, "BA", [[MOVED], [CALLED], []]),
        (("", ""), None, "BA", [[], [CALLED], []]),
        (RENAMED, None, "AB", [[RENAMED], [RENAMED], []]),
        (RENAMED, MOVED, "BCA", [[MOVED], [MOVED], [CALLED], []]),
        (MOVED, RENAMED, "CBA", [[RENAMED], [MOVED], [CALLED], []]),
    ],
)
def test_names_go_back_with_their_rows_and_nobody_elses_stay(
    world: World,
    write_csv: WriteCsv,
    second: tuple[str, str],
    third: tuple[str, str] | None,
    order: str,
    expected: list[list[tuple[str, str]]],
) -> None:
    """What stands in `persons` after the last load, then after each rollback; no words stay behind at the end."""
    ids = {}
    for key, words in zip("ABC", filter(None, (CALLED, second, third)), strict=False):
        line = ROW.replace(CALLED[0], words[0]).replace(CALLED[1], words[1])
        ids[key] = load(world, "staff", write_csv(line, header=STAFF_HEADER), NOW).load_id
    seen = [_names(world)]
    for key in order:
        rollback(world.store, ids[key] or 0, NOW)
        seen.append(_names(world))
    assert seen == expected
    with world.store.read() as connection:
        kept = select(before_images.c.table_name).where(before_images.c.table_name == "persons")
        assert connection.execute(kept).all() == []


def test_the_demo_and_the_loader_know_a_person_by_the_same_hash(mini: World, write_csv: WriteCsv) -> None:
    load(mini, "staff", write_csv(ROW, header=STAFF_HEADER), NOW)
    person = Person(1, "S1", CALLED[0], "u", "grid_member", "contract", "C0", None)
    with mini.store.read() as connection:
        assert connection.execute(select(persons.c.person_hash)).scalar_one() == person.person_hash(b"key")
