"""Mapped rows as a person reads them: the file's own column names, the town's time zone, Chinese words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pandas as pd

from data.domain.vocabulary import CaseState, GridKind, IntakeChannel, LocationGrade, Severity
from data.loaders.modules import RECORDS
from data.loaders.pipeline import Report
from data.town import SourceProfile, Town

# The fields of a row that the program gives, not the file; a field that stands nowhere here is not shown, unless
# it is one of a record.
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "external_number": "来源编号",
        "title": "标题",
        "category_code": "类别",
        "severity": "紧急程度",
        "intake_channel": "受理渠道",
        "state": "状态",
        "reported_at": "上报时间",
        "closed_at": "结案时间",
        "external_due_at": "来单时限",
        "due_at": "期限",
        "lon": "经度",
        "lat": "纬度",
        "address": "地点",
        "location_grade": "定位",
        "comprehensive_code": "综合网格",
        "police_code": "警务网格",
        "professional_code": "专业网格",
        "is_edge": "网格边缘",
        "source_district": "来源所写网格",
        "main_unit": "主办单位",
        "description": "描述",
        "reporter_name": "反映人",
        "reporter_telephone": "联系电话",
        "code": "网格编码",
        "kind": "网格类型",
        "village_code": "村社区",
        "valid_from": "启用日期",
        "valid_to": "停用日期",
        "replaces": "接替",
        "population": "人口",
        "households": "户数",
        "firms": "市场主体数",
        "key_places": "重点场所数",
        "staff_no": "工号",
        "name": "名称",
        "telephone": "电话",
        "unit_code": "单位",
        "role": "岗位",
        "staff_kind": "身份",
        "grid_code": "网格",
        "skills": "技能",
        "starts_at": "上岗时间",
        "ends_at": "下岗时间",
    }
)
WORDS = {
    "severity": Severity,
    "intake_channel": IntakeChannel,
    "state": CaseState,
    "location_grade": LocationGrade,
    "kind": GridKind,
}
FIELD_OF = {"category_code": "category"}  # a column under another name than the field that it comes from
DEGREES = ("lon", "lat")
Words = Mapping[str, Mapping[str, str]]


def sample_lines(report: Report, town: Town) -> Iterator[str]:
    """Yield one line per mapped row of a preview, what is empty left out."""
    source = town.sources[report.source_key]
    words = _words(town, source)
    show = _Shown(town, words)
    labels = {name: name for name in source.columns} | LABELS if source.target in RECORDS else LABELS
    for number, row in report.sample.iterrows():
        cells = [
            f"{report.names.get(FIELD_OF.get(name, name), label)} {text}"
            for name, label in labels.items()
            if name in row and (text := show.cell(name, row[name]))
        ]
        yield f"  第 {number} 行：{'，'.join(cells)}"


class _Shown:
    """Writes the cells of one town."""

    def __init__(self, town: Town, words: Words) -> None:
        self.zone = town.profile.zone
        self.words = words

    def cell(self, name: str, value: Any) -> str:
        """Return a value in words, empty where there is none."""
        if value is None or value is pd.NaT or value != value:
            return ""
        if isinstance(value, datetime):
            return self._moment(value)
        if isinstance(value, bool):
            return "是" if value else ""
        if name in DEGREES:
            return f"{value:.6f}"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return self.words.get(name, {}).get(str(value), str(value))

    def _moment(self, value: datetime) -> str:
        """Write an instant in the town's zone; what has no zone is a day."""
        if value.tzinfo is None:
            return f"{value:%Y-%m-%d}"
        local = value.astimezone(self.zone)
        return f"{local:%Y-%m-%d %H:%M:%S}" if local.second else f"{local:%Y-%m-%d %H:%M}"


def _words(town: Town, source: SourceProfile) -> Words:
    """Return the Chinese of every code that a row may hold: closed lists, tables of the town, the source's own."""
    own = {
        field: {str(value): word for word, value in reversed(list(words.items())) if word != "*"}
        for field, words in source.value_maps.items()
    }
    lists = {field: {str(word): word.label for word in kind} for field, kind in WORDS.items()}
    units = {code: unit.name for code, unit in town.units_by_code.items()}
    categories = {code: f"{row.major_name}/{row.name}" for code, row in town.categories_by_code.items()}
    lists = {} if source.target in RECORDS else lists
    return {**own, **lists, "category_code": categories, "main_unit": units, "unit_code": units}
