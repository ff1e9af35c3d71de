"""The monthly figures of enterprises: sums against targets, who is missing, and what may be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, func, or_, select

from data.store.modules.economy import economy_targets, enterprise_months, enterprises

MEASURES = ("output_yuan", "tax_yuan", "investment_yuan", "power_kwh", "employees")
MONTHS_SHOWN = 13


@dataclass(frozen=True, slots=True)
class Change:
    """A measure against another month, over the enterprises that reported both."""

    share: float
    enterprises: int


@dataclass(frozen=True, slots=True)
class Gap:
    """An enterprise whose series is broken: the months that it did not report."""

    code: str
    name: str
    months: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Months:
    """What enterprises reported: for each measure a frame of enterprises against months, NaN where there is nothing.

    `watched` has code, name, industry, is_above_scale, since (the first day of being watched) and closed_on, by code.
    """

    wide: Mapping[str, pd.DataFrame]
    watched: pd.DataFrame
    targets: Mapping[tuple[date, str], float]

    @property
    def latest(self) -> date | None:
        """The newest month that anybody reported."""
        return max(self.wide["output_yuan"].columns, default=None)

    def months(self, count: int = MONTHS_SHOWN) -> tuple[date, ...]:
        """Return the last months up to the newest one."""
        return () if self.latest is None else tuple(earlier(self.latest, n) for n in range(count - 1, -1, -1))

    def sums(self, measure: str, months: Iterable[date]) -> tuple[float | None, ...]:
        """Return the sum of a measure for each month, None where nobody reported it."""
        totals = self.wide[measure].sum(min_count=1)
        return tuple(number(totals.get(month)) for month in months)

    def series(self, measure: str, code: str, months: Iterable[date]) -> tuple[float | None, ...]:
        """Return an enterprise's own figures, None where it did not report."""
        wide = self.wide[measure]
        row = wide.loc[code] if code in wide.index else pd.Series(dtype="float64")
        return tuple(number(row.get(month)) for month in months)

    def change(self, measure: str, month: date, before: date) -> Change | None:
        """Compare two months over the enterprises that reported both; None where nobody did."""
        wide = self.wide[measure]
        if not {month, before} <= {*wide.columns}:
            return None
        both = wide[[month, before]].dropna()
        old = both[before].sum()
        return Change(float(both[month].sum() / old - 1), len(both)) if old else None

    def missing(self, month: date) -> frozenset[str]:
        """Return the watched enterprises that should have reported a month's output and did not."""
        watched, output = self.watched, self.wide["output_yuan"]
        due = watched["is_above_scale"] & ~(watched["since"] > month) & ~(watched["closed_on"] <= month)
        told = output.index[output[month].notna()] if month in output else []
        return frozenset(watched.index[due].difference(told))

    def gaps(self, count: int = MONTHS_SHOWN) -> list[Gap]:
        """Return the watched enterprises with missing months, those with the most first."""
        lacking: dict[str, list[date]] = {}
        for month in self.months(count):
            for code in self.missing(month):
                lacking.setdefault(code, []).append(month)
        found = [
            Gap(code, str(self.watched.at[code, "name"]), tuple(months)) for code, months in lacking.items()
        ]
        return sorted(found, key=lambda gap: (-len(gap.months), gap.name))

    def industries(self, month: date, measure: str = "output_yuan") -> dict[str, float]:
        """Return a measure of a month by industry."""
        kinds = self.watched["industry"].reindex(self.wide[measure].index)
        return {
            str(key): float(value) for key, value in self.wide[measure][month].groupby(kinds).sum().items()
        }


def read_months(connection: Connection, today: date) -> Months:
    """Read the reports of two years and the enterprises that there are."""
    begin = earlier(today.replace(day=1), 25)
    c = enterprise_months.c
    query = select(c.enterprise_code, c.month, *(c[name] for name in MEASURES)).where(c.month >= begin)
    frame = _frame(connection, query).set_index(["enterprise_code", "month"])
    wide = {name: frame[name].astype("float64").unstack("month") for name in MEASURES}
    return Months(wide, _watched(connection), _targets(connection))


def _watched(connection: Connection) -> pd.DataFrame:
    names = ("code", "name", "industry", "is_above_scale", "above_scale_since", "opened_on", "closed_on")
    watched = _frame(connection, select(*(enterprises.c[name] for name in names))).set_index("code")
    watched["since"] = watched["above_scale_since"].fillna(watched["opened_on"]).fillna(date.min)
    watched["closed_on"] = watched["closed_on"].fillna(date.max)
    watched["is_above_scale"] = watched["is_above_scale"].astype("bool")
    return watched


def _targets(connection: Connection) -> dict[tuple[date, str], float]:
    query = select(economy_targets.c.month, economy_targets.c.measure, economy_targets.c.target)
    return {(row.month, row.measure): row.target for row in connection.execute(query)}


def count_enterprises(connection: Connection, today: date) -> dict[str, int]:
    """Return how many enterprises there are today: above scale, of them new this year or without a place, listed, all."""
    c = enterprises.c
    here = or_(c.closed_on.is_(None), c.closed_on > today)
    above = c.is_above_scale.is_(True)
    new = c.above_scale_since >= date(today.year, 1, 1)
    counts = {
        "all": (here,),
        "above": (here, above),
        "new": (here, above, new),
        "unplaced": (here, above, c.lon.is_(None)),
        "listed": (here, c.listed_on.isnot(None), c.listed_on <= today),
    }
    return {
        key: connection.execute(select(func.count()).select_from(enterprises).where(*conditions)).scalar_one()
        for key, conditions in counts.items()
    }


def _frame(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    rows = connection.execute(query)
    return pd.DataFrame(rows.fetchall(), columns=list(rows.keys())).astype("object")


def number(value: object) -> float | None:
    """Return a cell as a number, None where it is empty."""
    return float(value) if isinstance(value, float) and value == value else None


def earlier(month: date, count: int) -> date:
    """Return the first day of the month so many months before."""
    at = month.year * 12 + month.month - 1 - count
    return date(at // 12, at % 12 + 1, 1)
