"""The map's polygons follow the town's grids, and the browser's functions are wired to ids that exist."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from dash import Dash

import layouts
from callbacks import map
from callbacks.pages import NO_GEOMETRY, PAGES, brand_of, page_at
from data.domain.people import SYSTEM, VISITOR, Actor
from data.domain.vocabulary import Role
from data.modules import MODULES
from data.world import World
from tests.worlds import make_world

SEATED = Actor("d", Role.DISPATCHER)
ASSETS = Path(layouts.__file__).parent / "assets"


@pytest.fixture
def world(sqlite_url: str) -> World:
    return make_world(sqlite_url)


def test_geometry_is_computed_once_per_set_of_grids(world: World) -> None:
    town_map = map.TownMap(world)
    first = town_map.geometry()
    assert len(first["grids"]) == 130
    assert town_map.geometry() is first


def test_every_wired_function_is_written() -> None:
    written = (ASSETS / "entry.js").read_text(encoding="utf-8")
    for name, _start, _output in map.IN_THE_BROWSER:
        assert re.search(rf"^\s*{name}: ", written, re.MULTILINE), name


def test_functions_are_registered_on_their_own_app() -> None:
    one, other = Dash("one"), Dash("other")
    map.register(one)
    assert len(one._callback_list) == len(map.IN_THE_BROWSER)
    assert not other._callback_list


def test_scripts_make_no_markup_and_no_second_global() -> None:
    for path in ASSETS.glob("*.js"):
        script = path.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", script
        )
        assert set(re.findall(r"window\.(\w+) = ", script)) <= {
            "cloud",
            "dash_clientside",
            "dashAgGridFunctions",
            "Plotly",
        }, path.name


def test_every_module_has_its_page() -> None:
    assert {module.path for module in MODULES} < set(PAGES)


@pytest.mark.parametrize("path", [*PAGES, "/wall/"])
def test_known_addresses_have_pages(path: str) -> None:
    assert page_at(path, NO_GEOMETRY, SYSTEM).className != "missing"


def test_unknown_address_says_so() -> None:
    assert page_at("/nothing", NO_GEOMETRY, VISITOR).className == "missing"


def test_a_page_without_the_right_to_it_is_shut() -> None:
    assert page_at("/desk", NO_GEOMETRY, VISITOR).className == "missing"
    assert page_at("/desk", NO_GEOMETRY, Actor("x", Role.INTAKE)).className != "missing"


def test_brand_is_the_profile_s(world: World) -> None:
    brand = brand_of(world)
    assert brand.platform_name == world.town.profile.platform_name
    assert (brand.viewing_distance_m, brand.wall_height_m) == (8.0, 2.2)
    assert brand.is_demo


def test_boundaries_of_another_day_give_another_map(world: World) -> None:
    today = world.grids.current(date(2026, 11, 23))
    assert world.grids.current(date(2023, 1, 1)) is not today
