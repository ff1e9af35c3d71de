"""The small directory that travels once to each browser: names behind the codes, and the words."""

from __future__ import annotations

from typing import Any

from data.domain.asking import Asking
from data.domain.vocabulary import CaseState, GridKind, IntakeChannel, LocationGrade, Severity, Word
from layouts import theme
from layouts.brand import Brand
from layouts.map import Geometry

SETS_OF_WORDS: dict[str, type[Word]] = {
    "severity": Severity,
    "state": CaseState,
    "asking": Asking,
    "channel": IntakeChannel,
    "grade": LocationGrade,
    "kind": GridKind,
}


def directory(
    brand: Brand, geometry: Geometry, majors: dict[str, str], units: dict[str, str]
) -> dict[str, Any]:
    """Return names of grids, villages, units and majors by code, the kinds that exist, the words, time zone, stamp."""
    return {
        "zone": brand.time_zone,
        "is_demo": brand.is_demo,
        "geometry": geometry["stamp"],
        "kinds": kinds(geometry),
        "villages": {row["code"]: row["name"] for row in geometry["villages"]},
        "majors": majors,
        "units": units,
        "grids": {
            grid["code"]: {
                "name": grid["name"],
                "kind": grid["kind"],
                "village": grid["village"],
                "village_name": grid["village_name"],
            }
            for grid in geometry["grids"]
        },
        "words": {name: {word.value: word.label for word in words} for name, words in SETS_OF_WORDS.items()},
        "severities": [severity.value for severity in reversed(Severity)],
    }


def kinds(geometry: Geometry) -> list[dict[str, Any]]:
    """Return the kinds of grid that this town has: key, short word and number of grids."""
    counts = {kind: sum(grid["kind"] == kind for grid in geometry["grids"]) for kind in GridKind}
    return [
        {"key": kind.value, "word": theme.KIND_WORDS[kind], "count": count}
        for kind, count in counts.items()
        if count
    ]
