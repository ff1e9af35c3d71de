"""Which figures are asked for, and which of them have been reported: some sources come once a month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

from data.domain.formula import read_formula
from data.domain.periods import Period, PeriodKind, last_month_over, period_of
from data.town import IndicatorDefinition
from data.views.measures import TOWN, Place
from data.views.sums import Sums

MONTHS_BACK = 3
"""How many months a report may be late and still be the newest one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures: the kind of period, the day that it holds, and the place they are narrowed to."""

    kind: PeriodKind
    day: date
    place: Place = TOWN

    @property
    def period(self) -> Period:
        """The period, cut off at its day while it runs."""
        return period_of(self.kind, self.day).until(self.day)


def reported(sums: Sums, one: IndicatorDefinition, wanted: Wanted) -> Wanted:
    """Return what is told of a definition: of one that is reported by month, the newest month that has arrived.

    A day or a week of it is told as that month; a quarter or a year reaches to the month's end. Where nothing
    arrived for `MONTHS_BACK` months, nothing is told of the period that was asked for.
    """
    if not one.monthly:
        return wanted
    kind = wanted.kind if wanted.kind in (PeriodKind.QUARTER, PeriodKind.YEAR) else PeriodKind.MONTH
    day, names = last_month_over(wanted.day), measures_of(one)
    for _ in range(MONTHS_BACK):
        month = Wanted(PeriodKind.MONTH, day, wanted.place).period
        totals = sums.totals(one.facts, month, wanted.place)
        if any(map(totals.sample, names)):
            return replace(wanted, kind=kind, day=day)
        day = month.begin - timedelta(days=1)
    return wanted


def measures_of(one: IndicatorDefinition) -> Collection[str]:
    """Return the measures and durations that a definition's formula names."""
    formula = read_formula(one.formula)
    return formula.measures | formula.medians
