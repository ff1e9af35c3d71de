"""The rows of the table `cases` out of typed rows of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from data.domain.clock import WorkingCalendar
from data.domain.vocabulary import CaseState, IntakeChannel
from data.loaders.deadlines import category_deadlines
from data.loaders.places import CODES, Locator
from data.loaders.points import place_rejects, with_point
from data.loaders.readers import Chunk
from data.loaders.rejects import Reject
from data.loaders.validate import natural_keys
from data.town import SourceProfile, Town

CONTENTS = ("description", "reporter_name", "reporter_telephone")
PLACE_COLUMNS = ("lon", "lat", "input_crs", "location_grade", *CODES, "is_edge")
DEADLINE_COLUMNS = ("category_due_at", "is_due_provisional", "due_at")

# What a re-load writes when a field that the source owns has changed: the columns compared, and those
# that follow from them.
OWNED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "title": (("title",), ()),
        "category": (("category_code",), ("category_code", *DEADLINE_COLUMNS)),
        "severity": (("severity",), ()),
        "intake_channel": (("intake_channel",), ()),
        "reported_at": (("reported_at",), DEADLINE_COLUMNS),
        "lon": (("lon", "lat"), PLACE_COLUMNS),
        "lat": (("lon", "lat"), PLACE_COLUMNS),
        "address": (("address",), ()),
        "external_due_at": (("external_due_at",), ("due_at",)),
        "closed_at": (("closed_at",), ("state", "is_open")),
        "source_district": (("source_district",), ()),
        "main_unit": (("main_unit",), ()),
    }
)
LIFECYCLE = frozenset({"state", "is_open", "closed_at", "reported_at", *DEADLINE_COLUMNS})


@dataclass(frozen=True, slots=True)
class CaseBuilder:
    """Builds case rows for one source."""

    source: SourceProfile
    town: Town
    calendar: WorkingCalendar
    locator: Locator

    def build(self, typed: pd.DataFrame, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Return the columns of `cases` (without those of the load) and of its contents, and the rejects."""
        typed = with_point(typed)
        place = self.locator.place(typed["lon"], typed["lat"], typed["reported_at"])
        rejects = place_rejects(self.source, self.town.profile.name, typed, place, chunk)
        if rejects:
            kept = ~typed.index.isin({reject.row_number for reject in rejects})
            typed, place = typed[kept], place[kept]
        rows = pd.DataFrame({**self._told(typed), **self._placed(place), **self._derived(typed)}, copy=False)
        own, external = rows["category_due_at"], rows["external_due_at"]
        return rows.assign(due_at=own.where(~(external < own), external)), rejects

    def _told(self, typed: pd.DataFrame) -> dict[str, Any]:
        """What the source itself says."""
        names = ("title", "address", "source_district", "closed_at", "reported_at", "external_due_at")
        told = {name: _column(typed, name) for name in (*names, *CONTENTS)}
        told["external_number"] = natural_keys(typed, self.source.natural_key)
        told["category_code"] = typed["category"]
        channel = _column(typed, "intake_channel")
        told["intake_channel"] = channel.where(channel.notna(), str(IntakeChannel.OTHER))
        return told

    def _placed(self, place: pd.DataFrame) -> dict[str, Any]:
        crs = np.where(place["lon"].notna(), self.source.crs, None)
        return {**place.drop(columns="is_lost"), "input_crs": pd.Series(crs, index=place.index, dtype=object)}

    def _derived(self, typed: pd.DataFrame) -> dict[str, Any]:
        """What follows from the category, the calendar and the times."""
        known = self.town.categories_by_code
        severities = typed["category"].map({code: str(row.severity) for code, row in known.items()})
        units = typed["category"].map({code: row.main_unit for code, row in known.items()})
        severity, unit = _column(typed, "severity"), _column(typed, "main_unit")
        due, provisional = category_deadlines(
            typed["reported_at"], typed["category"], self.town, self.calendar
        )
        is_closed = _column(typed, "closed_at").notna()
        state = np.where(is_closed, str(CaseState.CLOSED), str(CaseState.REPORTED))
        return {
            "severity": severity.where(severity.notna(), severities),
            "main_unit": unit.where(unit.notna(), units),
            "category_due_at": due,
            "is_due_provisional": provisional,
            "state": pd.Series(state, index=typed.index, dtype=object),
            "is_open": ~is_closed,
            "version": is_closed.astype("int64") + 1,
        }


def _column(typed: pd.DataFrame, name: str) -> pd.Series:
    """Return a column, or one of its type that is empty."""
    if name in typed:
        return typed[name]
    kind = "datetime64[us, UTC]" if name.endswith("_at") else object
    return pd.Series(pd.NaT if name.endswith("_at") else None, index=typed.index, dtype=kind)
