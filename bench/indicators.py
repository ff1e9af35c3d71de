"""Every indicator of every module from the stored sums, beside DuckDB on the raw rows that they count.

Ours is what a page asks for: value, 环比, 同比, target and trend of all indicators of a module, and one of them split
by grid. DuckDB holds the facts in memory (one row per raw row and day; loading them is not timed) and is asked for the
same: sums by month, exact medians, and the split by grid. Sums must agree. The history is then halved: what is read of
the sums does not grow with it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import pandas as pd

from bench.counted import counted_town
from bench.demo import MONTHS, REFERENCE
from bench.table import BenchRow, less_is_better
from data.domain.formula import read_formula
from data.domain.periods import PeriodKind
from data.town import IndicatorDefinition
from data.views.facts import FACTS
from data.views.facts.source import Asked
from data.views.indicators import Wanted, definitions_on, figures_of, split_of
from data.views.measures import TOWN, read_months, read_totals
from data.world import World

AIM = "< 100 ms"
REPEATS = 5
DAY = REFERENCE.date()
WANTED = Wanted(PeriodKind.MONTH, DAY)


def rows(months: int = MONTHS, per_day: float | None = None) -> Iterator[BenchRow]:
    """Measure a whole history, then one of half the length."""
    half = {name: ours for name, ours, _ in _measured(max(1, months // 2), per_day, is_compared=False)}
    for name, ours, plain in _measured(months, per_day, is_compared=True):
        yield less_is_better(f"indicators: {name} (DuckDB, raw rows)", ours, plain, "ms", AIM)
        yield less_is_better(f"indicators: {name}, flat (half the history)", ours, half[name], "ms", "1x")


def _measured(
    months: int, per_day: float | None, is_compared: bool
) -> Iterator[tuple[str, float, float | None]]:
    with counted_town(REFERENCE, months, per_day) as (_, world):
        for module in FACTS:
            if definitions_on(world.town, module, DAY):
                yield from _of_module(world, module, is_compared)


def _of_module(world: World, module: str, is_compared: bool) -> Iterator[tuple[str, float, float | None]]:
    definitions = definitions_on(world.town, module, DAY)
    counted = [one for one in definitions if not _is_present(one)]
    peer = _Peer(world, {one.facts for one in counted}) if is_compared and counted else None
    ours = _milliseconds(lambda: figures_of(world, module, WANTED, REFERENCE))
    plain = peer and _milliseconds(lambda: [peer.months(one) for one in counted])
    yield f"{module}, all {len(definitions)} with trend", ours, plain
    slowest: tuple[float, IndicatorDefinition | None] = (0.0, None)
    for one in counted:
        took = _milliseconds(lambda: split_of(world, one.id, "grid", WANTED, REFERENCE))  # noqa: B023
        slowest = max(slowest, (took, one), key=lambda found: found[0])
    if slowest[1] is not None:
        one = slowest[1]
        plain = peer and _milliseconds(lambda: peer.grids(one))
        yield f"{module}, slowest split by grid", slowest[0], plain


def _is_present(one: IndicatorDefinition) -> bool:
    return bool(read_formula(one.formula).measures & set(FACTS[one.facts].present))


class _Peer:
    """DuckDB with the facts of some modules; made once, and checked against the stored sums."""

    def __init__(self, world: World, modules: set[str]) -> None:
        self._database = duckdb.connect()
        for module in sorted(modules):
            frame = _facts(world, module)
            self._database.register("facts_now", frame)
            self._database.execute(f"CREATE TABLE facts_{module} AS SELECT * FROM facts_now").fetchall()
            self._check(world, module)

    def months(self, one: IndicatorDefinition) -> list[Any]:
        """Ask for what a trend of months and its comparisons are made of."""
        return self._ask(one, "date_trunc('month', day)", DAY.replace(year=DAY.year - 1, day=1))

    def grids(self, one: IndicatorDefinition) -> list[Any]:
        """Ask for the running month by grid."""
        return self._ask(one, "grid_code", DAY.replace(day=1))

    def _ask(self, one: IndicatorDefinition, key: str, begin: date) -> list[Any]:
        formula = read_formula(one.formula)
        sums = [f"sum({name})" for name in sorted(formula.measures)]
        medians = [f"median({name})" for name in sorted(formula.medians)]
        said = ", ".join((key, *sums, *medians))
        query = f"SELECT {said} FROM facts_{one.facts} WHERE day >= ? AND day <= ? GROUP BY 1"
        return self._database.execute(query, [begin, DAY]).fetchall()

    def _check(self, world: World, module: str) -> None:
        """The sums of the running month must be those that we have stored."""
        measures: Sequence[str] = FACTS[module].measures
        said = ", ".join(f"coalesce(sum({name}), 0)" for name in measures)
        query = f"SELECT {said} FROM facts_{module} WHERE day >= ? AND day <= ?"
        found = self._database.execute(query, [DAY.replace(day=1), DAY]).fetchall()
        with world.store.read() as connection:
            ours = read_totals(connection, module, WANTED.period, TOWN, read_months(connection, module))
        for name, value in zip(measures, found[0], strict=True):
            assert abs(ours.count(name) - float(value)) < 1e-6, f"{module}.{name} differs from the raw rows"


def _facts(world: World, module: str) -> pd.DataFrame:
    source = FACTS[module]
    with world.store.read() as connection:
        span = source.span(world, connection, REFERENCE) or (DAY, DAY)
        asked = Asked(span[0], max(span[1], DAY + timedelta(days=1)), REFERENCE)
        frame = source.read(world, connection, asked)
    for name in ("grid_code", "unit_code", "category", "row_kind", "flag"):
        frame[name] = frame[name].astype(str)
    numbers = [*source.measures, *source.durations]
    frame[numbers] = frame[numbers].astype("float64")
    return frame.assign(day=pd.to_datetime(frame["day"]))


def _milliseconds(work: Callable[[], Any]) -> float:
    """Return the median of some runs, the first one left out."""
    work()
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return 1000 * statistics.median(times)
