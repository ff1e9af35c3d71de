"""What the rows of each target must fulfil, as pandera schemas, and the Chinese for each failure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import pandas as pd
import pandera.pandas as pa

from data.domain.clock import FUTURE_TOLERANCE
from data.domain.vocabulary import GridKind, IntakeChannel, Severity
from data.loaders.checks import check, length, one_of, optional, required
from data.loaders.modules import RECORDS
from data.loaders.modules.party import STAFF_KINDS
from data.loaders.record_schema import RECORD_MESSAGES, record_schema
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
        **{target: records.required for target, records in RECORDS.items()},
    }
)

ROLES = ("grid_member", "police", "auxiliary", "site", "bureau")

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
        **RECORD_MESSAGES,
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
    if target in RECORDS:
        zone = limits.town.profile.zone
        return record_schema(RECORDS[target], limits.now, limits.now.astimezone(zone).date())
    return {"cases": _cases, "grids": _grids, "staff": _staff, "shifts": _shifts}[target](limits)


def _happened(limits: Limits) -> tuple[pa.Check, pa.Check]:
    latest = pd.Timestamp(limits.now + FUTURE_TOLERANCE)
    return (
        check("future", lambda values: values <= latest),
        check("too_early", lambda values: values >= EARLIEST),
    )


def _cases(limits: Limits) -> pa.DataFrameSchema:
    columns = {
        "external_number": optional(length("key_length", KEY_LIMIT)),
        "title": required(length("title_length", TITLE_LIMIT)),
        "category": required(one_of("category", limits.town.categories_by_code)),
        "reported_at": required(*_happened(limits)),
        "closed_at": optional(*_happened(limits)),
        "severity": optional(one_of("severity", Severity)),
        "intake_channel": optional(one_of("intake_channel", IntakeChannel)),
        "source_district": optional(length("word_length", WORD_LIMIT)),
        "main_unit": optional(length("word_length", WORD_LIMIT)),
        "address": optional(length("text_length", TEXT_LIMIT)),
        "description": optional(length("text_length", TEXT_LIMIT)),
    }
    return pa.DataFrameSchema(columns, strict=False)


def _grids(limits: Limits) -> pa.DataFrameSchema:
    columns = {
        "code": required(length("word_length", WORD_LIMIT)),
        "kind": required(one_of("kind", GridKind)),
        "geometry": required(),
        **{
            name: optional(check("negative", lambda values: values >= 0))
            for name in ("population", "households", "firms", "key_places")
        },
    }
    return pa.DataFrameSchema(columns, strict=False)


def _staff(limits: Limits) -> pa.DataFrameSchema:
    units = limits.town.units_by_code
    known = (one_of("unit", units),) if units else ()
    columns = {
        "staff_no": required(length("word_length", WORD_LIMIT)),
        "unit_code": required(*known),
        "role": required(one_of("role", ROLES)),
        "staff_kind": required(one_of("staff_kind", STAFF_KINDS)),
        "grid_code": optional(length("word_length", WORD_LIMIT)),
    }
    return pa.DataFrameSchema(columns, strict=False)


def _shifts(limits: Limits) -> pa.DataFrameSchema:
    latest = pd.Timestamp(limits.now) + pd.Timedelta(days=ROSTER_DAYS)
    when = (
        check("too_early", lambda values: values >= EARLIEST),
        check("far_future", lambda values: values <= latest),
    )
    columns = {
        "staff_no": required(length("word_length", WORD_LIMIT)),
        "starts_at": required(*when),
        "ends_at": required(*when),
        "grid_code": optional(length("word_length", WORD_LIMIT)),
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
