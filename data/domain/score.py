"""The score of a unit (单位评分) from its own orders; no score where something to score is missing.

    30·处置率 + 20·按期处置率 + 20·(1 − 返工率) + 20·(1 − 超期待处置率) + 10·(1 − 延期率)

The weights stand in the town's score.yaml, in versions. An order counts in the window that holds its deadline,
unless it was returned as another unit's or withdrawn by the centre. One whose case is suspended, or whose overdue
an appeal took out of the statistic, is listed beside the figure instead of counting in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.domain.order_facts import OrderFacts
from data.domain.vocabulary import Word

Orders = Sequence[OrderFacts]
Judge = Callable[[OrderFacts], bool]


class Rate(Word):
    """The rates that a score is made of, under the names of their indicators."""

    HANDLED = "handled_rate", "处置率"
    ON_TIME = "handled_on_time_rate", "按期处置率"
    REWORK = "rework_rate", "返工率"
    OVERDUE_OPEN = "overdue_open_rate", "超期待处置率"
    EXTENSION = "extension_rate", "延期率"

    @property
    def is_good(self) -> bool:
        """Whether more of it is better."""
        return self in (Rate.HANDLED, Rate.ON_TIME)


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """One version of the method: the points of each rate, and how many orders a score needs at least."""

    version: str
    weights: Mapping[Rate, float]
    minimum_orders: int
    citation: str


@dataclass(frozen=True, slots=True)
class Window:
    """From `begin` to `end` (excluded), judged at `now`; `verify` is the limit of 核查 after the handling."""

    begin: datetime
    end: datetime
    now: datetime
    verify: timedelta

    def holds(self, instant: datetime) -> bool:
        """Whether an instant lies in the window."""
        return self.begin <= instant < self.end


@dataclass(frozen=True, slots=True)
class RateFigure:
    """A rate: `count` of `total`; `share` and `points` are None where there is nothing to count."""

    rate: Rate
    count: int
    total: int
    weight: float

    @property
    def share(self) -> float | None:
        """The rate itself, from 0 to 1."""
        return self.count / self.total if self.total else None

    @property
    def points(self) -> float | None:
        """What it gives of its weight."""
        if self.share is None:
            return None
        return self.weight * (self.share if self.rate.is_good else 1 - self.share)


@dataclass(frozen=True, slots=True)
class UnitScore:
    """The score of a unit out of 100, None where `missing` says what is missing; and the orders behind it.

    `listed` holds order numbers: those that count against the unit by what they did (`late`, `overdue_open`,
    `reworked`, `extended`), and those left out (`exempt`, `suspended`, `wrong_unit`, `recalled`, of the last
    those that were overdue by then once more as `recalled_overdue`).
    """

    unit_code: str
    version: str
    citation: str
    value: float | None
    missing: tuple[str, ...]
    rates: tuple[RateFigure, ...]
    listed: Mapping[str, tuple[str, ...]]


def unit_score(unit_code: str, facts: Iterable[OrderFacts], rules: ScoreRules, window: Window) -> UnitScore:
    """Return the score of a unit in a window; orders of other units among the facts do not count."""
    known = [one for one in facts if one.order.unit_code == unit_code and one.order.due_at is not None]
    groups = _Groups.of(known, window)
    rates = tuple(
        RateFigure(rate, sum(map(judge, group)), len(group), rules.weights[rate])
        for rate, (group, judge) in groups.judged(window.now).items()
    )
    missing = _missing(rates, len(groups.counted), rules)
    return UnitScore(
        unit_code=unit_code,
        version=rules.version,
        citation=rules.citation,
        value=None if missing else round(sum(rate.points or 0.0 for rate in rates), 2),
        missing=missing,
        rates=rates,
        listed=groups.listed(window.now),
    )


@dataclass(frozen=True, slots=True)
class _Groups:
    """The orders of a unit by what they count in.

    `counted` should be handled, `timed` are those of them that no appeal takes out, `closing` should be closed.
    """

    counted: Orders
    timed: Orders
    closing: Orders
    exempt: Orders
    suspended: Orders
    wrong_unit: Orders
    recalled: Orders

    @classmethod
    def of(cls, known: Orders, window: Window) -> _Groups:
        """Sort the orders that have a deadline."""
        due = [one for one in known if window.holds(one.due_at)]
        owed = [one for one in due if one.is_the_units]
        counted = [one for one in owed if not one.is_suspended]
        exempt = [one for one in counted if one.is_exempt and one.is_late(window.now)]
        return cls(
            counted=counted,
            timed=[one for one in counted if one not in exempt],
            closing=[one for one in known if _is_to_close(one, window)],
            exempt=exempt,
            suspended=[one for one in owed if one.is_suspended],
            wrong_unit=[one for one in due if one.is_anothers],
            recalled=[one for one in due if one.is_recalled],
        )

    def judged(self, now: datetime) -> Mapping[Rate, tuple[Orders, Judge]]:
        """Return of each rate the orders that it is a share of, and which of them it counts."""
        return {
            Rate.HANDLED: (self.counted, lambda one: one.done_at is not None),
            Rate.ON_TIME: (self.timed, lambda one: one.done_at is not None and not one.is_late(now)),
            Rate.REWORK: (self.closing, lambda one: one.is_reworked),
            Rate.OVERDUE_OPEN: (self.timed, lambda one: one.is_overdue_open(now)),
            Rate.EXTENSION: (self.counted, lambda one: one.is_extended),
        }

    def listed(self, now: datetime) -> Mapping[str, tuple[str, ...]]:
        """Return the numbers of the orders that a reader of the score will ask for."""
        return {
            "late": _numbers(one for one in self.timed if one.is_late(now)),
            "overdue_open": _numbers(one for one in self.timed if one.is_overdue_open(now)),
            "reworked": _numbers(one for one in self.closing if one.is_reworked),
            "extended": _numbers(one for one in self.counted if one.is_extended),
            "exempt": _numbers(self.exempt),
            "suspended": _numbers(self.suspended),
            "wrong_unit": _numbers(self.wrong_unit),
            "recalled": _numbers(self.recalled),
            "recalled_overdue": _numbers(one for one in self.recalled if one.is_recalled_overdue),
        }


def _missing(rates: Iterable[RateFigure], orders: int, rules: ScoreRules) -> tuple[str, ...]:
    words = [f"没有可计算{rate.rate.label}的派遣单" for rate in rates if not rate.total]
    if orders < rules.minimum_orders:
        words.insert(0, f"应处置的派遣单只有 {orders} 件，少于评分所需的 {rules.minimum_orders} 件")
    return tuple(words)


def _is_to_close(one: OrderFacts, window: Window) -> bool:
    """Whether its closing limit, handling and verifying, lies in the window; a case closes with its main order."""
    is_due = window.holds(one.due_at + window.verify)
    return is_due and one.order.is_main and one.is_the_units and not one.is_suspended


def _numbers(found: Iterable[OrderFacts]) -> tuple[str, ...]:
    return tuple(one.order.number for one in found)
