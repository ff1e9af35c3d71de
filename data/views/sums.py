"""What one look at figures reads from the store: each thing once, however many figures rest on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from data.domain.measures import Totals
from data.domain.periods import Period
from data.views.counting import Progress, progress_of
from data.views.facts import FACTS
from data.views.freshness import LateSource, late_tables, read_late
from data.views.measures import (
    TOWN,
    Place,
    count_marks,
    read_first_days,
    read_months,
    read_split,
    read_totals,
)
from data.views.present import read_present, sum_present
from data.views.situation import last_change
from data.world import World

T = TypeVar("T")

CASE_TABLES = frozenset({"cases", "orders", "journal"})
"""What changes with every step of a case (topic `cases`)."""


class Sums:
    """The sums of modules as they stand now; read when they are asked for, and kept."""

    def __init__(self, world: World, connection: Connection, now: datetime) -> None:
        self.world, self.connection, self.now = world, connection, now
        self._known: dict[tuple[object, ...], Any] = {}

    @property
    def today(self) -> date:
        """The day of the town."""
        return self.now.astimezone(self.world.town.profile.zone).date()

    @property
    def late(self) -> list[tuple[str, LateSource]]:
        """The sources that are late or missing, each with the table that it brings."""
        return self._once(("late",), lambda: read_late(self.world, self.connection, self.now))

    def late_of(self, tables: Iterable[str]) -> tuple[LateSource, ...]:
        """Return the late sources of some tables."""
        known = self._once(("late tables",), lambda: late_tables(self.late))
        return tuple(source for table in tables for source in known.get(table, ()))

    def as_of(self, module: str, tables: Iterable[str]) -> datetime | None:
        """Return when some tables of a module last changed: what rests on no case is not new with every case."""
        topics = FACTS[module].topics
        if CASE_TABLES.isdisjoint(tables):
            topics = tuple(topic for topic in topics if topic != "cases")
        return self._once(("as of", topics), lambda: last_change(self.connection, *topics))

    def progress(self, module: str) -> Progress | None:
        """Return how far the history of a module is counted, None where it is."""
        return self._once(("progress", module), lambda: progress_of(self.connection, module, self.today))

    def is_recounting(self, module: str, period: Period) -> bool:
        """Whether days of a period wait to be counted anew."""
        marks = self._once(("marks", module, period), lambda: count_marks(self.connection, module, period))
        return bool(marks)

    def first_days(self, module: str) -> dict[str, date]:
        """Return by measure the first day on which it counted; before it nothing is known, which is not zero."""
        months = self._months(module)
        return self._once(("first", module), lambda: read_first_days(self.connection, module, months))

    def totals(self, module: str, period: Period, place: Place = TOWN) -> Totals:
        """Return the sums of a module over a period and a place."""
        months = self._months(module, place)
        return self._once(
            ("totals", module, period, place),
            lambda: read_totals(self.connection, module, period, place, months),
        )

    def measured(self, module: str, place: Place) -> frozenset[str]:
        """Return what was ever measured of a place: a module may not know the grids or units of some of its rows."""
        months = self._months(module, place).values()
        names = (name for totals in months for name in (*totals.counts, *totals.histograms))
        return self._once(("measured", module, place), lambda: frozenset(names))

    def split(
        self, module: str, period: Period, by: str, place: Place = TOWN, is_timed: bool = False
    ) -> dict[str, Totals]:
        """Return the sums by grid, unit or category code (see `read_split`)."""
        return self._once(
            ("split", module, period, by, place, is_timed),
            lambda: read_split(self.connection, module, period, by, place, is_timed),
        )

    def present(self, module: str, by: str, place: Place = TOWN) -> dict[str, Totals]:
        """Return what holds now by grid, unit or category code."""
        frame = self._once(
            ("present", module), lambda: read_present(self.world, self.connection, module, self.now)
        )
        return self._once(("present", module, by, place), lambda: sum_present(frame, module, by, place))

    def _months(self, module: str, place: Place = TOWN) -> dict[date, Totals]:
        return self._once(("months", module, place), lambda: read_months(self.connection, module, place))

    def _once(self, key: tuple[object, ...], read: Callable[[], T]) -> T:
        if key not in self._known:
            self._known[key] = read()
        return self._known[key]
