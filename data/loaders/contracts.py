"""What the rows of each target must fulfil, as pandera schemas, and the Chinese for each failure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pandas as pd
import pandera.pandas as pa

from data.domain.clock import FUTURE_TOLERANCE
from data.domain.vocabulary import GridKind, IntakeChannel, Severity
from data.town import ColumnRule, Town

EARLIEST = pd.Timestamp("1950-01-01", tz="UTC")
KEY_LIMIT, TITLE_LIMIT, TEXT_LIMIT, WORD_LIMIT = 64, 300, 4000, 32

LONGEST_SHIFT_HOURS, ROSTER_DAYS = 24, 400

REQUIRED_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cases": ("title", "category", "reported_at"),
        "grids": ("code", "kind", "geometry"),
        "staff": ("staff_no", "unit_code", "role", "staff_kind"),
        "shifts": ("staff_no", "starts_at", "ends_at"),
    }
)

ROLES = ("grid_member", "police", "auxiliary", "site", "bureau")
STAFF_KINDS = ("administrative", "institution", "contract")

MESSAGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "not_nullable": ("这一项不能为空", "请补上后重新载入这一行"),
        "key_length": (f"编号超过 {KEY_LIMIT} 个字符", "请核对这一列是否对应错了"),
        "title_length": (f"标题超过 {TITLE_LIMIT} 个字", "请缩短标题，细节放入描述"),
        "text_length": (f"文字超过 {TEXT_LIMIT} 个字", "请缩短"),
        "word_length": (f"代码超过 {WORD_LIMIT} 个字符", "请核对这一列是否对应错了"),
        "future": ("时间晚于现在", "请核对日期、时区；尚未发生的事不能载入"),
        "too_early": ("时间早于 1950 年", "请核对日期"),
        "before_report": ("结案时间早于上报时间", "请核对两个时间是否对调"),
        "half_a_place": ("经度和纬度只填了一项", "请补上另一项，或两项都留空"),
        "severity": ("紧急程度不认识", f"请在 value_maps 里对应到 {'、'.join(Severity)}"),
        "intake_channel": ("受理渠道不认识", f"请在 value_maps 里对应到 {'、'.join(IntakeChannel)}"),
        "category": ("类别没有对应的编号", "请在来源的 category_map 里补上这个词（* 表示其余）"),
        "kind": ("网格类型不认识", f"请在 value_maps 里对应到 {'、'.join(GridKind)}"),
        "role": ("岗位不认识", f"请在 value_maps 里对应到 {'、'.join(ROLES)}"),
        "staff_kind": ("用工类型不认识", f"请在 value_maps 里对应到 {'、'.join(STAFF_KINDS)}"),
        "unit": ("单位编号不在 units.csv 里", "请先补进 units.csv，或改正编号"),
        "negative": ("数量不能为负", "请核对"),
        "shift_end": ("下岗时间不晚于上岗时间", "请核对两个时间；跨夜的班次请写次日的日期"),
        "shift_length": (f"班次超过 {LONGEST_SHIFT_HOURS} 小时", "请核对日期，或分成几班"),
        "far_future": (f"时间在 {ROSTER_DAYS} 天以后", "请核对年份"),
        "period": ("失效日期不晚于生效日期", "请核对两个日期"),
    }
)
BAD_TEXT: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "integer": ("不是整数", "请只填数字"),
        "number": ("不是数字", "请只填数字，不带单位"),
        "datetime": ("不是可识别的时间", "请写成 2026-11-23 17:20:00，或在来源的 format 里写明格式"),
        "date": ("不是可识别的日期", "请写成 2026-11-23，或在来源的 format 里写明格式"),
        "boolean": ("不是“是”或“否”", "请填是/否，或在来源的 true_values 里写明"),
    }
)

EXAMPLE = datetime.fromisoformat("2026-11-23T17:20:00")


def unreadable(rule: ColumnRule) -> tuple[str, str]:
    """Return reason and cure for a cell that is not of its column's type, in the source's own format."""
    reason, cure = BAD_TEXT[rule.type]
    if rule.format:
        examples = " 或 ".join(dict.fromkeys(map(_example, rule.format)))
        cure = f"请写成 {examples}，或在来源的 format 里补上这种格式"
    return reason, cure


def _example(pattern: str) -> str:
    """Write the example in a strptime pattern, directive by directive: its Chinese stays untouched."""
    return re.sub(r"%[A-Za-z%]", lambda found: EXAMPLE.strftime(found[0]), pattern)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a contract is checked against: the town and the present instant (aware)."""

    town: Town
    now: datetime


def contract(target: str, limits: Limits) -> pa.DataFrameSchema:
    """Return the schema of a target's typed rows."""
    return {"cases": _cases, "grids": _grids, "staff": _staff, "shifts": _shifts}[target](limits)


def _check(name: str, function: Any) -> pa.Check:
    return pa.Check(function, name=name, error=name)


def _length(name: str, limit: int) -> pa.Check:
    return _check(name, lambda values: max(map(len, values), default=0) <= limit or values.map(len) <= limit)


def _one_of(name: str, words: Any) -> pa.Check:
    return _check(name, lambda values: values.isin([str(word) for word in words]))


def _required(*checks: pa.Check) -> pa.Column:
    return pa.Column(nullable=False, required=True, checks=list(checks))


def _optional(*checks: pa.Check) -> pa.Column:
    return pa.Column(nullable=True, required=False, checks=list(checks))


def _happened(limits: Limits) -> tuple[pa.Check, pa.Check]:
    latest = pd.Timestamp(limits.now + FUTURE_TOLERANCE)
    return (
        _check("future", lambda values: values <= latest),
        _check("too_early", lambda values: values >= EARLIEST),
    )


def _cases(limits: Limits) -> pa.DataFrameSchema:
    columns = {
        "external_number": _optional(_length("key_length", KEY_LIMIT)),
        "title": _required(_length("title_length", TITLE_LIMIT)),
        "category": _required(_one_of("category", limits.town.categories_by_code)),
        "reported_at": _required(*_happened(limits)),
        "closed_at": _optional(*_happened(limits)),
        "severity": _optional(_one_of("severity", Severity)),
        "intake_channel": _optional(_one_of("intake_channel", IntakeChannel)),
        "source_district": _optional(_length("word_length", WORD_LIMIT)),
        "main_unit": _optional(_length("word_length", WORD_LIMIT)),
        "address": _optional(_length("text_length", TEXT_LIMIT)),
        "description": _optional(_length("text_length", TEXT_LIMIT)),
    }
    return pa.DataFrameSchema(columns, strict=False)


def _grids(limits: Limits) -> pa.DataFrameSchema:
    columns = {
        "code": _required(_length("word_length", WORD_LIMIT)),
        "kind": _required(_one_of("kind", GridKind)),
        "geometry": _required(),
        **{
            name: _optional(_check("negative", lambda values: values >= 0))
            for name in ("population", "households", "firms", "key_places")
        },
    }
    return pa.DataFrameSchema(columns, strict=False)


def _staff(limits: Limits) -> pa.DataFrameSchema:
    units = limits.town.units_by_code
    known = (_one_of("unit", units),) if units else ()
    columns = {
        "staff_no": _required(_length("word_length", WORD_LIMIT)),
        "unit_code": _required(*known),
        "role": _required(_one_of("role", ROLES)),
        "staff_kind": _required(_one_of("staff_kind", STAFF_KINDS)),
        "grid_code": _optional(_length("word_length", WORD_LIMIT)),
    }
    return pa.DataFrameSchema(columns, strict=False)


def _shifts(limits: Limits) -> pa.DataFrameSchema:
    latest = pd.Timestamp(limits.now) + pd.Timedelta(days=ROSTER_DAYS)
    when = (
        _check("too_early", lambda values: values >= EARLIEST),
        _check("far_future", lambda values: values <= latest),
    )
    columns = {
        "staff_no": _required(_length("word_length", WORD_LIMIT)),
        "starts_at": _required(*when),
        "ends_at": _required(*when),
        "grid_code": _optional(_length("word_length", WORD_LIMIT)),
    }
    return pa.DataFrameSchema(columns, strict=False)


def pair_problems(frame: pd.DataFrame) -> list[tuple[str, str, pd.Series]]:
    """Return what two columns say together: (field, message name, rows concerned)."""
    found = []
    if {"closed_at", "reported_at"} <= set(frame):
        found.append(("closed_at", "before_report", frame["closed_at"] < frame["reported_at"]))
    if {"lon", "lat"} <= set(frame):
        found.append(("lon", "half_a_place", frame["lon"].isna() & frame["lat"].notna()))
        found.append(("lat", "half_a_place", frame["lat"].isna() & frame["lon"].notna()))
    if {"starts_at", "ends_at"} <= set(frame):
        length = frame["ends_at"] - frame["starts_at"]
        found.append(("ends_at", "shift_end", length <= pd.Timedelta(0)))
        found.append(("ends_at", "shift_length", length > pd.Timedelta(hours=LONGEST_SHIFT_HOURS)))
    if {"valid_from", "valid_to"} <= set(frame):
        both = frame["valid_from"].notna() & frame["valid_to"].notna()
        later = frame["valid_to"].where(both) <= frame["valid_from"].where(both)
        found.append(("valid_to", "period", both & later))
    return found
