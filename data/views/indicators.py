"""The engine of indicators: value, trend, 同比 and 环比, target, split, from stored sums and a definition's formula."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from data.domain.errors import InvalidInput, NotFound
from data.domain.formula import Formula, FormulaError, read_formula
from data.domain.measures import Figure, Lack, Totals, attainment, change, figure_of, sum_totals
from data.domain.periods import Period, PeriodKind, before, last_periods, period_of, year_before
from data.town import IndicatorDefinition, Town
from data.views.facts import FACTS
from data.views.freshness import LateSource, late_json, late_of, late_tables
from data.views.lens import moment
from data.views.measures import TOWN, Place, by_village, count_marks, first_day, read_split, read_totals
from data.views.present import read_present
from data.views.situation import last_change
from data.world import World

TREND = {
    PeriodKind.DAY: 14,
    PeriodKind.WEEK: 12,
    PeriodKind.MONTH: 12,
    PeriodKind.QUARTER: 8,
    PeriodKind.YEAR: 2,
}
"""How many whole periods stand before the running one in a trend."""

RESIDENTS = "residents"
"""What a count is divided by where no measure is named: people, from the rows of the grids in force."""

SPLITS = ("grid", "village", "unit", "category", "month")


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


@dataclass(frozen=True, slots=True)
class IndicatorFigure:
    """An indicator's figure with everything that is said beside it; changes are differences, not rates.

    `trend` holds one value per period, oldest first, the running one last; None where there is none. `late` are
    the sources of its tables that are late or never came.
    """

    definition: IndicatorDefinition
    figure: Figure
    target: float | None
    attainment: float | None
    mom: float | None
    yoy: float | None
    trend: tuple[float | None, ...]
    is_present: bool
    is_recounting: bool
    as_of: datetime | None
    late: tuple[LateSource, ...] = ()


def figures_of(world: World, module: str, wanted: Wanted, now: datetime) -> list[IndicatorFigure]:
    """Return the figures of a module's indicators valid on the day, in the order of their definitions."""
    definitions = definitions_on(world.town, module, wanted.day)
    with world.store.read() as connection:
        books = {
            facts: _Book(world, connection, facts, wanted, now)
            for facts in sorted({one.facts for one in definitions})
        }
        return [books[one.facts].figure(one) for one in definitions]


def split_of(
    world: World, indicator: str, by: str, wanted: Wanted, now: datetime
) -> list[tuple[str, Figure]]:
    """Return an indicator's figures by grid, village, unit, category or month: (code, figure).

    Raises `NotFound` for an unknown indicator and `InvalidInput` for an unknown split.
    """
    definition = definition_of(world.town, indicator, wanted.day)
    if by not in SPLITS:
        raise InvalidInput(
            f"不能按“{by[:20]}”拆分", field="by", value=by[:20], cure=f"可选：{'、'.join(SPLITS)}"
        )
    with world.store.read() as connection:
        book = _Book(world, connection, definition.facts, wanted, now)
        return book.by_month(definition) if by == "month" else book.split(definition, by)


def definitions_on(town: Town, module: str, day: date) -> list[IndicatorDefinition]:
    """Return the definitions of a module valid on a day, one version each."""
    return [one for one in town.indicators if one.module == module and _is_valid(one, day)]


def definition_of(town: Town, indicator: str, day: date) -> IndicatorDefinition:
    """Return the version of an indicator that is valid on a day; raise `NotFound` where there is none."""
    for one in town.indicators:
        if one.id == indicator and _is_valid(one, day):
            return one
    raise NotFound(
        f"没有名为“{indicator[:40]}”的指标",
        field="id",
        value=indicator[:40],
        cure="指标清单见 /api/v1/indicators",
    )


def check_formulas(town: Town) -> None:
    """Raise `FormulaError` for the first definition whose formula cannot be read or names what its module lacks."""
    for one in town.indicators:
        source = FACTS.get(one.facts)
        if source is None:
            raise FormulaError(f"指标 {one.id}：没有模块 {one.facts}")
        try:
            formula = _formula(one.formula)
            formula.check((*source.measures, *source.present), source.durations)
            if one.sample is not None and one.sample not in (*source.measures, *source.durations):
                raise FormulaError(f"样本量 {one.sample} 不是这个模块的计量", one.sample)
            if one.rank_per is not None and one.rank_per.per not in (RESIDENTS, *source.measures):
                raise FormulaError(f"排名所除的 {one.rank_per.per} 不是这个模块的计量", one.rank_per.per)
        except FormulaError as error:
            raise FormulaError(f"指标 {one.id}：{error}", error.name) from error


def _is_valid(one: IndicatorDefinition, day: date) -> bool:
    return one.valid_from <= day and (one.valid_to is None or day < one.valid_to)


@lru_cache(maxsize=512)
def _formula(text: str) -> Formula:
    return read_formula(text)


class _Book:
    """The sums that one question needs, each read once."""

    def __init__(
        self, world: World, connection: Connection, module: str, wanted: Wanted, now: datetime
    ) -> None:
        self._world, self._connection, self._module = world, connection, module
        self._wanted, self._now = wanted, now
        self._first = first_day(connection, module)
        self._as_of = last_change(connection, *FACTS[module].topics)
        self._late = late_tables(world, connection, now)
        self._known: dict[Period, Totals] = {}
        self._present: dict[str, dict[str, Totals]] = {}

    def figure(self, one: IndicatorDefinition) -> IndicatorFigure:
        """Return the figure of a definition with its comparisons."""
        if self._is_present(one):
            return self._present_figure(one)
        period = self._wanted.period
        figure = self._of(one, period)
        trend = last_periods(period.kind, self._wanted.day, TREND[period.kind])
        target = self._target(one)
        return IndicatorFigure(
            definition=one,
            figure=figure,
            target=target,
            attainment=attainment(figure.value, target, one.direction != "down"),
            mom=change(figure.value, self._of(one, before(period)).value),
            yoy=change(figure.value, self._of(one, year_before(period)).value),
            trend=tuple(self._of(one, past).value for past in trend),
            is_present=False,
            is_recounting=count_marks(self._connection, self._module, period) > 0,
            as_of=self._as_of,
            late=late_of(one, self._late),
        )

    def split(self, one: IndicatorDefinition, by: str) -> list[tuple[str, Figure]]:
        """Return the figures by a facet, without codes of which nothing is known; a village is the sum of its grids."""
        column = "grid" if by == "village" else by
        if self._is_present(one):
            found = self._present_split(column)
        else:
            wanted = self._wanted
            sums = read_split(self._connection, self._module, wanted.period, column, wanted.place)
            names = (*_formula(one.formula).measures, *_formula(one.formula).medians)
            found = {code: totals for code, totals in sums.items() if any(map(totals.sample, names))}
        if by == "village":
            found = by_village(self._world, found, self._wanted.day)
        return [(code, self._told(one, totals)) for code, totals in sorted(found.items())]

    def by_month(self, one: IndicatorDefinition) -> list[tuple[str, Figure]]:
        """Return the figures of the last twelve months and the running one."""
        months = last_periods(PeriodKind.MONTH, self._wanted.day, TREND[PeriodKind.MONTH])
        return [(f"{month.begin:%Y-%m}", self._of(one, month)) for month in months]

    def _of(self, one: IndicatorDefinition, period: Period) -> Figure:
        """The figure of a period by the definition that is asked for: both sides of a comparison count alike.

        There is none of a period that begins before anything was counted.
        """
        if self._first is None or (period.begin < self._first and period != self._wanted.period):
            return Figure(None, 0, Lack.NO_ROWS)
        return self._told(one, self._totals(period))

    def _told(self, one: IndicatorDefinition, totals: Totals) -> Figure:
        return figure_of(_formula(one.formula), totals, one.sample, one.minimum_sample)

    def _totals(self, period: Period) -> Totals:
        if period not in self._known:
            self._known[period] = read_totals(self._connection, self._module, period, self._wanted.place)
        return self._known[period]

    def _is_present(self, one: IndicatorDefinition) -> bool:
        return bool(_formula(one.formula).measures & set(FACTS[self._module].present))

    def _present_figure(self, one: IndicatorDefinition) -> IndicatorFigure:
        """What holds now is told of the running period alone."""
        totals = sum_totals(self._present_split("grid").values())
        is_running = self._wanted.day >= self._now.astimezone(self._world.town.profile.zone).date()
        figure = self._told(one, totals) if is_running else Figure(None, 0, Lack.NO_ROWS)
        target = self._target(one)
        reached = attainment(figure.value, target, one.direction != "down")
        late = late_of(one, self._late)
        return IndicatorFigure(one, figure, target, reached, None, None, (), True, False, self._as_of, late)

    def _present_split(self, by: str) -> dict[str, Totals]:
        """What holds now, by a facet; read once for all figures that rest on it."""
        if by not in self._present:
            place = self._wanted.place
            self._present[by] = read_present(
                self._world, self._connection, self._module, by, place, self._now
            )
        return self._present[by]

    def _target(self, one: IndicatorDefinition) -> float | None:
        return one.targets.get(str(self._wanted.kind))


def figure_json(found: IndicatorFigure, now: datetime) -> dict[str, Any]:
    """Return a figure as REST answers it."""
    one, as_of = found.definition, found.as_of
    return {
        "id": one.id,
        "name": one.name,
        "module": one.module,
        "definition": one.definition,
        "value": found.figure.value,
        "unit": one.unit,
        "direction": one.direction,
        "sample": found.figure.sample,
        "minimum_sample": one.minimum_sample,
        "lack": found.figure.lack,
        "target": found.target,
        "attainment": found.attainment,
        "mom": found.mom,
        "yoy": found.yoy,
        "trend": list(found.trend),
        "as_of": moment(as_of),
        "age_minutes": None if as_of is None else round((now - as_of).total_seconds() / 60, 1),
        "freshness_minutes": one.freshness_minutes,
        "late_sources": late_json(found.late),
        "is_present": found.is_present,
        "is_recounting": found.is_recounting,
        "version": one.version,
        "citation": one.citation,
    }
