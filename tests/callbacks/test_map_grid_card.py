"""The card of a grid: lasting facts with their source, live ones from the picture, or a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from callbacks.grid_card import facts, subtitle
from data.domain.errors import NotFound
from data.views.grid_card import GridCard, grid_card
from data.world import World
from tests.worlds import make_world

DAY = date(2026, 11, 23)
CARD = GridCard(
    code="320582105208002",
    kind="comprehensive",
    name="恬庄02",
    village_name="恬庄",
    population=1739,
    households=None,
    firms=0,
    key_places=2,
    source_name="网格边界",
    as_of=datetime(2026, 11, 20, tzinfo=UTC),
    is_demo=True,
)
PICTURE = {
    "grids": {CARD.code: {"open": 4, "on_duty": 0, "last_patrol": "2026-11-23T01:00:00.000Z"}},
    "figures": {"open": {"as_of": "o"}, "on_duty": {"as_of": "d"}},
}


@pytest.fixture
def world(sqlite_url: str) -> World:
    return make_world(sqlite_url)


def test_card_is_the_grid_s_row(world: World) -> None:
    frame = world.grids.current(DAY).frame
    row = frame[frame["kind"] == "comprehensive"].iloc[0]
    card = grid_card(world, row["code"], DAY)
    assert (card.name, card.kind, card.population) == (row["name"], "comprehensive", row["population"])
    assert card.village_name
    assert card.is_demo


def test_police_grid_has_no_village(world: World) -> None:
    frame = world.grids.current(DAY).frame
    code = frame[frame["kind"] == "police"].iloc[0]["code"]
    assert grid_card(world, code, DAY).village_name is None


def test_unknown_code_is_named_with_a_cure(world: World) -> None:
    with pytest.raises(NotFound, match="没有编码为“000000000000000”的网格；") as caught:
        grid_card(world, "000000000000000", DAY)
    assert caught.value.value == "000000000000000"


def test_grid_counts_only_while_it_is_valid(world: World) -> None:
    code = world.grids.current(DAY).frame.iloc[0]["code"]
    with pytest.raises(NotFound):
        grid_card(world, code, date(2020, 1, 1))


@pytest.mark.parametrize(
    ("label", "value", "source", "as_of"),
    [
        ("人口", "1,739 人", "网格边界（演示）", "2026-11-20T00:00:00+00:00"),
        ("户数", "无数据", "网格边界（演示）", "2026-11-20T00:00:00+00:00"),
        ("企业", "0 家", "网格边界（演示）", "2026-11-20T00:00:00+00:00"),
        ("在办", "4 件", "案卷库", "o"),
        ("在岗", "0 人", "排班与定位", "d"),
        ("最近巡查", "", "巡查记录", "2026-11-23T01:00:00.000Z"),
    ],
)
def test_each_fact_has_value_source_and_age(label: str, value: str, source: str, as_of: str) -> None:
    fact = next(fact for fact in facts(CARD, PICTURE) if fact.label == label)
    assert (fact.value, fact.source, fact.as_of) == (value, source, as_of)


def test_grid_that_the_picture_lacks_has_no_live_facts() -> None:
    live = {fact.label: fact.value for fact in facts(CARD, {**PICTURE, "grids": {}})}
    assert live["在办"] == "无数据"


def test_subtitle_names_kind_village_and_code() -> None:
    assert subtitle(CARD) == "综合网格 · 恬庄 · 320582105208002"
