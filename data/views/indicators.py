"""The engine of indicators: value, trend, 同比 and 环比, target, split, from stored sums and a definition's formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from data.domain.errors import InvalidInput, NotFound
from data.domain.formula import Formula, FormulaError, read_formula
from data.domain.fraction import fraction_of
from data.domain.measures import Figure, Lack, Totals, attainment, change, figure_of, sum_totals
from data.domain.periods import Period, PeriodKind, before, last_periods, year_before
from data.town import IndicatorDefinition, Town
from data.views.counting import Progress
from data.views.facts import FACTS
from data.views.freshness import LateSource
from data.views.measures import TOWN, by_village
from data.views.sums import Sums
from data.views.wanted import Wanted, reported
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

NOTHING = Figure(None, 0, Lack.NO_ROWS)
NOT_TOLD = Figure(None, 0, Lack.NOT_TOLD)
SPLITS = ("grid", "village", "unit", "category", "month")


@dataclass(frozen=True, slots=True)
class IndicatorFigure:
    """An indicator's figure with everything that is said beside it; changes are differences, not rates.

    `trend` holds one value per period, oldest first, the running one last; None where there is none. `late` are
    the sources of its tables that are late or never came. The lacks say why there is nothing to compare with;
    while the history of the module is being counted there is no figure, but how far it is (`counting`).
    `period` is what the figure is of: where a source comes once a month, the newest that has arrived.
    """

    definition: IndicatorDefinition
    figure: Figure
    period: Period
    target: float | None
    attainment: float | None
    mom: float | None
    yoy: float | None
    trend: tuple[float | None, ...]
    is_present: bool
    is_recounting: bool
    as_of: datetime | None
    late: tuple[LateSource, ...] = ()
    mom_lack: Lack | None = None
    yoy_lack: Lack | None = None
    counting: Progress | None = None


def figures_of(world: World, module: str, wanted: Wanted, now: datetime) -> list[IndicatorFigure]:
    """Return the figures of a module's indicators valid on the day, in the order of their definitions."""
    with world.store.read() as connection:
        return figures_in(Sums(world, connection, now), module, wanted)


def figures_in(sums: Sums, module: str, wanted: Wanted) -> list[IndicatorFigure]:
    """Return the same from sums that others are told from as well."""
    return [figure_in(sums, one, wanted) for one in definitions_on(sums.world.town, module, wanted.day)]


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
        book = _Book(Sums(world, connection, now), definition, wanted)
        return book.by_month() if by == "month" else book.split(by)


def told_of(world: World, indicator: str, wanted: Wanted, now: datetime) -> Wanted:
    """Return what is told of an indicator: of one that is reported by month, its newest month.

    Raises `NotFound` for an unknown indicator.
    """
    definition = definition_of(world.town, indicator, wanted.day)
    with world.store.read() as connection:
        return reported(Sums(world, connection, now), definition, wanted)


def figure_in(sums: Sums, one: IndicatorDefinition, wanted: Wanted) -> IndicatorFigure:
    """Return the figure of one definition with its comparisons."""
    return _Book(sums, one, wanted).figure()


def split_in(sums: Sums, one: IndicatorDefinition, by: str, wanted: Wanted) -> list[tuple[str, Figure]]:
    """Return the figures of one definition by grid, village, unit or category."""
    return _Book(sums, one, wanted).split(by)


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
            if one.exempted is not None:
                _formula(one.exempted).check(source.measures, ())
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
    """What is told of one definition, from the sums of its module."""

    def __init__(self, sums: Sums, one: IndicatorDefinition, wanted: Wanted) -> None:
        self._sums, self._one = sums, one
        self._wanted = reported(sums, one, wanted)
        self._formula = _formula(one.formula)
        self._target = self._fair_target(one.targets.get(str(self._wanted.kind)))

    def figure(self) -> IndicatorFigure:
        """Return the figure with its comparisons."""
        if self._is_present:
            return self._present_figure()
        progress = self._sums.progress(self._one.facts)
        if progress is not None:
            return replace(self._told_of(NOTHING), counting=progress)
        period = self._wanted.period
        figure, mom, yoy = map(self._of, (period, before(period), year_before(period)))
        trend = last_periods(period.kind, self._wanted.day, TREND[period.kind])
        return replace(
            self._told_of(figure),
            mom=change(figure.value, mom.value),
            yoy=change(figure.value, yoy.value),
            mom_lack=mom.lack,
            yoy_lack=yoy.lack,
            trend=tuple(self._of(past).value for past in trend),
            is_recounting=self._sums.is_recounting(self._one.facts, period),
        )

    def split(self, by: str) -> list[tuple[str, Figure]]:
        """Return the figures by a facet, without codes of which nothing is known; a village is the sum of its grids."""
        column, wanted, facts = "grid" if by == "village" else by, self._wanted, self._one.facts
        if self._is_present:
            found = self._sums.present(facts, column, wanted.place)
        else:
            names = (*self._formula.measures, *self._formula.medians)
            is_timed = bool({*names, self._one.sample} & {*FACTS[facts].durations})
            every = self._sums.split(facts, wanted.period, column, wanted.place, is_timed)
            found = {code: totals for code, totals in every.items() if any(map(totals.sample, names))}
        if by == "village":
            found = by_village(self._sums.world, found, wanted.day)
        return [(code, self._told(totals)) for code, totals in sorted(found.items())]

    def _knows_places(self, split: Mapping[str, Totals]) -> bool:
        """Whether any row that this counts lies somewhere."""
        return any(code and any(map(totals.count, self._formula.measures)) for code, totals in split.items())

    def by_month(self) -> list[tuple[str, Figure]]:
        """Return the figures of the last twelve months and the running one."""
        months = last_periods(PeriodKind.MONTH, self._wanted.day, TREND[PeriodKind.MONTH])
        return [(f"{month.begin:%Y-%m}", self._of(month)) for month in months]

    def _of(self, period: Period) -> Figure:
        """The figure of a period by the definition that is asked for: both sides of a comparison count alike.

        There is none of a period that begins before anything that it speaks of was counted.
        """
        days = self._sums.first_days(self._one.facts)
        names = self._formula.measures | self._formula.medians | {self._one.sample or ""}
        first = min((days[name] for name in names if name in days), default=date.max)
        if not days or (period.begin < first and period != self._wanted.period):
            return NOTHING
        totals = self._sums.totals(self._one.facts, period, self._wanted.place)
        is_known = self._wanted.place == TOWN or any(map(totals.sample, names))
        if not is_known and not names & self._sums.measured(self._one.facts, self._wanted.place):
            return NOT_TOLD
        return self._told(totals)

    def _fair_target(self, target: float | None) -> float | None:
        """A sum that the whole town is to reach is no target of a part of it; none, or a rate, holds for each."""
        quotient = fraction_of(self._formula, lambda _name: 1.0)
        is_sum = quotient is not None and quotient.under is None
        return None if is_sum and target and self._wanted.place != TOWN else target

    def _told(self, totals: Totals) -> Figure:
        exempted = _formula(self._one.exempted) if self._one.exempted else None
        return figure_of(self._formula, totals, self._one.sample, self._one.minimum_sample, exempted)

    def _told_of(self, figure: Figure) -> IndicatorFigure:
        """The figure against its target, without comparisons."""
        return IndicatorFigure(
            definition=self._one,
            figure=figure,
            period=self._wanted.period,
            target=self._target,
            attainment=attainment(figure.value, self._target, self._one.direction != "down"),
            mom=None,
            yoy=None,
            trend=(),
            is_present=False,
            is_recounting=False,
            as_of=self._sums.as_of(self._one.facts, self._one.sources),
            late=self._sums.late_of(self._one.sources),
        )

    @property
    def _is_present(self) -> bool:
        return bool(self._formula.measures & set(FACTS[self._one.facts].present))

    def _present_figure(self) -> IndicatorFigure:
        """What holds now is told of the running period alone."""
        place, facts = self._wanted.place, self._one.facts
        facet = "grid" if place.unit is None else "unit"
        found = self._sums.present(facts, facet, place)
        if self._wanted.day < self._sums.today:
            figure = NOTHING
        elif place != TOWN and not self._knows_places(self._sums.present(facts, facet)):
            figure = NOT_TOLD
        else:
            figure = self._told(sum_totals(found.values()))
        return replace(self._told_of(figure), is_present=True)
