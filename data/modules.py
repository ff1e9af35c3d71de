"""The registry of modules: one row each, from which navigation, pages, rights, REST listing and tests follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the platform: `key` is its file name in every place that it needs.

    `tables` are those whose rows its page and REST list, the most asked for first.
    """

    key: str
    name: str
    tables: tuple[str, ...]

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/m/{self.key}"


MODULES = (
    Module("grid", "网格管理", ("grids", "staff", "shifts", "patrols")),
    Module("dispatch", "指挥调度", ("cases", "orders")),
    Module(
        "economy",
        "经济发展",
        ("enterprises", "enterprise_months", "economy_targets", "projects", "project_milestones"),
    ),
    Module(
        "approval",
        "审批服务",
        ("approvals", "reviews", "assist_jobs", "service_items", "windows", "departments"),
    ),
    Module(
        "enforcement",
        "综合执法",
        ("enforcement_cases", "inspections", "observer_opinions", "observers", "matters"),
    ),
    Module(
        "mediation",
        "多元解纷",
        ("disputes", "agreements", "mediation_stations", "mediators", "mechanisms"),
    ),
    Module("civic", "法治民生", ("legal_services", "deliberations", "suggestions", "safety_surveys")),
    Module(
        "party",
        "党建绩效",
        ("partnership_tasks", "party_activities", "assessments", "assessment_methods"),
    ),
)

MODULES_BY_KEY: Mapping[str, Module] = MappingProxyType({module.key: module for module in MODULES})
