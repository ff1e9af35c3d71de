"""From the text of a file to typed columns; what cannot be read as its type is told apart, not guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pandas as pd

from data.town import ColumnRule, SourceProfile

EXCEL_EPOCH = pd.Timestamp("1899-12-30")
EXCEL_DAY = r"\d{5}(?:\.\d+)?"
SHORTEST_ISO_DATE = 8
YEARS = (1900, 2200)
TRUE_WORDS = ("1", "true", "t", "yes", "y", "是", "有", "对")
FALSE_WORDS = ("0", "false", "f", "no", "n", "否", "无", "错")
LINES_KEPT = 100


@dataclass(slots=True)
class ClockNotes:
    """Local times that a clock change makes doubtful; the rows are kept, the count stands in the lineage.

    A time in the repeated hour is taken as the first one; a time in the skipped hour moves to the first
    instant after it.
    """

    repeated: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Return counts and the first row numbers."""
        lists = {"repeated_hour": self.repeated, "skipped_hour": self.skipped}
        return {name: {"count": len(rows), "rows": rows[:LINES_KEPT]} for name, rows in lists.items() if rows}


@dataclass(frozen=True, slots=True)
class Reading:
    """How the columns of one source are read; `zone` is the town's."""

    profile: SourceProfile
    zone: ZoneInfo
    notes: ClockNotes

    def column(self, name: str, text: pd.Series) -> tuple[pd.Series, pd.Series]:
        """Return a column's typed values (missing where empty) and which texts could not be read."""
        rule = self.profile.columns[name]
        if rule.type == "geometry":
            return text, pd.Series(False, index=text.index)
        clean = _clean(text)
        clean = _mapped(clean, self.profile.value_maps.get(name))
        values = TYPES[rule.type](self, rule, clean)
        if rule.type == "text":
            return values, pd.Series(False, index=text.index)
        return values, values.isna() & clean.notna()

    def has_default(self, name: str) -> bool:
        """Whether the profile says what stands for a missing field."""
        return self._default(name) is not None

    def default(self, name: str, index: pd.Index) -> pd.Series:
        """Return a column that holds what the profile says for a missing field."""
        rule, given = self._rule(name), self._default(name)
        text = None if given is None else str(given)
        return TYPES[rule.type](self, rule, pd.Series([text] * len(index), index=index, dtype=object))

    def _rule(self, name: str) -> ColumnRule:
        return self.profile.columns.get(name) or ColumnRule()

    def _default(self, name: str) -> object:
        return self.profile.defaults.get(name, self._rule(name).default)


def _clean(text: pd.Series) -> pd.Series:
    """Strip blanks (full-width ones too) and turn empty text into missing."""
    return pd.Series(
        [value or None for value in map(str.strip, text.tolist())], index=text.index, dtype=object
    )


def _mapped(text: pd.Series, words: Mapping[str, object] | None) -> pd.Series:
    """Translate the source's words; `*` stands for every other one, an unlisted word stays as it is."""
    if not words:
        return text
    known = {str(word): None if value is None else str(value) for word, value in words.items()}
    rest = known.get("*")
    return translated(text, lambda word: known.get(word, rest or word))


def translated(text: pd.Series, meaning: Callable[[str], object]) -> pd.Series:
    """Return what words mean, asking once for each; missing stays missing."""
    words = text.tolist()
    meanings = {word: meaning(word) for word in set(words) if word is not None}
    return pd.Series([meanings.get(word) for word in words], index=text.index, dtype=object)


def _text(_reading: Reading, _rule: ColumnRule, text: pd.Series) -> pd.Series:
    return text.astype(object)


def _number(_reading: Reading, _rule: ColumnRule, text: pd.Series) -> pd.Series:
    values = pd.to_numeric(text, errors="coerce").astype("float64")
    return values.where(values.abs() < float("inf"))


def _integer(reading: Reading, rule: ColumnRule, text: pd.Series) -> pd.Series:
    values = _number(reading, rule, text)
    return values.where(values % 1 == 0)


def _boolean(_reading: Reading, rule: ColumnRule, text: pd.Series) -> pd.Series:
    yes = {word.casefold() for word in (rule.true_values or TRUE_WORDS)}
    no = set() if rule.true_values else set(FALSE_WORDS)

    def meaning(word: str) -> bool | None:
        folded = word.casefold()
        return True if folded in yes else False if folded in no or rule.true_values else None

    return translated(text, meaning)


def _date(reading: Reading, rule: ColumnRule, text: pd.Series) -> pd.Series:
    return _naive(reading, rule, text).dt.normalize()


def _datetime(reading: Reading, rule: ColumnRule, text: pd.Series) -> pd.Series:
    zone = ZoneInfo(rule.time_zone) if rule.time_zone else reading.zone
    if rule.format:
        return _localised(_naive(reading, rule, text), zone, reading.notes)
    with_offset = text.str.contains(r"\d(?:Z|[+-]\d\d:?\d\d)$", na=False)
    local = _localised(_naive(reading, rule, text.where(~with_offset)), zone, reading.notes)
    if not with_offset.any():
        return local
    absolute = pd.to_datetime(text.where(with_offset), format="ISO8601", errors="coerce", utc=True)
    return local.fillna(absolute.dt.as_unit("us").where(_is_sane(absolute)))


def _localised(naive: pd.Series, zone: ZoneInfo, notes: ClockNotes) -> pd.Series:
    """Turn local times into UTC, noting those that a clock change makes doubtful."""
    probe = naive.dt.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward")
    doubtful = probe.isna() & naive.notna()
    if doubtful.any():
        notes.repeated.extend(int(row) for row in naive.index[doubtful])
        first = naive[doubtful].dt.tz_localize(zone, ambiguous=[True] * int(doubtful.sum()))
        probe = probe.fillna(first)
    skipped = (probe.dt.tz_localize(None) != naive) & naive.notna()
    notes.skipped.extend(int(row) for row in naive.index[skipped])
    return probe.dt.tz_convert("UTC")


def _naive(reading: Reading, rule: ColumnRule, text: pd.Series) -> pd.Series:
    """Read wall-clock times by the rule's formats in turn, else as ISO 8601, else as an Excel day number."""
    found = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    rest = text if rule.format else text.where(text.str.len() >= SHORTEST_ISO_DATE)
    for pattern in rule.format or ("ISO8601",):
        parsed = pd.to_datetime(rest.where(found.isna()), format=pattern, errors="coerce")
        found = found.fillna(parsed.dt.as_unit("us"))
        if len(found) == found.count():
            break
    if reading.profile.format == "xlsx":
        days = pd.to_numeric(text.where(found.isna() & text.str.fullmatch(EXCEL_DAY, na=False)))
        found = found.fillna((EXCEL_EPOCH + pd.to_timedelta(days, unit="D")).dt.round("s").dt.as_unit("us"))
    return found.where(_is_sane(found))


def _is_sane(times: pd.Series) -> pd.Series:
    """Refuse years that are typing errors (and that no database could keep)."""
    return times.dt.year.between(*YEARS)


Convert = Callable[[Reading, ColumnRule, pd.Series], pd.Series]
TYPES: Mapping[str, Convert] = MappingProxyType(
    {
        "text": _text,
        "number": _number,
        "integer": _integer,
        "boolean": _boolean,
        "date": _date,
        "datetime": _datetime,
    }
)
