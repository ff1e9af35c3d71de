"""Words that a load overwrote are erased after thirty days; a rollback restores the rest and says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.loaders import erasure
from data.loaders.erasure import erase_old_rejects, erase_old_words
from data.loaders.errors import LoadRefused
from data.loaders.ledger import list_rejects
from data.loaders.pipeline import load
from data.loaders.rejects import ERASED_VALUE
from data.loaders.rollback import rollback
from data.services.housekeeping import tidy
from data.store.tables import before_images, case_contents, persons, rejects, staff
from data.world import World
from tests.data.loaders.conftest import GOOD, NOW
from tests.data.loaders.test_reload import _rows
from tests.data.loaders.test_staff import ROW, STAFF_HEADER

WriteCsv = Callable[..., Path]
LATER = NOW + timedelta(hours=1)
YOUNG = LATER + timedelta(days=29, hours=23)
OLD = LATER + timedelta(days=30, hours=1)
ERASABLE = before_images.c.table_name.in_(("case_contents", "persons"))


def _images(world: World) -> list[str | None]:
    with world.store.read() as connection:
        return list(connection.execute(select(before_images.c.before).where(ERASABLE)).scalars())


def _words(world: World) -> list[str | None]:
    with world.store.read() as connection:
        return list(connection.execute(select(case_contents.c.description)).scalars())


def test_overwritten_words_stay_thirty_days_and_not_one_more(world: World, write_csv: WriteCsv) -> None:
    load(world, "calls", write_csv(GOOD), NOW)
    second = load(world, "calls", write_csv(GOOD.replace("破损", "丢失").replace("翘起", "塌陷")), LATER)
    tidy(world, YOUNG)
    assert "路口井盖翘起" in str(_images(world))
    tidy(world, OLD)
    assert _images(world) == [f'{{"erased":["description"],"case_id":{_rows(world)["A1"]["id"]}}}']
    assert erase_old_words(world.store, OLD) == 0
    report = rollback(world.store, second.load_id or 0, OLD)
    assert (report.restored, report.erased, report.kept) == (1, 1, [])
    assert _rows(world)["A1"]["title"] == "井盖破损"
    assert _words(world) == ["路口井盖塌陷"]
    assert _images(world) == []


def test_words_of_many_cases_are_erased_piece_by_piece(
    mini: World, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "AT_ONCE", 2)
    lines = [GOOD.replace("A1", f"B{number}") for number in range(5)]
    load(mini, "calls", write_csv(*lines), NOW)
    load(mini, "calls", write_csv(*(line.replace("翘起", "塌陷") for line in lines)), LATER)
    assert erase_old_words(mini.store, OLD) == 5
    assert not any("翘起" in (image or "") for image in _images(mini))


def test_what_a_load_added_is_still_taken_away(world: World, write_csv: WriteCsv) -> None:
    load(world, "calls", write_csv(GOOD.replace("路口井盖翘起", "")), NOW)
    second = load(world, "calls", write_csv(GOOD), LATER)
    tidy(world, OLD)
    assert rollback(world.store, second.load_id or 0, OLD).erased == 0
    assert _words(world) == []


@pytest.mark.parametrize("day", [YOUNG, OLD])
def test_words_of_a_load_that_is_gone_never_come_back(
    world: World, write_csv: WriteCsv, day: datetime
) -> None:
    """B and C change a case; B is taken back first and its words are erased: C leads past B's words."""
    load(world, "calls", write_csv(GOOD), NOW)
    second = load(world, "calls", write_csv(GOOD.replace("翘起", "塌陷")), LATER)
    third = load(world, "calls", write_csv(GOOD.replace("翘起", "松动")), YOUNG)
    rollback(world.store, second.load_id or 0, YOUNG)
    tidy(world, day)
    report = rollback(world.store, third.load_id or 0, OLD)
    assert _words(world) == (["路口井盖翘起"] if day == YOUNG else ["路口井盖松动"])
    assert report.erased == (day == OLD)


def test_what_stood_in_refused_rows_is_erased_after_thirty_days(
    world: World, write_csv: WriteCsv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "AT_ONCE", 2)
    bad = [GOOD.replace("A1", f"B{number}").replace("紧急,", f"很急{number},") for number in range(5)]
    made = load(world, "calls", write_csv(GOOD, *bad), NOW)
    load(world, "calls", write_csv(GOOD, bad[0].replace("B0", "C0"), name="later.csv"), YOUNG)
    before = list_rejects(world.store, made.load_id or 0)
    assert {reject.value for reject in before} == {f"很急{number}" for number in range(5)}
    tidy(world, NOW + timedelta(days=29))
    assert list_rejects(world.store, made.load_id or 0) == before
    tidy(world, OLD)
    assert list_rejects(world.store, made.load_id or 0) == [
        replace(reject, value=ERASED_VALUE) for reject in before
    ]
    assert "很急0" in str(list_rejects(world.store, (made.load_id or 0) + 1))
    assert erase_old_rejects(world.store, OLD) == 0


def test_what_a_file_refused_whole_held_is_erased_too(world: World, write_csv: WriteCsv) -> None:
    """A file without its header row: its first row stands as the columns that were found."""
    with pytest.raises(LoadRefused):
        load(world, "calls", write_csv(GOOD, header="某某家门口,电话 139"), NOW)
    with world.store.read() as connection:
        (load_id,) = connection.execute(select(rejects.c.load_id).distinct()).scalars()
    tidy(world, OLD)
    assert "139" not in str(list_rejects(world.store, load_id))


def _people(world: World) -> list[tuple[Any, ...]]:
    query = select(staff.c.grid_code, persons.c.name, persons.c.telephone)
    with world.store.read() as connection:
        found = connection.execute(query.outerjoin(persons, persons.c.person_hash == staff.c.person_hash))
        return [tuple(row) for row in found]


CHANGES = [
    ROW.replace("员·01", "员·02").replace(",C0", ",C1"),
    ROW.replace("1390000", "1380000").replace(",C0", ",C1"),
]


@pytest.mark.parametrize("changed", CHANGES, ids=["name", "telephone"])
def test_an_erased_name_does_not_leave_a_nameless_member(
    world: World, write_csv: WriteCsv, changed: str
) -> None:
    load(world, "staff", write_csv(ROW, header=STAFF_HEADER), NOW)
    second = load(world, "staff", write_csv(changed, header=STAFF_HEADER), LATER)
    (after,) = _people(world)
    tidy(world, OLD)
    assert not any("1390000" in (image or "") or "员·01" in (image or "") for image in _images(world))
    report = rollback(world.store, second.load_id or 0, OLD)
    assert (report.restored, report.erased) == (1, 1)
    assert _people(world) == [("C0", *after[1:])]
    with world.store.read() as connection:
        assert len(connection.execute(select(persons)).all()) == 1
