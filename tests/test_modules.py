"""A module is one row of the registry and the same file name in each place; a test says what it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.modules import MODULES, Module

ROOT = Path(__file__).resolve().parent.parent
KEYS = ("grid", "dispatch", "economy", "approval", "enforcement", "mediation", "civic", "party")
# Where a module may stand; the first that exists in any place counts for that place.
PLACES = {"page": ("layouts/{key}.py", "layouts/modules/{key}.py")}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.key)
def test_row_is_whole(module: Module) -> None:
    assert module.key in KEYS
    assert module.name
    assert re.fullmatch(r"[\u4e00-\u9fff]+", module.name), "a screen name is Chinese"
    assert re.fullmatch(r"/[a-z/_-]+", module.path)


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.key)
@pytest.mark.parametrize("place", PLACES)
def test_module_has_its_files(module: Module, place: str) -> None:
    names = [name.format(key=module.key) for name in PLACES[place]]
    assert any((ROOT / name).exists() for name in names), f"{module.key} lacks its {place}: one of {names}"


@pytest.mark.parametrize("place", PLACES)
def test_no_module_file_stands_without_its_row(place: str) -> None:
    """A module stands in the navigation when it exists, not before, and not less either."""
    registered = {module.key for module in MODULES}
    found = {key for key in KEYS for name in PLACES[place] if (ROOT / name.format(key=key)).exists()}
    assert found <= registered


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
