"""Counts made comparable before places are ranked by them: for each resident, or for each case or order of theirs."""

from __future__ import annotations

from collections.abc import Iterable

from data.domain.measures import Figure, Lack
from data.town import IndicatorDefinition
from data.views.indicators import RESIDENTS, Wanted
from data.views.sums import Sums
from data.world import World


def fair_figures(
    sums: Sums, one: IndicatorDefinition, found: Iterable[tuple[str, Figure]], wanted: Wanted
) -> list[tuple[str, Figure]]:
    """Return figures that can be ranked: those of a rate as they are, a count divided as its definition says.

    A place with enough to divide by and nothing counted has zero; one with too little says so. Where nothing was
    counted for any resident of the town, nobody is ranked.
    """
    rule = one.rank_per
    if rule is None:
        return list(found)
    counts = {code: figure.value or 0.0 for code, figure in found}
    if rule.per == RESIDENTS and not any(counts.values()):
        return []
    return [
        (code, per_place(rule.times * counts.get(code, 0.0), under, rule.minimum))
        for code, under in sorted(_denominators(sums, one, wanted).items())
    ]


def per_place(count: float, under: float, minimum: float) -> Figure:
    """Return a count for each of what it is divided by; none where there is less of it than the minimum."""
    if under < minimum:
        return Figure(None, round(under), Lack.SMALL_SAMPLE)
    return Figure(count / under, round(under))


def _denominators(sums: Sums, one: IndicatorDefinition, wanted: Wanted) -> dict[str, float]:
    """Return by code of the ranked places what their counts are divided by."""
    assert one.rank_per is not None
    assert one.rank_by is not None
    if one.rank_per.per == RESIDENTS:
        return _residents(sums.world, one.rank_by, wanted)
    split = sums.split(one.facts, wanted.period, one.rank_by, wanted.place)
    counted = {code: totals.count(one.rank_per.per) for code, totals in split.items() if code}
    return {code: count for code, count in counted.items() if count}


def _residents(world: World, by: str, wanted: Wanted) -> dict[str, float]:
    """Return the people of comprehensive grids, or of villages as the sums of theirs."""
    frame = world.grids.current(wanted.day).frame
    wide = frame[frame["kind"] == "comprehensive"]
    column = "village_code" if by == "village" else "code"
    people = wide["population"].astype("float64").fillna(0.0).groupby(wide[column]).sum()
    return {str(code): float(count) for code, count in people.items()}
