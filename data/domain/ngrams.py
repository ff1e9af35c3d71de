"""A text as the pieces that the suggestion of a category is learned on: one to three characters each."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 3
_NOT_WORDS = re.compile(r"[\W\d_]+")


def plain_text(text: str) -> str:
    """Return a text with one width and case, figures and punctuation replaced by single spaces.

    Figures go because telephone and house numbers decide nothing and must not be learned.
    """
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def ngrams(text: str) -> list[str]:
    """Return every run of one to three characters of a text, none across a gap, in order of appearance."""
    return [
        part[start : start + length]
        for part in plain_text(text).split()
        for length in range(1, LONGEST + 1)
        for start in range(len(part) - length + 1)
    ]
