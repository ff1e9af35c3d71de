"""Identity numbers of persons: what one looks like, and whether its last letter fits the others."""

from __future__ import annotations

import re
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LAST = "10X98765432"
SHAPE = re.compile(r"[1-9]\d{5}(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)\d{3}[\dX]", re.ASCII)


def check_letter(first: str) -> str:
    """Return the last letter of a number from its first 17 digits: ISO 7064 MOD 11-2, as GB 11643 writes it."""
    return LAST[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def looks_like_identity(text: str) -> bool:
    """Whether a text has the shape of an identity number with a day of birth in it, whatever its last letter."""
    shape = SHAPE.fullmatch(text)
    if shape is None or not "1900" <= shape["year"] <= "2099":
        return False
    try:
        date(int(shape["year"]), int(shape["month"]), int(shape["day"]))
    except ValueError:
        return False
    return True


def is_identity_number(text: str) -> bool:
    """Whether a text is an identity number of 18 letters whose last one fits the others."""
    return looks_like_identity(text) and check_letter(text[:-1]) == text[-1]
