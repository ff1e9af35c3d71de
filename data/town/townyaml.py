"""YAML as people mean it: 0101 stays text, 12:30 stays text, and a key may stand only once.

The plain scalars that are not text follow YAML 1.2: null, true/false, decimal numbers. Dates stay
text; the models read them.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

try:  # parsing in C takes a tenth of the time; where PyYAML comes without it, the same is read more slowly
    from yaml import CSafeLoader as FastLoader
except ImportError:
    from yaml import SafeLoader as FastLoader  # type: ignore[assignment]

from data.town.problems import Spot

_TAG = "tag:yaml.org,2002:"
_NULL = (_TAG + "null", re.compile(r"^(?:~|null|)$"))
_BOOL = (_TAG + "bool", re.compile(r"^(?:true|false)$"))
_INT = (_TAG + "int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"))
_FLOAT = (_TAG + "float", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$"))


DEEPEST = 100
"""So many levels no file of a town needs."""


class TownYamlLoader(FastLoader):
    """A safe loader with the few implicit types above, which refuses a repeated key."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (the parent class names it so)
        "": [_NULL],
        "~": [_NULL],
        "n": [_NULL],
        "t": [_BOOL],
        "f": [_BOOL],
        **{first: [_INT, _FLOAT] for first in "-+0123456789"},
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping; raise `ConstructorError` at the second of two equal keys."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(str(key.value), None, "duplicate key", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def read_node(text: str) -> tuple[Any, Any]:
    """Return a document's node, which knows its lines, and its plain data.

    Raises `yaml.YAMLError`, and `RecursionError` for what is nested deeper than `DEEPEST`: nodes are made by a
    recursion in C that would end the process.
    """
    depth = 0
    for event in yaml.parse(text, TownYamlLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise RecursionError(depth)
    loader = TownYamlLoader(text)
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def line_of_spot(node: Any, spot: Spot) -> int | None:
    """Return the line (from 1) of the node that the keys in `spot` lead to, as far as they lead."""
    if node is None:
        return None
    line = node.start_mark.line + 1
    for part in spot:
        step = _child(node, part)
        if step is None:
            break
        line, node = step
    return int(line)


def _child(node: Any, part: str | int) -> tuple[int, Any] | None:
    """Return the line and node of one key or list index."""
    if isinstance(node, yaml.MappingNode):
        found = ((key.start_mark.line + 1, value) for key, value in node.value if key.value == str(part))
        return next(found, None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line + 1, node.value[part]
    return None
