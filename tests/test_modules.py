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


def test_navigation_shows_exactly_the_registry(served_pages: dict[str, Any]) -> None:
    """The links of the navigation to modules are the registry's rows, in its order, by their names."""
    links = [
        (str(component.href), text)
        for component in _walk(served_pages["shell"])
        if (text := _text(component)) and str(getattr(component, "href", "")).startswith("/m/")
    ]
    assert links == [(module.path, module.name) for module in MODULES]


def _walk(component: Any) -> Iterator[Any]:
    yield component
    children = getattr(component, "children", None)
    for child in children if isinstance(children, (list, tuple)) else [children]:
        if child is not None and not isinstance(child, (str, int, float)):
            yield from _walk(child)


def _text(component: Any) -> str:
    children = getattr(component, "children", None)
    items = children if isinstance(children, (list, tuple)) else [children]
    return "".join(c if isinstance(c, str) else _text(c) for c in items if c is not None)
