"""Grids merged, moved and split on the home town: checked first, dated, in the ledger, and taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import shapely
from sqlalchemy import select

from data.domain.errors import Forbidden, InvalidInput
from data.domain.people import Actor
from data.domain.vocabulary import GridChangeKind, Role
from data.loaders.boundary_change import GridChange, change_grids
from data.loaders.rollback import rollback
from data.store.tables import grids, loads
from tests.worlds import NOW, make_world

TODAY = date(2026, 11, 23)
SOON = date(2026, 12, 1)
LEAD = Actor("li", Role.SHIFT_LEAD, "李四")
VILLAGE, NEIGHBOUR = "320582105001", "320582105200"


@pytest.fixture
def world(database_url):
    opened = make_world(database_url)
    yield opened
    opened.close()


def rows(world, on=None):
    with world.store.read() as connection:
        found = connection.execute(select(grids).order_by(grids.c.code)).mappings().all()
    return {
        row["code"]: row
        for row in found
        if on is None or (row["valid_from"] <= on and (row["valid_to"] is None or on < row["valid_to"]))
    }


def neighbours(world, village=VILLAGE):
    """Two grids of a village that share an edge."""
    own = [row for code, row in rows(world).items() if row["village_code"] == village]
    shapes = {row["code"]: shapely.from_wkb(row["geometry"]) for row in own}
    return next(
        (one, other)
        for one in shapes
        for other in shapes
        if one < other and shapely.intersection(shapes[one], shapes[other]).length > 0
    )


def across(world, code):
    """A line from west to east through the middle of a grid."""
    west, south, east, north = shapely.from_wkb(rows(world)[code]["geometry"]).bounds
    middle = (south + north) / 2
    return ((west - 0.01, middle), (east + 0.01, middle))


def change(world, kind, codes, is_preview=False, begins_on=SOON, actor=LEAD, now=NOW, **more):
    wanted = GridChange(kind, tuple(codes), begins_on, **more)
    return change_grids(world, wanted, actor, now, is_preview=is_preview)


def test_a_merge_ends_both_and_begins_one_on_its_day(world):
    codes = neighbours(world)
    before = rows(world)
    outcome = change(world, GridChangeKind.MERGE, codes, name="凤凰社区新01")
    (new,) = outcome.begun
    after = rows(world)
    assert [after[code]["valid_to"] for code in codes] == [SOON, SOON]
    assert (after[new.code]["valid_from"], after[new.code]["replaces"]) == (SOON, codes[0])
    assert new.population == sum(before[code]["population"] for code in codes)
    assert new.code not in before
    assert set(rows(world, SOON - timedelta(days=1))) == set(before)
    assert len(rows(world, SOON)) == len(before) - 1


def test_a_preview_says_the_same_and_writes_nothing(world):
    codes = neighbours(world)
    told = change(world, GridChangeKind.MERGE, codes, is_preview=True)
    assert (told.load_id, len(rows(world))) == (None, 130)
    done = change(world, GridChangeKind.MERGE, codes)
    assert (done.begun, done.ended, done.notes) == (told.begun, told.ended, told.notes)


def test_a_move_closes_the_code_and_opens_a_successor_in_the_other_village(world):
    code = neighbours(world)[0]
    (new,) = change(world, GridChangeKind.MOVE, [code], village=NEIGHBOUR).begun
    after = rows(world)
    assert new.code.startswith(NEIGHBOUR)
    assert (after[code]["valid_to"], after[new.code]["village_code"]) == (SOON, NEIGHBOUR)
    assert after[new.code]["geometry"] == after[code]["geometry"]


def test_a_split_makes_two_whose_people_nobody_has_counted_yet(world):
    code = neighbours(world)[0]
    outcome = change(world, GridChangeKind.SPLIT, [code], line=across(world, code))
    assert [new.population for new in outcome.begun] == [None, None]
    assert any("待核实" in note for note in outcome.notes)
    whole = shapely.from_wkb(rows(world)[code]["geometry"])
    parts = [shapely.from_wkb(rows(world)[new.code]["geometry"]) for new in outcome.begun]
    assert sum(part.area for part in parts) == pytest.approx(whole.area)
    assert len(rows(world, SOON)) == 131


def test_a_change_stands_in_the_ledger_under_its_author_and_is_taken_back(world):
    outcome = change(world, GridChangeKind.MERGE, neighbours(world))
    with world.store.read() as connection:
        load = connection.execute(select(loads).where(loads.c.id == outcome.load_id)).mappings().one()
    assert (load["actor"], load["status"]) == ("li", "published")
    rollback(world.store, outcome.load_id, NOW + timedelta(minutes=5), town=world.town)
    assert set(rows(world, SOON)) == set(rows(world, TODAY))
    assert len(rows(world, SOON)) == 130


@pytest.mark.parametrize(
    ("kind", "codes", "more", "field"),
    [
        ("merge", ["320582105001001"], {}, "codes"),
        ("merge", ["320582105001001", "320582105001001"], {}, "codes"),
        ("merge", ["320582105001001", "320582105200001"], {}, "codes"),
        ("merge", ["320582105001001", "nowhere"], {}, "codes"),
        ("merge", ["320582105001001", "320582105000001"], {}, "codes"),
        ("move", ["320582105001001"], {"village": "nowhere"}, "village"),
        ("move", ["320582105001001"], {"village": VILLAGE}, "village"),
        ("move", ["320582105000001"], {"village": VILLAGE}, "codes"),
        ("split", ["320582105001001"], {"line": ()}, "codes"),
        ("split", ["320582105001001"], {"line": ((100.0, 10.0), (101.0, 10.0))}, "codes"),
        ("merge", [], {"begins_on": TODAY - timedelta(days=1)}, "begins_on"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field_and_changes_nothing(world, kind, codes, more, field):
    before = rows(world)
    with pytest.raises(InvalidInput) as refused:
        change(world, GridChangeKind(kind), codes, **more)
    assert refused.value.field == field
    assert refused.value.cure
    assert rows(world) == before


def test_grids_that_do_not_touch_are_not_merged(world):
    own = {
        code: shapely.from_wkb(row["geometry"])
        for code, row in rows(world).items()
        if row["village_code"] == VILLAGE
    }
    apart = next((a, b) for a in own for b in own if a < b and own[a].distance(own[b]) > 0)
    with pytest.raises(InvalidInput, match="不相连"):
        change(world, GridChangeKind.MERGE, apart)


def test_a_second_change_waits_for_the_day_of_the_first(world):
    change(world, GridChangeKind.MERGE, neighbours(world))
    other = neighbours(world, NEIGHBOUR)
    with pytest.raises(InvalidInput, match="已有 2026-12-01 起生效的调整"):
        change(world, GridChangeKind.MERGE, other, begins_on=SOON - timedelta(days=2))
    change(world, GridChangeKind.MERGE, other, begins_on=SOON)
    assert len(rows(world, SOON)) == 128


def test_only_the_shift_lead_changes_grids(world):
    with pytest.raises(Forbidden):
        change(world, GridChangeKind.MERGE, neighbours(world), actor=Actor("zhang", Role.DISPATCHER, "张三"))
