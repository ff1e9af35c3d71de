"""What the town consists of: categories and grids."""

from __future__ import annotations

from typing import Any

from data.domain.vocabulary import GridKind
from data.town import Town
from data.views.geometry import grid_features
from data.world import World, utc_now


def category_list(town: Town) -> list[dict[str, Any]]:
    """Return the categories with names, severity, limit and questions."""
    return [
        {
            "code": category.code,
            "major": category.major_name,
            "name": category.name,
            "severity": str(category.severity),
            "limit_amount": category.limit_amount,
            "limit_clock": str(category.limit_clock),
            "main_unit": category.main_unit,
            "is_police_matter": category.needs_police,
            "citation": category.citation,
            "questions": question_list(town, category.code),
        }
        for category in town.categories_by_code.values()
    ]


def question_list(town: Town, code: str) -> list[dict[str, Any]]:
    """Return what a category asks at once; no choices mean words of one's own."""
    return [
        {"key": q.key, "words": q.words, "choices": list(q.choices), "required": q.required}
        for q in town.questions_of(code)
    ]


def grid_collection(world: World, kind: GridKind | None = None) -> dict[str, Any]:
    """Return today's grids as GeoJSON in EPSG:4490, of all kinds or one."""
    today = utc_now().astimezone(world.town.profile.zone).date()
    frame = world.grids.current(today).frame
    return grid_features(frame if kind is None else frame[frame["kind"] == str(kind)])
