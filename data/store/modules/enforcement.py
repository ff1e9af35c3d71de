"""Enforcement: matters with their citation, inspections, cases with their decision, observers and opinions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from data.store.columns import code, lineage, number, place, row_id
from data.store.modules.shared import subject_key
from data.store.tables import metadata
from data.store.types import BigId, Instant

matters = Table(
    "matters",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("citation", Text, nullable=False),
    Column("window_months", Integer, nullable=False, comment="how far back an earlier finding counts"),
    Column("conditions", Text, comment="what must hold for 首违不罚, one condition a line"),
    *lineage(),
)

inspections = Table(
    "inspections",
    metadata,
    row_id(),
    Column("number", String(64), nullable=False, unique=True),
    subject_key(),
    code("matter_code"),
    code("unit_code"),
    Column("inspected_at", Instant, nullable=False),
    Column("found", Boolean, nullable=False),
    *place(),
    *lineage(),
    Index("ix_inspections_inspected_at", "inspected_at"),
    Index("ix_inspections_subject_key_matter_code", "subject_key", "matter_code", "inspected_at"),
)

enforcement_cases = Table(
    "enforcement_cases",
    metadata,
    row_id(),
    Column("number", String(64), nullable=False, unique=True),
    subject_key(),
    code("matter_code"),
    code("unit_code"),
    Column("found_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column(
        "decision", String(16), comment="first_exempt, exempt, light, fined; null: not decided, by a person"
    ),
    Column("fine_yuan", BigInteger),
    Column("yellow_card_on", Date),
    Column("revisit_due_on", Date),
    Column("revisited_at", Instant),
    Column("relapsed", Boolean, nullable=False, default=False),
    Column("case_id", BigId, ForeignKey("cases.id")),
    *place(),
    *lineage(),
    Index("ix_enforcement_cases_found_at", "found_at"),
    Index("ix_enforcement_cases_decided_at", "decided_at"),
    Index("ix_enforcement_cases_revisit_due_on", "revisit_due_on"),
    Index("ix_enforcement_cases_matter_code_decided_at", "matter_code", "decided_at"),
    Index("ix_enforcement_cases_subject_key_matter_code", "subject_key", "matter_code", "found_at"),
)

observers = Table(
    "observers",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False, comment="entrepreneur, educator, community"),
    *lineage(),
)

observer_opinions = Table(
    "observer_opinions",
    metadata,
    row_id(),
    Column("number", String(64), nullable=False, unique=True),
    code("observer_code"),
    number("enforcement_number"),
    Column("given_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("opinion", Text, nullable=False),
    *lineage(),
    Index("ix_observer_opinions_enforcement_number", "enforcement_number"),
    Index("ix_observer_opinions_given_at", "given_at"),
)
