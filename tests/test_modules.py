"""A module is one row of the registry and the same file name in each place; a test says what it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import Role
from data.loaders.modules import RECORDS
from data.modules import MODULES, Module
from data.town import load_town
from data.views.facts import FACTS
from data.views.modules import VIEWS
from data.views.modules.view import Asked
from data.world import World
from layouts.modules import MODULE_PAGES
from layouts.parts.board import board_parts
from tests.worlds import NOW, make_world

ROOT = Path(__file__).resolve().parent.parent
# What a module brings, by place; cases and grids are shared tables, so that two modules have no tables of their own.
PLACES = {
    "page": "layouts/modules/{key}.py",
    "board": "data/views/modules/{key}.py",
    "facts": "data/views/facts/{key}.py",
    "indicators": "data/towns/fenghuang/indicators/{key}.yaml",
}
RECORD_PLACES = {"tables": "data/store/modules/{key}.py", "contracts": "data/loaders/modules/{key}.py"}
SHARED = frozenset({"grid", "dispatch"})
each = pytest.mark.parametrize("module", MODULES, ids=lambda m: m.key)


@each
def test_row_is_whole(module: Module) -> None:
    assert re.fullmatch(r"[a-z][a-z_]*", module.key)
    assert re.fullmatch(r"[\u4e00-\u9fff]+", module.name), "a screen name is Chinese"
    assert module.tables


@each
def test_module_has_its_files(module: Module) -> None:
    places = PLACES if module.key in SHARED else PLACES | RECORD_PLACES
    lacking = [path.format(key=module.key) for path in places.values()]
    lacking = [path for path in lacking if not (ROOT / path).exists()]
    assert not lacking, f"{module.key} lacks {lacking}"


@each
def test_module_stands_in_every_registry(module: Module) -> None:
    assert module.key in VIEWS
    assert module.key in MODULE_PAGES
    assert module.key in FACTS
    definitions = [one for one in load_town("fenghuang").indicators if one.module == module.key]
    assert definitions, f"{module.key} has no indicator"


@each
def test_its_tables_have_a_contract(module: Module) -> None:
    if module.key not in SHARED:
        assert {RECORDS[table].module for table in module.tables} == {module.key}


def test_no_page_stands_without_its_row() -> None:
    """A module stands in the navigation when it exists, not before, and not less either."""
    found = {path.stem for path in (ROOT / "layouts/modules").glob("*.py")} - {"__init__"}
    assert found == {module.key for module in MODULES} == {*MODULE_PAGES}


@each
@pytest.mark.parametrize("actor", [VISITOR, Actor("zhang", Role.DISPATCHER)], ids=["visitor", "dispatcher"])
def test_board_and_layers_stand_in_an_empty_town(module: Module, actor: Actor, empty_town: World) -> None:
    asked = Asked(actor, NOW, pick="nothing:here")
    board = VIEWS[module.key].board(empty_town, asked)
    layers = VIEWS[module.key].layers(empty_town, asked)
    assert board_parts(board)
    assert not board.card
    assert len({layer.key for layer in layers}) == len(layers)
    assert all(
        layer.name and {spot.kind for spot in layer.spots} <= {"", *dict(layer.kinds)} for layer in layers
    )


@pytest.fixture(scope="module")
def empty_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The home town with its grids and nothing else."""
    world = make_world(f"sqlite:///{tmp_path_factory.mktemp('empty')}/cloud.db")
    yield world
    world.close()


def test_keys_and_addresses_are_unique() -> None:
    assert len({m.key for m in MODULES}) == len({m.path for m in MODULES}) == len(MODULES)


def test_navigation_shows_exactly_the_registry(served_layouts: dict[str, Any]) -> None:
    """The links of the navigation to modules are the registry's rows, in its order, by their names."""
    links = [
        (node["props"]["href"], _words(node))
        for node in _walk(served_layouts["shell"])
        if str(node.get("props", {}).get("href", "")).startswith("/m/")
    ]
    assert links == [(module.path, module.name) for module in MODULES]


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.key)
def test_every_module_serves_its_page(module: Module, served_layouts: dict[str, Any]) -> None:
    assert len(list(_walk(served_layouts[module.path]))) > 10


def test_rest_lists_exactly_the_registry(served_client: Any) -> None:
    listed = served_client.get("/api/v1/modules").json()
    assert listed == [{"key": m.key, "name": m.name, "path": m.path} for m in MODULES]


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every component of a layout given as plain JSON."""
    children = node if isinstance(node, list) else list(node.values()) if isinstance(node, dict) else []
    if isinstance(node, dict) and "props" in node:
        yield node
    for child in children:
        yield from _walk(child)


def _words(node: dict[str, Any]) -> str:
    """Return the texts inside a component, joined."""
    found = [part["props"].get("children") for part in _walk(node)]
    return "".join(text for text in found if isinstance(text, str))
