"""The contract of a record table as a pandera schema, and the Chinese for each of its failures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import pandas as pd
import pandera.pandas as pa
from sqlalchemy import BigInteger, Column, Date, Float, Integer, String, Text

from data.domain.clock import FUTURE_TOLERANCE
from data.domain.credit_code import is_credit_code
from data.loaders.checks import check, length, one_of, optional, required
from data.loaders.modules import RECORDS
from data.loaders.modules.records import FIRST_DAYS, SUBJECT_KINDS, Range, Records
from data.store.types import Instant

EARLIEST = "1950-01-01"
GREAT: Range = (0, 1e13)
"""Where numbers lie unless a contract says otherwise; ten billion thousand yuan are a typing error."""

NAME_LIMIT, TEXT_LIMIT = 300, 4000
NAMES = ("name", "title", "subject_name", "partner", "place")


def _words(words: tuple[str, ...]) -> tuple[str, str]:
    return "这个词不认识", f"请在 value_maps 里对应到 {'、'.join(words)}"


def _range(low: float, high: float) -> tuple[str, str]:
    return f"应在 {low:g} 到 {high:g} 之间", "请核对"


RECORD_MESSAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "credit_code": ("统一社会信用代码不对", "请核对这 18 位；末位是校验码，字母 I、O、S、V、Z 不会出现"),
        "name_length": (f"名称超过 {NAME_LIMIT} 个字", "请缩短"),
        "late_day": ("日期晚于今天", "请核对年份；尚未发生的事不能载入"),
        "early_day": ("日期早于 1950 年", "请核对年份"),
        "first_day": ("不是一个月的第一天", "请写成 2026-11 或 2026-11-01"),
        "great_number": ("数目过大", "请核对单位：金额以元计，电量以千瓦时计"),
        "subject_kind": _words(SUBJECT_KINDS),
        **{f"words:{words}": _words(words) for each in RECORDS.values() for words in each.words.values()},
        **{f"range:{span}": _range(*span) for each in RECORDS.values() for span in each.ranges.values()},
    }
)


def record_schema(records: Records, now: datetime, today: date) -> pa.DataFrameSchema:
    """Return the schema of a table's typed rows; `now` is aware, `today` the town's day."""
    needed = set(records.required)
    columns = {}
    for column in records.told:
        make = required if column.name in needed else optional
        columns[column.name] = make(*_checks(records, column, now, today))
    if records.subject is not None and records.subject.kind is None:
        columns["subject_kind"] = required(one_of("subject_kind", SUBJECT_KINDS))
        columns[records.subject.code] = required(length("key_length", 64))
        columns[records.subject.name] = optional(length("name_length", NAME_LIMIT))
    return pa.DataFrameSchema(columns, strict=False)


def _checks(records: Records, column: Column[Any], now: datetime, today: date) -> list[pa.Check]:
    """Return what the values of a column must fulfil."""
    name, kind = column.name, column.type
    if name in records.words:
        words = records.words[name]
        return [one_of(f"words:{words}", words)]
    if name == "code" and records.has_credit_code:
        return [check("credit_code", lambda values: values.map(is_credit_code))]
    if isinstance(kind, Instant):
        return _within(
            "future", "too_early", name in records.ahead, now + FUTURE_TOLERANCE, EARLIEST + "T00:00Z"
        )
    if isinstance(kind, Date):
        days = _within("late_day", "early_day", name in records.ahead, today, EARLIEST)
        return [*days, *([check("first_day", _is_first_day)] if name in FIRST_DAYS else [])]
    if name in ("lon", "lat"):
        return []
    if isinstance(kind, (Integer, BigInteger, Float)):
        return _numbers(records.ranges.get(name))
    return [_text(name, kind)] if isinstance(kind, (Text, String)) else []


def _within(late: str, early: str, is_ahead: bool, latest: date | datetime, earliest: str) -> list[pa.Check]:
    end, begin = pd.Timestamp(latest), pd.Timestamp(earliest)
    after = check(early, lambda values: values >= begin)
    return [after] if is_ahead else [check(late, lambda values: values <= end), after]


def _is_first_day(values: pd.Series) -> pd.Series:
    return values.dt.day == 1


def _numbers(span: Range | None) -> list[pa.Check]:
    if span is None:
        return [
            check("negative", lambda values: values >= GREAT[0]),
            check("great_number", lambda values: values <= GREAT[1]),
        ]
    low, high = span
    return [check(f"range:{span}", lambda values: values.between(low, high))]


def _text(name: str, kind: Text | String) -> pa.Check:
    """A text is as long as its column; names and longer words have limits of their own."""
    if kind.length is not None:
        return length("word_length" if kind.length <= 32 else "key_length", kind.length)
    return length("name_length", NAME_LIMIT) if name in NAMES else length("text_length", TEXT_LIMIT)
