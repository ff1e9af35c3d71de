"""The sums of measures as they are stored: read for a period, in whole months where they fit, else in days.

A period that runs is cut off at its day, so that the running month is read in days; it has no sum of its own.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, true

from data.domain.errors import InvalidInput
from data.domain.measures import Totals, sum_totals
from data.domain.periods import Period, shifted
from data.store.measure_tables import measure_marks, measure_sums
from data.world import World

FACETS = {"grid": "grid_code", "unit": "unit_code", "category": "category"}
"""How sums can be split, with the column of a fact that says so."""


@dataclass(frozen=True, slots=True)
class Place:
    """What figures are narrowed to: some grids, or one unit; neither means the whole town."""

    grids: frozenset[str] | None = None
    unit: str | None = None


TOWN = Place()


def read_totals(
    connection: Connection, module: str, period: Period, place: Place, months: Mapping[date, Totals]
) -> Totals:
    """Return the sums of a module over a period, given those of the place's months: the days beside them are read."""
    known = [months[month] for month in _whole_months(period) if month in months]
    if period.begin.day == 1 and period.end.day == 1:
        return sum_totals(known)
    days = _query(module, period, *_facet_of(place)).where(measure_sums.c.span == "day")
    return sum_totals([*known, *(totals_of(row) for row in connection.execute(days))])


def read_split(
    connection: Connection, module: str, period: Period, by: str, place: Place = TOWN, is_timed: bool = True
) -> dict[str, Totals]:
    """Return the sums of a module over a period by grid, unit or category code; the empty code is unknown.

    Without `is_timed` the histograms of durations are left out: most figures do without, and they are long.
    Raises `InvalidInput` where the place is told by another facet than the split.
    """
    facet, codes = _facet_of(place)
    if codes is not None and facet != by:
        raise InvalidInput(
            f"不能在所选范围内再按 {by} 拆分", field="by", value=by, cure="请先取消筛选，或换一种拆分"
        )
    found: dict[str, list[Totals]] = defaultdict(list)
    for row in connection.execute(_query(module, period, by, codes)):
        found[row.code].append(totals_of(row) if is_timed else Totals(json.loads(row.counts)))
    return {code: sum_totals(many) for code, many in found.items()}


def _facet_of(place: Place) -> tuple[str, frozenset[str] | None]:
    if place.grids is not None:
        return "grid", place.grids
    return ("town", None) if place.unit is None else ("unit", frozenset({place.unit}))


def read_months(connection: Connection, module: str, place: Place = TOWN) -> dict[date, Totals]:
    """Return the sums of every month of a module that is over, the first one first."""
    facet, codes = _facet_of(place)
    c = measure_sums.c
    query = select(measure_sums).where(c.module == module, c.facet == facet, c.span == "month")
    query = query if codes is None else query.where(c.code.in_(sorted(codes)))
    found: dict[date, list[Totals]] = defaultdict(list)
    for row in connection.execute(query.order_by(c.begin)):
        found[row.begin].append(totals_of(row))
    return {month: sum_totals(many) for month, many in found.items()}


def read_first_days(connection: Connection, module: str, months: Mapping[date, Totals]) -> dict[str, date]:
    """Return by measure the first day on which it was counted, given the sums of the months that are over."""
    c = measure_sums.c
    firsts = set(_firsts(months.items()).values())
    in_months = [and_(c.begin >= month, c.begin < shifted(month, 1)) for month in firsts]
    running = c.begin >= shifted(max(months), 1) if months else true()
    query = select(measure_sums).where(c.module == module, c.facet == "town", c.span == "day")
    rows = connection.execute(query.where(or_(running, *in_months)).order_by(c.begin))
    return _firsts((row.begin, totals_of(row)) for row in rows)


def _firsts(spans: Iterable[tuple[date, Totals]]) -> dict[str, date]:
    """Return the first span in which each measure stands; they are in order."""
    found: dict[str, date] = {}
    for begin, totals in spans:
        for name in (*totals.counts, *totals.histograms):
            found.setdefault(name, begin)
    return found


def count_marks(connection: Connection, module: str, period: Period) -> int:
    """Return how many marks there are on days of a period, which wait to be counted anew."""
    c = measure_marks.c
    touching = (c.module == module, c.begin < period.end, c.end > period.begin)
    return int(
        connection.execute(select(func.count()).select_from(measure_marks).where(*touching)).scalar_one()
    )


def by_village(world: World, found: Mapping[str, Totals], day: date) -> dict[str, Totals]:
    """Sum grids by the village that they belong to on a day.

    What is known by its village alone stands under the village's code, what lies in none under the empty one.
    """
    frame = world.grids.current(day).frame
    villages = dict(zip(frame["code"], frame["village_code"], strict=True))
    villages |= {one.code: one.code for one in world.town.villages}
    groups: dict[str, list[Totals]] = defaultdict(list)
    for code, totals in found.items():
        village = villages.get(code)
        groups[village if isinstance(village, str) else ""].append(totals)
    return {code: sum_totals(many) for code, many in groups.items()}


def totals_of(row: Any) -> Totals:
    """Return a stored row's sums."""
    if row.histograms == "{}":
        return Totals(json.loads(row.counts))
    histograms = {
        name: {int(bucket): count for bucket, count in buckets.items()}
        for name, buckets in json.loads(row.histograms).items()
    }
    return Totals(json.loads(row.counts), histograms)


def counts_text(totals: Totals) -> str:
    """Write counts as they are stored: whole numbers without a point."""
    return _text({name: int(v) if v == int(v) else v for name, v in totals.counts.items()})


def histograms_text(totals: Totals) -> str:
    """Write histograms as they are stored."""
    return _text({name: {str(b): c for b, c in sorted(h.items())} for name, h in totals.histograms.items()})


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _query(module: str, period: Period, facet: str, codes: frozenset[str] | None) -> Select[Any]:
    c = measure_sums.c
    query = select(c.code, c.counts, c.histograms).where(c.module == module, c.facet == facet, _spans(period))
    return query if codes is None else query.where(c.code.in_(sorted(codes)))


def _spans(period: Period) -> ColumnElement[bool]:
    """Whole months as months, the rest as days."""
    c = measure_sums.c
    months = list(_whole_months(period))
    if not months:
        return and_(c.span == "day", c.begin >= period.begin, c.begin < period.end)
    first, last = months[0], shifted(months[-1], 1)
    days = or_(c.begin < first, c.begin >= last)
    return or_(
        and_(c.span == "month", c.begin >= first, c.begin < last),
        and_(c.span == "day", c.begin >= period.begin, c.begin < period.end, days),
    )


def _whole_months(period: Period) -> Iterator[date]:
    begin = period.begin if period.begin.day == 1 else shifted(period.begin.replace(day=1), 1)
    while shifted(begin, 1) <= period.end:
        yield begin
        begin = shifted(begin, 1)
