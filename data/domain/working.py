"""Working time laid end to end, one year at a time, so that no sum over years walks their days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class WorkingYear:
    """The working spans of one local year: where each begins, and what was worked up to each end.

    `begins` are aware UTC instants in order; `worked` starts with zero and has one sum more.
    """

    begins: tuple[datetime, ...]
    worked: tuple[timedelta, ...]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> WorkingYear:
        """Lay out the spans of a year, given in order."""
        spans = list(spans)
        lengths = (end - begin for begin, end in spans)
        return cls(tuple(begin for begin, _ in spans), tuple(accumulate(lengths, initial=timedelta())))

    @property
    def total(self) -> timedelta:
        """All working time of the year."""
        return self.worked[-1]

    def until(self, instant: datetime) -> timedelta:
        """Return the working time of the year that has run at `instant`."""
        index = bisect_right(self.begins, instant)
        if index == 0:
            return timedelta()
        return min(self.worked[index], self.worked[index - 1] + (instant - self.begins[index - 1]))

    def instant_of(self, target: timedelta) -> datetime:
        """Return the first instant at which `target` (above zero, at most the total) has run."""
        index = bisect_left(self.worked, target, lo=1) - 1
        return self.begins[index] + (target - self.worked[index])
