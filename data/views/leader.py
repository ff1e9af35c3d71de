"""The leader's page: headline figures of every module, what needs attention and where it comes from, who stands where.

Everything is told from the stored sums; history is not read. Words are made of figures alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from data.domain.contributions import contributions, leading, shortfalls
from data.domain.formula import Formula, read_formula
from data.domain.fraction import Fraction, fraction_of
from data.domain.measures import Figure, Lack
from data.domain.periods import Period, before
from data.modules import MODULES, Module
from data.town import IndicatorDefinition
from data.views.facet_names import names_of
from data.views.facts import FACTS
from data.views.fair_rank import fair_figures
from data.views.freshness import LateSource, oldest_first, read_late
from data.views.indicators import IndicatorFigure, Wanted, definitions_on, figures_of, split_of
from data.views.measures import TOWN, by_village, read_split
from data.world import World

MOST_ATTENTION = 6
MOST_SOURCES = 3
AT_EITHER_END = 5
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

    `too_small` are those with too few rows to be compared.
    """

    definition: IndicatorDefinition
    by: str
    rows: tuple[Ranked, ...]
    total: int
    too_small: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeaderView:
    """Everything on the page."""

    cards: tuple[Card, ...]
    attention: tuple[Attention, ...]
    late_sources: tuple[LateSource, ...]
    rankings: tuple[Ranking, ...]


def leader_view(world: World, wanted: Wanted, now: datetime) -> LeaderView:
    """Read the page for a period and a place; modules without facts have no card."""
    known = [module for module in MODULES if module.key in FACTS]
    figures = {module.key: figures_of(world, module.key, wanted, now) for module in known}
    cards = [Card(module, _headlines(figures[module.key])) for module in known if figures[module.key]]
    every = [one for found in figures.values() for one in found]
    with world.store.read() as connection:
        attention = [_explained(world, connection, one, wanted, now) for one in worth_attention(every)]
        late = oldest_first(read_late(world, connection, now))[:MOST_SOURCES]
    return LeaderView(tuple(cards), tuple(attention), late, _rankings(world, wanted, now))


def _headlines(figures: Iterable[IndicatorFigure]) -> tuple[IndicatorFigure, ...]:
    found = list(figures)
    return tuple(one for one in found if one.definition.headline) or tuple(found[:3])


def worth_attention(figures: Iterable[IndicatorFigure]) -> list[Attention]:
    """Return what misses its target or got worse, the farthest off first, each figure once."""
    found = [item for one in figures if (item := _missed(one) or _worse(one)) is not None]
    return sorted(found, key=lambda item: (-item.weight, item.found.definition.id))[:MOST_ATTENTION]


def _missed(one: IndicatorFigure) -> Attention | None:
    value, target = one.figure.value, one.target
    if value is None or target is None or one.attainment is None or one.attainment >= 1:
        return None
    return Attention(one, Cause.BELOW_TARGET, value - target, 1 - one.attainment)


def _worse(one: IndicatorFigure) -> Attention | None:
    value, change, direction = one.figure.value, one.mom, one.definition.direction
    if value is None or not change or direction == "none" or (change > 0) == (direction == "up"):
        return None
    old = value - change
    weight = abs(change) / 100 if one.definition.unit == "%" else abs(change / old) if old else 1.0
    is_news = abs(change) >= 1 if one.definition.unit == "%" else weight >= WORTH_A_WORD
    return Attention(one, Cause.WORSE, change, weight) if is_news else None


def _explained(
    world: World, connection: Connection, item: Attention, wanted: Wanted, now: datetime
) -> Attention:
    """Name the parts of the facet in which the fewest explain the most; a narrowed or present figure stays as it is."""
    definition = item.found.definition
    if item.found.is_present or wanted.place != TOWN:
        return item
    best: tuple[float, str, list[tuple[str, float]]] = (0.0, "", [])
    for facet in FACETS:
        parts = _leading(world, connection, item, wanted.period, facet)
        share = sum(part for _, part in parts)
        if len(parts) and share > best[0]:
            best = (share, facet, parts)
    _, facet, parts = best
    names = names_of(world, definition.module, facet, now) if facet else {}
    named = tuple((names.get(code, code), share) for code, share in parts)
    return Attention(item.found, item.cause, item.amount, item.weight, facet, named)


def _leading(
    world: World, connection: Connection, item: Attention, period: Period, facet: str
) -> list[tuple[str, float]]:
    definition = item.found.definition
    formula = read_formula(definition.formula)
    new = _fractions(world, connection, definition, formula, period, facet)
    if len([code for code in new if code]) < 2:
        return []
    is_up = definition.direction == "down"
    if item.cause is Cause.BELOW_TARGET:
        assert item.found.target is not None
        return leading(shortfalls(new, item.found.target), is_up, MOST_PARTS, LEAST_SHARE)
    old = _fractions(world, connection, definition, formula, before(period), facet)
    return leading(contributions(new, old), is_up, MOST_PARTS, LEAST_SHARE)


def _fractions(
    world: World,
    connection: Connection,
    definition: IndicatorDefinition,
    formula: Formula,
    period: Period,
    facet: str,
) -> dict[str, Fraction]:
    """Return each part as a quotient of sums; nothing where the formula is none, such as a median."""
    found = read_split(connection, definition.facts, period, "grid" if facet == "village" else facet)
    if facet == "village":
        found = by_village(world, found, period.end)
    told = {code: fraction_of(formula, totals.count) for code, totals in found.items()}
    return {code: one for code, one in told.items() if one is not None}


def _rankings(world: World, wanted: Wanted, now: datetime) -> tuple[Ranking, ...]:
    ranks = [
        one
        for module in MODULES
        if module.key in FACTS
        for one in definitions_on(world.town, module.key, wanted.day)
        if one.rank_by is not None
    ]
    return tuple(_ranking(world, one, wanted, now) for one in ranks)


def _ranking(world: World, one: IndicatorDefinition, wanted: Wanted, now: datetime) -> Ranking:
    assert one.rank_by is not None
    names = names_of(world, one.module, one.rank_by, now)
    by = one.rank_by
    town = Wanted(wanted.kind, wanted.day)
    figures = fair_figures(world, one, split_of(world, one.id, by, town, now), town)
    found = [(names[code], figure) for code, figure in figures if code in names]
    rows = ranked([(name, figure) for name, figure in found if figure.value is not None], one.direction)
    small = tuple(sorted(name for name, figure in found if figure.lack is Lack.SMALL_SAMPLE))
    shown = rows if len(rows) <= 2 * AT_EITHER_END else [*rows[:AT_EITHER_END], *rows[-AT_EITHER_END:]]
    return Ranking(one, by, tuple(shown), len(rows), small)


def ranked(found: Iterable[tuple[str, Figure]], direction: str) -> list[Ranked]:
    """Return who stands where, the best first; whoever has the same figure has the same place."""
    sign = 1 if direction == "down" else -1
    order = sorted(found, key=lambda row: (sign * (row[1].value or 0.0), row[0]))
    values = [figure.value for _, figure in order]
    return [Ranked(values.index(figure.value) + 1, name, figure) for name, figure in order]
