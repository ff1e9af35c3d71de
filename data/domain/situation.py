"""The picture of the town that every screen draws, and what changed between two of them.

A picture is a plain JSON value (see `docs/architecture.md`): figures, cases, grids, staff, sources and
the day's trend. Only what changed travels to a browser that already has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Picture = dict[str, Any]

KEYED = ("cases", "staff", "grids")
MERGED = ("figures",)
WHOLE = ("geometry", "hidden", "sources", "trend", "demo_progress", "is_simulated", "plain_since")


def difference(old: Picture, new: Picture) -> Picture:
    """Return what changed from `old` to `new`; empty when nothing did.

    Keyed parts give {"put": …, "drop": …}, merged parts only their changed keys, the rest the new value.
    """
    changed: Picture = {}
    for part in KEYED:
        keyed = _keyed_difference(old[part], new[part])
        if keyed:
            changed[part] = keyed
    for part in MERGED:
        merged = _changed_items(old[part], new[part])
        if merged:
            changed[part] = merged
    for part in WHOLE:
        if old.get(part) != new.get(part):
            changed[part] = new.get(part)
    return changed


def apply(picture: Picture, change: Picture) -> Picture:
    """Return the picture after a change; what the browser does, written once more for tests and tools."""
    result = dict(picture)
    for part in KEYED:
        if part in change:
            kept = {k: v for k, v in picture[part].items() if k not in set(change[part]["drop"])}
            result[part] = kept | change[part]["put"]
    for part in MERGED:
        if part in change:
            result[part] = picture[part] | change[part]
    for part in WHOLE:
        if part in change:
            result[part] = change[part]
    return result


def _keyed_difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Picture:
    if old is new:
        return {}
    put = _changed_items(old, new)
    drop = [key for key in old if key not in new]
    return {"put": put, "drop": drop} if put or drop else {}


def _changed_items(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    if old is new:
        return {}
    return {key: value for key, value in new.items() if key not in old or old[key] != value}
