"""Every id that a callback names stands in some layout, so a typo fails without a browser."""

from __future__ import annotations

import json
import re
from typing import Any

from layouts.ids import LATER_IDS, Id, Slot

PART = re.compile(r"^(?P<id>.+)\.(?P<property>[\w-]+)$")


def _named_ids(dependencies: list[dict[str, Any]]) -> set[str]:
    """Return the ids of all inputs, states and outputs of `/_dash-dependencies`."""
    found: set[str] = set()
    for row in dependencies:
        found |= {part["id"] for part in (*row["inputs"], *row["state"])}
        found |= {_output_id(text) for text in _outputs(row["output"])}
    return {name for name in found if name}


def _outputs(text: str) -> list[str]:
    return text.strip(".").split("...") if text.startswith("..") else [text]


def _output_id(text: str) -> str:
    """Return the id of `id.property`, without the suffix that an output shared by callbacks carries."""
    match = PART.match(text.split("@")[0])
    return match["id"] if match else ""


def _layout_ids(node: Any) -> set[str]:
    """Return every id in a layout given as plain JSON."""
    if isinstance(node, list):
        return {name for child in node for name in _layout_ids(child)}
    if not isinstance(node, dict):
        return set()
    own = {_text(node["props"]["id"])} if "id" in node.get("props", {}) else set()
    return own | {name for child in node.values() for name in _layout_ids(child)}


def _text(name: Any) -> str:
    return name if isinstance(name, str) else json.dumps(name, sort_keys=True, separators=(",", ":"))


def test_every_named_id_stands_in_a_layout(
    dash_dependencies: list[dict[str, Any]], served_layouts: dict[str, Any]
) -> None:
    named, present = _named_ids(dash_dependencies), _layout_ids(list(served_layouts.values()))
    present |= {str(name) for name in LATER_IDS}
    assert named, "no callback is registered"
    assert not {name for name in named - present if not name.startswith("{")}, sorted(present)


def test_every_pattern_id_fits_some_component(
    dash_dependencies: list[dict[str, Any]], served_layouts: dict[str, Any]
) -> None:
    """A pattern (`{"type":…, "index": ALL}`) needs one component of its type, or names a drawn-later one."""
    patterns = {name for name in _named_ids(dash_dependencies) if name.startswith("{")}
    types = {json.loads(name).get("type") for name in patterns}
    present = {
        json.loads(name).get("type")
        for name in _layout_ids(list(served_layouts.values()))
        if name.startswith("{")
    }
    assert types <= present | {str(slot) for slot in Slot}


def test_ids_are_unique_on_each_page(served_layouts: dict[str, Any]) -> None:
    for path, layout in served_layouts.items():
        counted: dict[str, int] = {}
        _count(layout, counted)
        assert {name: n for name, n in counted.items() if n > 1} == {}, path


def _count(node: Any, counted: dict[str, int]) -> None:
    if isinstance(node, list):
        for child in node:
            _count(child, counted)
    elif isinstance(node, dict):
        if "id" in node.get("props", {}):
            name = _text(node["props"]["id"])
            counted[name] = counted.get(name, 0) + 1
        for child in node.values():
            _count(child, counted)


def test_every_id_of_the_list_is_used(served_layouts: dict[str, Any]) -> None:
    present = _layout_ids(list(served_layouts.values()))
    assert {str(name) for name in set(Id) - LATER_IDS} <= present
