"""What a module must say of its facts; aggregation, verification and the rows behind a figure read them alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection

from data.world import World

KEYS = ("day", "grid_code", "unit_code", "category")
"""Where and when a fact counts; a text is empty where it is not known."""

ROW = ("row_kind", "row_id", "flag")
"""Which raw row it is; `flag` says why it is listed beside a figure instead of counting in it, else empty."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The days from `begin` up to but without `end`, local dates, judged at `now`."""

    begin: date
    end: date
    now: datetime


Read = Callable[[World, Connection, Asked], pd.DataFrame]
Present = Callable[[World, Connection, datetime], pd.DataFrame]
"""What holds at this instant: columns grid_code, unit_code, category and one per present measure."""

Span = Callable[[World, Connection, datetime], tuple[date, date] | None]
"""The first day on which a row may count, and the day after the last; None where there are no rows."""

Describe = Callable[[World, Connection, str, Sequence[int]], dict[int, dict[str, object]]]
"""What to say of raw rows of a kind, by id: at least `title`, and `file` and `line` where a load brought them."""


Names = Callable[[World, Connection, str], Mapping[str, str]]
"""What a module calls its own codes of a facet (unit, category); any other code is the town's."""


def nothing_named(_world: World, _connection: Connection, _facet: str) -> Mapping[str, str]:
    """Return no names: every code is one of the town."""
    return {}


def nothing_present(_world: World, _connection: Connection, _now: datetime) -> pd.DataFrame:
    """Return no present measure."""
    return pd.DataFrame({"grid_code": [], "unit_code": [], "category": []})


@dataclass(frozen=True, slots=True)
class FactSource:
    """A module's facts: additive measures, durations (minutes) and the reading of their rows.

    `topics` name the records of change whose newest one the figures are as of. `present` are measures of this
    instant, which have no past: open cases, people on duty.
    """

    module: str
    measures: tuple[str, ...]
    durations: tuple[str, ...]
    read: Read
    describe: Describe
    span: Span
    topics: tuple[str, ...]
    present: tuple[str, ...] = ()
    read_present: Present = nothing_present
    names: Names = nothing_named

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of a frame of these facts."""
        return (*KEYS, *ROW, *self.measures, *self.durations)


def joined(
    source_columns: Sequence[str], durations: Sequence[str], parts: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """Return parts as one frame with all columns: a measure that a part does not have is 0, a duration NaN."""
    filled = [part.reindex(columns=list(source_columns)) for part in parts if len(part)]
    if not filled:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in source_columns})
    frame = pd.concat(filled, ignore_index=True)
    texts = [name for name in ("grid_code", "unit_code", "category", "flag") if name in frame]
    counts = [name for name in source_columns if name not in (*KEYS, *ROW, *durations)]
    frame[texts] = frame[texts].astype("object").where(frame[texts].notna(), "")
    frame[counts] = frame[counts].astype("float64").fillna(0.0)
    frame[list(durations)] = frame[list(durations)].astype("float64")
    return frame
