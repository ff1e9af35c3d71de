"""A town of a few squares, for layouts that need no database."""

from __future__ import annotations

from typing import Any

from layouts.brand import Brand

BRAND = Brand(
    platform_name="云凤凰·智慧平台",
    centre_name="集成指挥中心",
    town_name="凤凰镇",
    time_zone="Asia/Shanghai",
    is_demo=True,
    viewing_distance_m=8.0,
    wall_height_m=2.2,
)
COUNTS = {"comprehensive": 90, "police": 20, "professional": 20}


def square(x: float, y: float, side: float = 100.0) -> list[list[float]]:
    """Return a closed ring, in metres."""
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def grid(kind: str, number: int) -> dict[str, Any]:
    """Return one square grid of a kind."""
    x, y = 100.0 * (number % 10), 100.0 * (number // 10)
    return {
        "code": f"320582105{list(COUNTS).index(kind)}{number:05d}",
        "kind": kind,
        "name": f"{kind}-{number}",
        "village": "320582105208" if kind == "comprehensive" else None,
        "village_name": "恬庄" if kind == "comprehensive" else None,
        "rings": [square(x, y)],
        "label": [x + 50, y + 50],
    }


def geometry(counts: dict[str, int] = COUNTS) -> dict[str, Any]:
    """Return the geometry of a town with so many grids of each kind."""
    return {
        "stamp": "5ad1",
        "bounds": [0.0, 0.0, 1000.0, 900.0],
        "outline": [square(0, 0, 1000), square(400, 400, 50)],
        "grids": [grid(kind, number) for kind, count in counts.items() for number in range(count)],
        "villages": [
            {"code": "320582105208", "name": "恬庄", "x": 500.0, "y": 450.0, "rings": [square(0, 0, 900)]}
        ],
        "roads": [{"name": "凤恬路", "class": "main", "line": [[0, 0], [500, 500]]}],
        "rivers": [{"name": "奚浦塘", "class": None, "line": [[0, 900], [900, 0]]}],
        "places": [{"name": "恬庄古街", "x": 10.0, "y": 20.0}],
    }
