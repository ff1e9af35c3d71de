"""What a component says, as plain text."""

from __future__ import annotations

from typing import Any


def words_of(part: Any) -> str:
    """Return every word of a component, of a list of them, or of a plain child."""
    if part is None or isinstance(part, bool):
        return ""
    if isinstance(part, list | tuple):
        return " ".join(word for child in part if (word := words_of(child)))
    if isinstance(part, str | int | float):
        return str(part)
    return words_of(getattr(part, "children", None))
