"""The leader's page: headline figures of every module, what needs attention and where it comes from, who stands where.

Everything is told from the stored sums; history is not read. Words are made of figures alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from data.domain.contributions import contributions, leading, shortfalls
from data.domain.formula import read_formula
from data.domain.fraction import Fraction, fraction_of
from data.domain.measures import Figure, Lack, Totals
from data.domain.periods import Period, before, year_before
from data.modules import MODULES, Module
from data.town import IndicatorDefinition
from data.views.counting import Progress
from data.views.facet_names import names_in
from data.views.facts import FACTS
from data.views.fair_rank import fair_figures
from data.views.freshness import LateSource, oldest_first
from data.views.indicators import IndicatorFigure, Wanted, definitions_on, figures_in, split_in
from data.views.measures import TOWN, by_village
from data.views.residents import Residents, residents_in
from data.views.sums import Sums
from data.world import World

ON_A_CARD = 3
MOST_ATTENTION = 5
AT_EITHER_END = 4
MOST_PARTS = 2
LEAST_SHARE = 0.2
"""A part that adds less than this to a change is not called one of its sources."""

WORTH_A_WORD = 0.1
"""A change of less than a tenth is no news; of a rate in per cent, one of less than a point."""

FACETS = ("village", "unit", "category")


class Cause(StrEnum):
    """Why something needs attention."""

    BELOW_TARGET = "below_target"
    WORSE = "worse"
    WORSE_THAN_LAST_YEAR = "worse_than_last_year"


@dataclass(frozen=True, slots=True)
class Card:
    """A module with the figures that stand for it."""

    module: Module
    figures: tuple[IndicatorFigure, ...]


@dataclass(frozen=True, slots=True)
class Attention:
    """A figure that misses its target or got worse: by how much, and which parts of one facet added most.

    `parts` are (name, share of everything that went the same way); empty where it cannot be told, as of a median.
    """

    found: IndicatorFigure
    cause: Cause
    amount: float
    weight: float
    facet: str = ""
    parts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit, village or grid with its figure; equal figures share a place."""

    place: int
    name: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Ranking:
    """Who stands where by one indicator: the best and the last of `total`.

    `too_small` are those with too few rows to be compared, `exempted` how many rows appeals took out of the figures;
    `counting` is how far the history is counted until it is.
    """

    definition: IndicatorDefinition
    by: str
    rows: tuple[Ranked, ...]
    total: int
    too_small: tuple[str, ...]
    exempted: int = 0
    counting: Progress | None = None


@dataclass(frozen=True, slots=True)
class LeaderView:
    """Everything on the page."""

    cards: tuple[Card, ...]
    attention: tuple[Attention, ...]
    late_sources: tuple[LateSource, ...]
    rankings: tuple[Ranking, ...]
    residents: Residents | None


def leader_view(
    world: World, wanted: Wanted, now: datetime, only: str = "", is_yearly: bool = False
) -> LeaderView:
    """Read the page for a period and a place; modules without facts have no card.

    `only` is the key of the one module to be shown, with all of its figures. Changes are told against the period
    before, or with `is_yearly` against the same one of last year.
    """
    known = [module for module in MODULES if module.key in FACTS and only in ("", module.key)]
    with world.store.read() as connection:
        sums = Sums(world, connection, now)
        figures = {module.key: figures_in(sums, module.key, wanted) for module in known}
        shown = {key: tuple(found) if only else _headlines(found) for key, found in figures.items()}
        every = [one for found in figures.values() for one in found]
        return LeaderView(
            cards=tuple(Card(module, shown[module.key]) for module in known if shown[module.key]),
            attention=tuple(_explained(sums, one, wanted) for one in worth_attention(every, is_yearly)),
            late_sources=oldest_first(sums.late),
            rankings=_rankings(sums, wanted, known),
            residents=None if only else residents_in(sums, wanted),
        )


def _headlines(figures: Iterable[IndicatorFigure]) -> tuple[IndicatorFigure, ...]:
    """The marked ones; of a module that marks none the first: as many as a card holds."""
    found = list(figures)
    marked = [one for one in found if one.definition.headline]
    return tuple((marked or found)[:ON_A_CARD])


def worth_attention(figures: Iterable[IndicatorFigure], is_yearly: bool = False) -> list[Attention]:
    """Return what misses its target or got worse, the farthest off first, each figure once."""
    found = [item for one in figures if (item := _missed(one) or _worse(one, is_yearly)) is not None]
    return sorted(found, key=lambda item: (-item.weight, item.found.definition.id))[:MOST_ATTENTION]


def _missed(one: IndicatorFigure) -> Attention | None:
    value, target = one.figure.value, one.target
    if value is None or target is None or one.attainment is None or one.attainment >= 1:
        return None
    is_small_share = target == 0 and one.definition.unit == "%"  # half a per cent above none is no disaster
    weight = abs(value) / 100 if is_small_share else 1 - one.attainment
    return Attention(one, Cause.BELOW_TARGET, value - target, weight)


def _worse(one: IndicatorFigure, is_yearly: bool) -> Attention | None:
    cause = Cause.WORSE_THAN_LAST_YEAR if is_yearly else Cause.WORSE
    change = one.yoy if is_yearly else one.mom
    value, direction = one.figure.value, one.definition.direction
    if value is None or not change or direction == "none" or (change > 0) == (direction == "up"):
        return None
    old = value - change
    weight = abs(change) / 100 if one.definition.unit == "%" else abs(change / old) if old else 1.0
    is_news = abs(change) >= 1 if one.definition.unit == "%" else weight >= WORTH_A_WORD
    return Attention(one, cause, change, weight) if is_news else None


def _explained(sums: Sums, item: Attention, wanted: Wanted) -> Attention:
    """Name the parts of the facet in which the fewest explain the most; a narrowed or present figure stays as it is."""
    definition = item.found.definition
    if item.found.is_present or wanted.place != TOWN:
        return item
    best: tuple[float, str, list[tuple[str, float]]] = (0.0, "", [])
    for facet in FACETS:
        parts = _leading(sums, item, item.found.period, facet)
        share = sum(part for _, part in parts)
        if len(parts) and share > best[0]:
            best = (share, facet, parts)
    _, facet, parts = best
    names = names_in(sums.world, sums.connection, definition.module, facet, sums.now) if facet else {}
    named = tuple((names.get(code, code), share) for code, share in parts)
    return replace(item, facet=facet, parts=named)


def _leading(sums: Sums, item: Attention, period: Period, facet: str) -> list[tuple[str, float]]:
    definition = item.found.definition
    new = _fractions(sums, definition, period, facet)
    if len([code for code in new if code]) < 2:
        return []
    is_up = definition.direction == "down"
    if item.cause is Cause.BELOW_TARGET:
        assert item.found.target is not None
        return leading(shortfalls(new, item.found.target), is_up, MOST_PARTS, LEAST_SHARE)
    earlier = before(period) if item.cause is Cause.WORSE else year_before(period)
    old = _fractions(sums, definition, earlier, facet)
    return leading(contributions(new, old), is_up, MOST_PARTS, LEAST_SHARE)


def _fractions(
    sums: Sums, definition: IndicatorDefinition, period: Period, facet: str
) -> dict[str, Fraction]:
    """Return each part as a quotient of sums; nothing where the formula is none, such as a median."""
    formula = read_formula(definition.formula)
    found: Mapping[str, Totals] = sums.split(
        definition.facts, period, "grid" if facet == "village" else facet
    )
    if facet == "village":
        found = by_village(sums.world, found, period.end)
    told = {code: fraction_of(formula, totals.count) for code, totals in found.items()}
    return {code: one for code, one in told.items() if one is not None}


def _rankings(sums: Sums, wanted: Wanted, modules: Iterable[Module]) -> tuple[Ranking, ...]:
    """Every ranking that a definition asks for; those by a headline of a unit, its score, stand first."""
    every = [one for module in modules for one in definitions_on(sums.world.town, module.key, wanted.day)]
    ranks = [one for one in every if one.rank_by is not None]
    ranks.sort(key=lambda one: not (one.headline and one.rank_by == "unit"))
    return tuple(_ranking(sums, one, wanted) for one in ranks)


def _ranking(sums: Sums, one: IndicatorDefinition, wanted: Wanted) -> Ranking:
    assert one.rank_by is not None
    names = names_in(sums.world, sums.connection, one.module, one.rank_by, sums.now)
    by = one.rank_by
    town = Wanted(wanted.kind, wanted.day)
    figures = fair_figures(sums, one, split_in(sums, one, by, town), town)
    found = [(names[code], figure) for code, figure in figures if code in names]
    rows = ranked([(name, figure) for name, figure in found if figure.value is not None], one.direction)
    small = tuple(sorted(name for name, figure in found if figure.lack is Lack.SMALL_SAMPLE))
    shown = rows if len(rows) <= 2 * AT_EITHER_END else [*rows[:AT_EITHER_END], *rows[-AT_EITHER_END:]]
    exempted = sum(figure.exempted for _, figure in found)
    return Ranking(one, by, tuple(shown), len(rows), small, exempted, sums.progress(one.facts))


def ranked(found: Iterable[tuple[str, Figure]], direction: str) -> list[Ranked]:
    """Return who stands where, the best first; whoever has the same figure has the same place."""
    sign = 1 if direction == "down" else -1
    order = sorted(found, key=lambda row: (sign * (row[1].value or 0.0), row[0]))
    values = [figure.value for _, figure in order]
    return [Ranked(values.index(figure.value) + 1, name, figure) for name, figure in order]
