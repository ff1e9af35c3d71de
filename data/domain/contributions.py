"""What parts of a town add to the change of a figure: shares that sum to the whole, computed from sums alone."""

from __future__ import annotations

from collections.abc import Mapping

from data.domain.fraction import Fraction

Parts = Mapping[str, Fraction]
"""Grids, units or categories by code, each with its own sums; together they are the town."""

NOTHING = Fraction(0.0, 0.0)


def contributions(new: Parts, old: Parts) -> dict[str, float]:
    """Return what each part adds to the change from the old figure of all parts to the new one.

    Of a sum it is the part's own difference. Of a rate it is (rates r, shares w of what stands below the line):
    w₁·(r₁ − r₀), the part's own change, plus (w₁ − w₀)·(r₀ − R₀), its greater or smaller weight. These sum to
    R₁ − R₀ exactly. A part that is new counts as if it had been like the town before; empty where one of the
    figures does not exist.
    """
    codes = {*new, *old}
    if all(one.under is None for one in (*new.values(), *old.values())):
        return {code: _over(new, code) - _over(old, code) for code in codes}
    before, now = _whole(old), _whole(new)
    if before.value is None or not now.under or not before.under:
        return {}
    return {
        code: _of_rate(new.get(code, NOTHING), old.get(code, NOTHING), now.under, before) for code in codes
    }


def shortfalls(parts: Parts, target: float) -> dict[str, float]:
    """Return what each part adds to the distance of a rate from its target; of a sum, the part itself."""
    whole = _whole(parts)
    if whole.under is None:
        return {code: part.over for code, part in parts.items()}
    if not whole.under:
        return {}
    return {code: (part.over - target * (part.under or 0.0)) / whole.under for code, part in parts.items()}


def leading(found: Mapping[str, float], is_up: bool, most: int, least: float) -> list[tuple[str, float]]:
    """Return the parts that add most in one direction, with their share of all that goes that way.

    Parts below the share `least` are left out, and so is what nobody knows the place of (the empty code), though
    it counts in the whole.
    """
    same = {code: abs(value) for code, value in found.items() if value and (value > 0) == is_up}
    whole = sum(same.values())
    if not whole:
        return []
    ranked = sorted(((value / whole, code) for code, value in same.items() if code), key=_greatest_first)
    return [(code, share) for share, code in ranked[:most] if share >= least]


def _greatest_first(part: tuple[float, str]) -> tuple[float, str]:
    return -part[0], part[1]


def _whole(parts: Parts) -> Fraction:
    unders = [part.under for part in parts.values() if part.under is not None]
    return Fraction(sum(part.over for part in parts.values()), sum(unders) if unders else None)


def _over(parts: Parts, code: str) -> float:
    return parts[code].over if code in parts else 0.0


def _of_rate(new: Fraction, old: Fraction, under: float, before: Fraction) -> float:
    assert before.under
    assert before.value is not None
    usual = old.value if old.value is not None else before.value
    weight, weight_before = (new.under or 0.0) / under, (old.under or 0.0) / before.under
    own = new.over / under - weight * usual
    return own + (weight - weight_before) * (usual - before.value)
