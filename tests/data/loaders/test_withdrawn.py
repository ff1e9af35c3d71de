"""Loads taken back in any order, what screens show of them, and which words are kept for it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from data.domain.vocabulary import Action, AsOf
from data.loaders.pipeline import load
from data.loaders.rollback import rollback
from data.store.tables import before_images, case_contents
from data.views.cases import CaseFilter, case_list
from data.views.live import LivePicture
from data.views.past_situation import situation_at
from data.world import World
from tests.data.loaders.conftest import GOOD, NOW
from tests.data.loaders.test_reload import (
    LATER,
    OPERATOR,
    SECOND,
    WriteCsv,
    _description,
    _id,
    _journal,
    _rows,
)
from tests.worlds import advance


def test_the_screens_show_what_an_operator_touched_and_nothing_else_of_a_withdrawn_load(
    world: World, write_csv: WriteCsv
) -> None:
    first = load(world, "calls", write_csv(GOOD, SECOND), NOW)
    touched = _id(world, "A1")
    advance(world, touched, Action.ACCEPT, OPERATOR, NOW)
    live = LivePicture(world)
    assert len(live.refresh(NOW)["cases"]) == 2
    rollback(world.store, first.load_id, LATER)
    for picture in (live.refresh(LATER), LivePicture(world).refresh(LATER)):
        assert (set(picture["cases"]), picture["figures"]["open"]["value"]) == ({str(touched)}, 1)
    listed = case_list(world, CaseFilter(), None, 10, OPERATOR)["items"]
    assert [(row["id"], bool(row["is_withdrawn"])) for row in listed] == [(touched, True)]


def test_a_withdrawn_load_was_known_until_then_and_never_happened(mini: World, write_csv: WriteCsv) -> None:
    report = load(mini, "calls", write_csv(GOOD), NOW)
    rollback(mini.store, report.load_id or 0, LATER)
    seen = {
        as_of: [len(situation_at(mini, at, as_of, LATER)["cases"]) for at in (NOW - DAY, NOW, LATER)]
        for as_of in AsOf
    }
    assert seen == {AsOf.KNOWN: [0, 1, 0], AsOf.HAPPENED: [0, 0, 0]}


DAY = timedelta(days=1)
TITLES = ("井盖破损", "井盖碎裂", "井盖被盗")


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        ("AB", ["井盖碎裂", None]),
        ("BA", ["井盖破损", None]),
        ("ABC", ["井盖被盗", "井盖被盗", None]),
        ("ACB", ["井盖被盗", "井盖碎裂", None]),
        ("BCA", ["井盖被盗", "井盖破损", None]),
        ("CAB", ["井盖碎裂", "井盖碎裂", None]),
    ],
)
def test_loads_are_taken_back_in_any_order(
    world: World, write_csv: WriteCsv, order: str, titles: list[str | None]
) -> None:
    """A brings a case, B and C change it; `titles` is what is seen after each rollback."""
    ids = {}
    for name, title in zip("ABC"[: len(order)], TITLES, strict=False):
        line = GOOD.replace("井盖破损", title).replace("翘起", title)
        ids[name] = load(world, "calls", write_csv(line), NOW).load_id
    seen = []
    for name in order:
        rollback(world.store, ids[name] or 0, LATER)
        row = _rows(world).get("A1")
        seen.append(row and row["title"])
        assert row is None or _description(world) == f"路口井盖{row['title']}"
    assert seen == titles
    assert [entry[1] for entry in _journal(world, "A1")] == ["import", "withdraw"]


def test_an_image_holds_only_the_words_that_were_overwritten(world: World, write_csv: WriteCsv) -> None:
    load(world, "calls", write_csv(GOOD), NOW)
    words = {"reporter_name": "反映人·01", "reporter_telephone": "13900000000"}
    with world.store.write() as transaction:
        transaction.connection.execute(update(case_contents).values(words))
    second = load(world, "calls", write_csv(GOOD.replace("翘起", "塌陷")), LATER)
    with world.store.read() as connection:
        image = select(before_images.c.before).where(before_images.c.table_name == "case_contents")
        held = json.loads(connection.execute(image).scalar_one())
        mine = before_images.c.load_id == second.load_id
        images = " ".join(connection.execute(select(before_images.c.before).where(mine)).scalars())
    assert held == {"case_id": _id(world, "A1"), "description": "路口井盖翘起"}
    assert not any(word in images for word in words.values())
    rollback(world.store, second.load_id or 0, LATER)
    with world.store.read() as connection:
        row = connection.execute(select(case_contents)).mappings().one()
        assert connection.execute(select(before_images).where(mine)).all() == []
    assert dict(row) | words | {"description": "路口井盖翘起"} == dict(row)
