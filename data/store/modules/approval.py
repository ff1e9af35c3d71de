"""Approvals: departments, windows and items, approvals and their reviews, jobs of the agents."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, text

from data.store.columns import code, lineage, number, row_id
from data.store.modules.shared import subject_key
from data.store.tables import metadata
from data.store.types import BigId, Instant

departments = Table(
    "departments",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    *lineage(),
)

windows = Table(
    "windows",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    code("department_code", nullable=True),
    *lineage(),
)

service_items = Table(
    "service_items",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    code("department_code"),
    Column(
        "item_class",
        String(32),
        nullable=False,
        comment="enterprise_opening, construction, public_service, other",
    ),
    Column("limit_work_days", Float, nullable=False),
    *lineage(),
    Index("ix_service_items_department_code", "department_code"),
)

approvals = Table(
    "approvals",
    metadata,
    row_id(),
    Column("number", String(64), nullable=False, unique=True),
    code("item_code"),
    code("window_code", nullable=True),
    Column("is_online", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("outcome", String(16), comment="granted, refused, withdrawn; null: not decided"),
    *lineage(),
    Index("ix_approvals_received_at", "received_at"),
    Index("ix_approvals_decided_at", "decided_at"),
    Index("ix_approvals_item_code_received_at", "item_code", "received_at"),
    Index("ix_approvals_window_code_received_at", "window_code", "received_at"),
)

assist_jobs = Table(
    "assist_jobs",
    metadata,
    row_id(),
    Column("number", String(64), nullable=False, unique=True),
    subject_key(),
    code("agent_no", comment="the agent's number among the staff"),
    code("item_code"),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("closed_at", Instant),
    *lineage(),
    Index("ix_assist_jobs_subject_key", "subject_key"),
    Index("ix_assist_jobs_opened_at", "opened_at"),
    Index("ix_assist_jobs_closed_at", "closed_at"),
)

WAITS = text("stars <= 2 AND case_id IS NULL AND repaired_at IS NULL")
"""A bad review that opens a case, if it is young enough."""

HAS_CASE = text("case_id IS NOT NULL")

reviews = Table(
    "reviews",
    metadata,
    row_id(),
    Column("number", String(64), nullable=False, unique=True),
    number("approval_number"),
    Column("stars", Integer, nullable=False, comment="1 to 5; at most 2 is bad"),
    Column("reviewed_at", Instant, nullable=False),
    Column("case_id", BigId, ForeignKey("cases.id"), comment="the case that a bad review opened"),
    Column("repaired_at", Instant),
    *lineage(),
    Index("ix_reviews_approval_number", "approval_number"),
    Index("ix_reviews_reviewed_at", "reviewed_at"),
    Index("ix_reviews_case_id", "case_id", sqlite_where=HAS_CASE, postgresql_where=HAS_CASE),
    Index("ix_reviews_waiting", "reviewed_at", sqlite_where=WAITS, postgresql_where=WAITS),
)
