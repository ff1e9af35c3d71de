"""Every page holds what the callbacks and the scripts look for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dash.development.base_component import Component

from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import Role
from data.modules import MODULES
from layouts.desk.page import desk_page
from layouts.directory import directory
from layouts.ids import LATER_IDS, SHELL_IDS, Id
from layouts.missing import missing_page
from layouts.modules import MODULE_PAGES
from layouts.parts.figures import FIGURES
from layouts.parts.grid_card import Fact, card_refusal, grid_card_parts
from layouts.parts.panels import graph_config
from layouts.shell import navigation, shell, wall_unit
from layouts.situation import situation_page
from layouts.wall import STRIP, wall_page
from tests.layouts.samples import BRAND, COUNTS, geometry

GEOMETRY = geometry()
PAGES = {
    "situation": situation_page(GEOMETRY),
    "wall": wall_page(GEOMETRY),
    "desk": desk_page(GEOMETRY),
    **{module.key: MODULE_PAGES[module.key](GEOMETRY) for module in MODULES},
}
MAP_IDS = {Id.MAP, Id.MAP_BASE}
CARD_IDS = {Id.PICKED, Id.GRID_CARD, Id.CASE_CARD}
MODULE_IDS = {
    Id.INDICATORS,
    Id.INDICATOR_WISH,
    Id.INDICATOR_DRILL,
    Id.INDICATOR_ASK,
    Id.BOARD,
    Id.BOARD_CARD,
    Id.BOARD_WISH,
    Id.LAYERS,
    Id.LAYER_BASE,
    Id.RECORDS,
    Id.RECORDS_WISH,
}
GRID_CHANGE_IDS = {name for name in Id if name.startswith("grid-change")}
APPEAL_IDS = {name for name in Id if name.startswith(("appeal", "verdict"))}
OWN_IDS = {
    "grid": {Id.GRID_TABLE} | GRID_CHANGE_IDS,
    "dispatch": {Id.CASE_TABLE},
    "enforcement": {name for name in Id if name.startswith(("exemption", "observer"))} - LATER_IDS,
    "mediation": {name for name in Id if name.startswith("mechanism")},
    "party": APPEAL_IDS,
}
DESK_IDS = {
    Id.DESK_WISH,
    Id.DESK_SEAT,
    Id.DESK_CASE,
    Id.DESK_DRAWER,
    Id.DESK_INTENTS,
    Id.DESK_OUTCOMES,
    Id.DESK_SEARCH,
    Id.DESK_FOUND,
    Id.DESK_VIEW_WISH,
    Id.DESK_VIEWS,
    Id.DESK_BATCH,
    Id.DESK_BATCH_WISH,
    Id.NEW_CASE,
    Id.NEW_CASE_ASK,
    Id.NEW_CASE_ANSWER,
    Id.ALARM_ASK,
    Id.ALARM_ANSWER,
    Id.ALARM_STRIP,
    Id.ALARM_LOAD,
}


def walk(component: Any) -> Iterator[Component]:
    """Yield a component and all that it holds."""
    if isinstance(component, Component):
        yield component
        yield from walk(getattr(component, "children", None))
    elif isinstance(component, list | tuple):
        for child in component:
            yield from walk(child)


def ids(component: Any) -> set[str]:
    return {part.id for part in walk(component) if getattr(part, "id", None)}


def values(component: Any, attribute: str) -> list[str]:
    plain = [part.to_plotly_json()["props"] for part in walk(component)]
    return [props[attribute] for props in plain if props.get(attribute)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("situation", MAP_IDS | CARD_IDS),
        ("wall", MAP_IDS),
        ("desk", MAP_IDS | (CARD_IDS - {Id.CASE_CARD}) | DESK_IDS),
        *((module.key, MODULE_IDS | OWN_IDS.get(module.key, set())) for module in MODULES),
    ],
)
def test_page_has_exactly_its_ids(name: str, expected: set[Id]) -> None:
    assert {each for each in ids(PAGES[name]) if isinstance(each, Id)} == expected


def test_shell_has_exactly_its_ids() -> None:
    assert ids(shell(BRAND)) == SHELL_IDS


@pytest.mark.parametrize(
    ("actor", "account"), [(None, ""), (VISITOR, ""), (Actor("zhang", Role.DISPATCHER, "张三"), "zhang")]
)
def test_shell_tells_the_browser_whose_page_it_is(actor: Actor | None, account: str) -> None:
    assert shell(BRAND, actor).to_plotly_json()["props"]["data-account"] == account


def test_all_ids_have_a_place() -> None:
    assert set(Id) == SHELL_IDS | MAP_IDS | CARD_IDS | DESK_IDS | MODULE_IDS | LATER_IDS.union(
        *OWN_IDS.values()
    )


def test_navigation_lists_modules_that_exist() -> None:
    entries = [(entry["path"], entry["name"]) for entry in navigation()]
    modules = [(module.path, module.name) for module in MODULES]
    assert entries == [("/", "一图感知"), *modules, ("/wall", "大屏")]


@pytest.mark.parametrize(("role", "is_offered"), [(Role.DISPATCHER, True), (Role.WALL, False)])
def test_navigation_offers_the_desk_to_whoever_may_sit_there(role: Role, is_offered: bool) -> None:
    paths = [entry["path"] for entry in navigation(Actor("someone", role))]
    assert ("/desk" in paths) is is_offered


@pytest.mark.parametrize("name", ["situation", "wall"])
def test_all_key_figures_stand_beside_the_map(name: str) -> None:
    assert values(PAGES[name], "data-figure") == [figure.key for figure in FIGURES]


def test_wall_has_nothing_to_press() -> None:
    kinds = {type(part).__name__ for part in walk(PAGES["wall"])}
    assert not kinds & {"Button", "Select", "Input", "Dropdown"}
    assert graph_config(True)["staticPlot"] is True


def test_desk_map_can_be_moved() -> None:
    config = graph_config(False)
    assert config["scrollZoom"] is True
    assert config["staticPlot"] is False


def test_wall_strip_shows_modules_that_exist() -> None:
    words = values(PAGES["wall"], "children")
    assert set(STRIP) <= {module.key for module in MODULES}
    named = {module.name for module in MODULES if module.key in STRIP}
    assert named <= {word for word in words if isinstance(word, str)}


def test_kinds_are_switched_with_their_counts() -> None:
    words = [word for word in values(PAGES["situation"], "children") if isinstance(word, str)]
    assert {"综合网格 90", "警务 20", "专业 20"} <= set(words)


def test_cases_without_a_place_are_counted_beside_the_map() -> None:
    assert {"equation", "count-tray"} <= set(values(PAGES["situation"], "data-live"))
    assert {"equation", "unplaced"} <= set(values(PAGES["wall"], "data-live"))


@pytest.mark.parametrize("name", ["situation", "dispatch"])
def test_cases_are_chosen_by_village_category_severity(name: str) -> None:
    assert values(PAGES[name], "data-choose") == ["village", "category", "severity"]


def test_directory_names_what_the_picture_only_codes() -> None:
    known = directory(BRAND, GEOMETRY, {"01": "市容环境"}, {"centre": "指挥中心"})
    assert known["geometry"] == GEOMETRY["stamp"]
    assert len(known["grids"]) == sum(COUNTS.values())
    assert [row["count"] for row in known["kinds"]] == list(COUNTS.values())
    assert known["villages"] == {"320582105208": "恬庄"}
    assert known["words"]["state"]["dispatched"] == "已派遣"
    assert known["severities"] == ["critical", "urgent", "elevated", "normal"]


def test_wall_unit_is_a_share_of_the_height() -> None:
    assert wall_unit(BRAND) == "2.3184vh"


def test_unknown_address_is_named() -> None:
    assert "没有“/x”这一页" in values(missing_page("/x"), "children")


def test_card_shows_value_source_and_age_of_each_fact() -> None:
    facts = [
        Fact("人口", "739 人", "网格边界", "2026-11-23T00:00:00Z"),
        Fact("最近巡查", "", "巡查记录", None),
    ]
    card = grid_card_parts("恬庄02", "综合网格", facts)
    assert {"人口", "739 人", "网格边界", "最近巡查", "巡查记录"} <= set(
        word for word in values(card, "children") if isinstance(word, str)
    )
    ages = [part.to_plotly_json()["props"] for part in walk(card)]
    assert [props["data-age"] for props in ages if "data-age" in props] == ["2026-11-23T00:00:00Z", ""]


def test_refusal_gives_its_reason() -> None:
    assert "请重新选择" in values(card_refusal("请重新选择"), "children")
