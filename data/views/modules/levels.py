"""Numbers of villages as levels of a map's layer."""

from __future__ import annotations

from collections.abc import Mapping

HIGHEST = 5


def levels_of(counts: Mapping[str, int], word: str) -> dict[str, tuple[str, int]]:
    """Return for each village its number in words and its level from 1 to 5 against the greatest."""
    most = max(counts.values(), default=0)
    return {
        village: (f"{count:,} {word}", max(1, round(HIGHEST * count / most)))
        for village, count in counts.items()
        if village and count
    }
