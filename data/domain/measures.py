"""Measures: what modules count per day and place, and how counts become a figure.

Counts are additive: over days, grids, units and categories. Durations stand as histograms (see
`data.domain.histogram`), which add up as well; a figure is told from the sums alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from data.domain.formula import Formula
from data.domain.histogram import median, merged, size


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some days and places: counts by measure, histograms (bucket → count) by duration."""

    counts: Mapping[str, float] = field(default_factory=dict)
    histograms: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def count(self, name: str) -> float:
        """Return the sum of a measure; what was never counted is zero."""
        return self.counts.get(name, 0.0)

    def median(self, name: str) -> float | None:
        """Return the median of a duration, None where there is none."""
        return median(self.histograms.get(name, {}))

    def sample(self, name: str) -> int:
        """Return how many rows a figure rests on: the measure's sum, or the number of durations."""
        return size(self.histograms[name]) if name in self.histograms else round(self.count(name))


def sum_totals(many: Iterable[Totals]) -> Totals:
    """Return the sum of totals."""
    many = list(many)
    counts: dict[str, float] = {}
    for totals in many:
        for name, value in totals.counts.items():
            counts[name] = counts.get(name, 0.0) + value
    names = {name for totals in many for name in totals.histograms}
    return Totals(counts, {n: merged(t.histograms.get(n, {}) for t in many) for n in sorted(names)})


class Lack(StrEnum):
    """Why there is no figure."""

    NO_ROWS = "no_rows"
    SMALL_SAMPLE = "small_sample"
    NOT_TOLD = "not_told"
    """Nothing of the kind was ever counted for the chosen grids or unit."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of an indicator: None with the reason where there is too little to tell it from.

    `exempted` is how many rows an appeal took out of it; they are listed beside it.
    """

    value: float | None
    sample: int
    lack: Lack | None = None
    exempted: int = 0


def figure_of(
    formula: Formula, totals: Totals, sample: str | None, minimum: int, exempted: Formula | None = None
) -> Figure:
    """Return what a formula says of totals; `sample` names the measure that counts the rows it rests on."""
    rows = totals.sample(sample) if sample else 0
    out = round(exempted.value(totals.count, totals.median) or 0.0) if exempted else 0
    if sample and rows < minimum:
        return Figure(None, rows, Lack.SMALL_SAMPLE if rows else Lack.NO_ROWS, out)
    value = formula.value(totals.count, totals.median)
    return Figure(value, rows, None if value is not None else Lack.NO_ROWS, out)


def change(new: float | None, old: float | None) -> float | None:
    """Return the difference of two figures, None where one is missing."""
    return None if new is None or old is None else new - old


def attainment(value: float | None, target: float | None, is_up_good: bool) -> float | None:
    """Return how far a target is reached, 1 for reached: value ÷ target, or target ÷ value where less is better."""
    if value is None or target is None:
        return None
    over, under = (value, target) if is_up_good else (target, value)
    if under == 0:
        return 1.0 if over >= under else 0.0
    return over / under
