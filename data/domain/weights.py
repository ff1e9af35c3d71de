"""Weights of a method as people write them: `按期处置率=40；群众评价=60`, one hundred together."""

from __future__ import annotations

import re

HUNDRED = 100.0
TOLERANCE = 1e-9
WEIGHT = re.compile(r"\s*([^=＝：:]+?)\s*[=＝：:]\s*(\d+(?:\.\d+)?)\s*")


def read_weights(text: str) -> dict[str, float] | None:
    """Return the weight of each part, None for a text that says nothing clear or not 100 together."""
    parts = [WEIGHT.fullmatch(part) for part in re.split(r"[;；\n]", text) if part.strip()]
    if not parts or None in parts:
        return None
    weights = {part[1]: float(part[2]) for part in parts if part}
    is_whole = abs(sum(weights.values()) - HUNDRED) <= TOLERANCE
    return weights if is_whole and len(weights) == len(parts) else None
