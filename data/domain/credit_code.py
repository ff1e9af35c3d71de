"""Unified social credit codes of organisations."""

from __future__ import annotations

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18


def check_letter(first: str) -> str:
    """Return the last letter of a code from its first 17: weights are powers of 3 modulo 31 (GB 32100-2015).

    Raises `ValueError` for a letter that no code has.
    """
    total = sum(LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(first))
    return LETTERS[-total % 31]


def is_credit_code(text: str) -> bool:
    """Whether a text is a code of 18 letters whose last one fits the others."""
    if len(text) != LENGTH or not set(text) <= set(LETTERS):
        return False
    return check_letter(text[:-1]) == text[-1]
