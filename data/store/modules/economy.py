"""Economy: enterprises and their months, targets, projects and their milestones."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.store.columns import code, lineage, place, row_id
from data.store.tables import metadata

enterprises = Table(
    "enterprises",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True, comment="统一社会信用代码"),
    Column("name", Text, nullable=False),
    Column(
        "industry",
        String(32),
        nullable=False,
        comment="new_materials, equipment, biomedicine, semiconductor, other",
    ),
    Column("is_above_scale", Boolean, nullable=False, default=False),
    Column("above_scale_since", Date),
    Column("listed_on", Date),
    Column("opened_on", Date),
    Column("closed_on", Date),
    *place(),
    *lineage(),
)

enterprise_months = Table(
    "enterprise_months",
    metadata,
    row_id(),
    code("enterprise_code"),
    Column("month", Date, nullable=False, comment="its first day"),
    Column("output_yuan", BigInteger),
    Column("tax_yuan", BigInteger),
    Column("investment_yuan", BigInteger),
    Column("power_kwh", BigInteger),
    Column("employees", Integer),
    *lineage(),
    UniqueConstraint("enterprise_code", "month"),
    Index("ix_enterprise_months_month", "month"),
)

economy_targets = Table(
    "economy_targets",
    metadata,
    row_id(),
    Column("month", Date, nullable=False, comment="its first day"),
    Column("measure", String(32), nullable=False, comment="a measure of enterprise_months"),
    Column("target", Float, nullable=False, comment="in the unit of the measure"),
    *lineage(),
    UniqueConstraint("month", "measure"),
)

projects = Table(
    "projects",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    code("enterprise_code", nullable=True),
    Column("investment_yuan", BigInteger, comment="the whole that is planned"),
    Column("is_key", Boolean, nullable=False, default=False),
    *place(),
    *lineage(),
    Index("ix_projects_enterprise_code", "enterprise_code"),
)

project_milestones = Table(
    "project_milestones",
    metadata,
    row_id(),
    code("project_code"),
    Column("stage", String(16), nullable=False, comment="sold, land, permit, started, completed"),
    Column("planned_on", Date),
    Column("reached_on", Date),
    *lineage(),
    UniqueConstraint("project_code", "stage"),
    Index("ix_project_milestones_reached_on", "reached_on"),
)
