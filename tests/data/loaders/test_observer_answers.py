"""A file of opinions after somebody answered here: it corrects what it owns and takes no answer away."""

from __future__ import annotations

from pathlib import Path

from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.loaders.pipeline import load
from data.loaders.rollback import rollback
from data.services.observer_opinions import answer_opinion
from data.store.modules.enforcement import observer_opinions
from data.store.observer_tables import observer_answers
from tests.data.loaders import records_town as town
from tests.data.loaders.conftest import NOW
from tests.data.loaders.sample_books import FOLDER

KEY = "enforcement_observer_opinions"
BEFORE = ("economy_enterprises", "enforcement_matters", "enforcement_cases", "enforcement_observers")
LEAD = Actor("li", Role.SHIFT_LEAD, "李四")


def test_a_file_of_opinions_never_takes_an_answer_away(sqlite_url: str, tmp_path: Path) -> None:
    world = town.open_town(sqlite_url)
    for source in BEFORE:
        load(world, source, FOLDER / f"{source}.xlsx", NOW)
    rows = town.with_cell(KEY, "answered_at", "")
    first = load(world, KEY, town.write_book(tmp_path, KEY, rows), NOW)
    number = rows[0][town.place_of(KEY, "number")]
    answer_opinion(world, number, "已按基准说明", "a", LEAD, NOW)

    again = load(world, KEY, town.write_book(tmp_path, KEY, rows), NOW)
    assert (again.counts.updated, again.counts.unchanged) == (0, len(rows))
    rows[0][town.place_of(KEY, "opinion")] = "改过的意见"
    rows[0][town.place_of(KEY, "answered_at")] = "2026-11-20 09:00"
    corrected = load(world, KEY, town.write_book(tmp_path, KEY, rows), NOW)
    row = next(one for one in town.stored(world, observer_opinions) if one["number"] == number)
    assert (row["opinion"], row["answered_at"]) == ("改过的意见", NOW)

    assert corrected.load_id is not None
    assert first.load_id is not None
    assert rollback(world.store, corrected.load_id, NOW).kept == []
    kept = rollback(world.store, first.load_id, NOW).kept
    assert [one.name for one in kept] == [number]
    row = next(one for one in town.stored(world, observer_opinions) if one["number"] == number)
    assert (row["answered_at"], row["load_id"]) == (NOW, first.load_id)
    with world.store.read() as connection:
        assert connection.execute(observer_answers.select()).one().text == "已按基准说明"
    world.close()
