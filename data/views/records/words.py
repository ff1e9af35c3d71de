"""Chinese for columns and values that no source of the town names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "code": "编码",
        "number": "编号",
        "name": "名称",
        "kind": "类别",
        "lon": "经度",
        "lat": "纬度",
        "comprehensive_code": "综合网格",
        "police_code": "警务网格",
        "professional_code": "专业网格",
        "village_code": "村社区",
        "unit_code": "单位",
        "subject_key": "对象",
        "grid_code": "网格",
        "valid_from": "生效",
        "valid_to": "失效",
        "replaces": "接替编码",
        "population": "人口",
        "households": "户数",
        "firms": "企业数",
        "key_places": "重点场所",
        "staff_no": "工号",
        "role": "岗位",
        "staff_kind": "用工类型",
        "skills": "技能",
        "starts_at": "上岗",
        "ends_at": "下岗",
        "started_at": "开始",
        "ended_at": "结束",
        "length_m": "里程（米）",
        "title": "事项",
        "category_code": "类别",
        "severity": "等级",
        "state": "状态",
        "intake_channel": "受理渠道",
        "external_number": "来单编号",
        "reported_at": "上报",
        "dispatched_at": "派遣",
        "due_at": "时限",
        "handled_at": "处置",
        "closed_at": "结案",
        "main_unit": "承办单位",
        "returns": "退单",
        "reworks": "返工",
        "is_joint": "联合处置",
        "is_main": "主办",
        "sent_at": "发出",
        "signed_at": "签收",
        "arrived_at": "到场",
        "confirmed_at": "单位确认",
        "returned_at": "退回",
        "recalled_at": "撤回",
        "relapsed": "再犯",
        "is_relapse": "复发",
        "repaired_at": "整改完成",
        "revisited_at": "已复查",
    }
)
"""By `table.column`, else by column."""

SHOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cases": (
            "number", "title", "category_code", "severity", "state", "intake_channel", "external_number",
            "reported_at", "dispatched_at", "due_at", "handled_at", "closed_at", "comprehensive_code",
            "main_unit", "is_joint", "returns", "reworks",
        ),
        "orders": (
            "number", "unit_code", "is_main", "state", "sent_at", "signed_at", "arrived_at", "handled_at",
            "confirmed_at", "returned_at", "recalled_at", "due_at",
        ),
        "disputes": (
            "number", "station_code", "kind", "mechanism_key", "level", "opened_at", "town_at", "city_at",
            "closed_at", "outcome", "warning", "signals", "is_relapse",
        ),
    }
)  # fmt: skip
"""Tables of which only some columns are for listing."""

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "table.grids": {"": "网格"},
        "table.staff": {"": "人员"},
        "table.shifts": {"": "排班"},
        "table.patrols": {"": "巡查"},
        "table.cases": {"": "案卷"},
        "table.orders": {"": "派遣单"},
        "staff.role": {
            "grid_member": "网格员",
            "police": "民警",
            "auxiliary": "辅警",
            "site": "场所负责人",
            "bureau": "局办人员",
        },
        "staff.staff_kind": {"administrative": "行政", "institution": "事业", "contract": "编外"},
    }
)
"""By `table.column`; the name of a table itself by `table.NAME`."""
