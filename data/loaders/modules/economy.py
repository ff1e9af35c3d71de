"""What files of enterprises, their months, targets and projects must fulfil."""

from __future__ import annotations

from data.loaders.modules.records import Records, Subject
from data.store.modules.economy import (
    economy_targets,
    enterprise_months,
    enterprises,
    project_milestones,
    projects,
)

MEASURES = ("output_yuan", "tax_yuan", "investment_yuan", "power_kwh", "employees")
STAGES = ("sold", "land", "permit", "started", "completed")
ENTERPRISE = (enterprises.c.code, "企业名录")

CONTRACTS = (
    Records(
        enterprises,
        "economy",
        "企业名录",
        words={"industry": ("new_materials", "equipment", "biomedicine", "semiconductor", "other")},
        order=(("opened_on", "closed_on"),),
        subject=Subject(code="code", kind="enterprise", name="name"),
        has_credit_code=True,
    ),
    Records(enterprise_months, "economy", "企业月报", known={"enterprise_code": ENTERPRISE}),
    Records(economy_targets, "economy", "经济指标月度目标", words={"measure": MEASURES}, ahead=("month",)),
    Records(projects, "economy", "项目名录", known={"enterprise_code": ENTERPRISE}),
    Records(
        project_milestones,
        "economy",
        "项目节点",
        words={"stage": STAGES},
        known={"project_code": (projects.c.code, "项目名录")},
        ahead=("planned_on",),
    ),
)
