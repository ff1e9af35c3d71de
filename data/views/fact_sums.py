"""Facts summed by day, for the town and by each facet: what is stored, and what it is verified against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from data.domain.histogram import bucket_of
from data.domain.measures import Totals
from data.views.facts.source import FactSource
from data.views.measures import FACETS

Sum = tuple[date, str, str, Totals]
"""First day, facet, code, and the sums."""


def sum_rows(source: FactSource, frame: pd.DataFrame) -> Iterator[Sum]:
    """Yield the sums of a frame of facts by day, for the town and by each facet."""
    for facet, column in (("town", None), *FACETS.items()):
        codes = frame[column] if column else ""
        counted = frame.assign(code=codes).groupby(["day", "code"])
        histograms = _histograms(source, frame.assign(code=codes))
        for (day, code), row in counted[list(source.measures)].sum().iterrows():
            named = {name: float(value) for name, value in row.items() if value}
            yield day, facet, code, Totals(named, histograms.get((day, code), {}))


def _histograms(
    source: FactSource, frame: pd.DataFrame
) -> Mapping[tuple[date, str], dict[str, dict[int, int]]]:
    found: dict[tuple[date, str], dict[str, dict[int, int]]] = defaultdict(dict)
    for name in source.durations:
        timed = frame[frame[name].notna()]
        buckets = timed.assign(bucket=timed[name].map(bucket_of))
        for (day, code, bucket), count in buckets.groupby(["day", "code", "bucket"]).size().items():
            found[day, code].setdefault(name, {})[int(bucket)] = int(count)
    return found
