"""Rule of law and livelihood: legal services, deliberations with their suggestions, safety surveys."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from data.store.columns import code, lineage, row_id
from data.store.tables import metadata

legal_services = Table(
    "legal_services",
    metadata,
    row_id(),
    Column("number", String(64), nullable=False, unique=True),
    Column(
        "kind", String(32), nullable=False, comment="consultation, mediation_aid, legal_aid, notary, lecture"
    ),
    Column("place", Text, nullable=False),
    code("unit_code"),
    Column("given_on", Date, nullable=False),
    Column("persons", Integer, nullable=False, comment="person-times"),
    code("village_code", nullable=True),
    *lineage(),
    Index("ix_legal_services_given_on", "given_on"),
)

deliberations = Table(
    "deliberations",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    code("village_code"),
    Column("held_on", Date, nullable=False),
    Column("attended", Integer, nullable=False),
    *lineage(),
    Index("ix_deliberations_held_on", "held_on"),
)

suggestions = Table(
    "suggestions",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    code("deliberation_code"),
    Column("words", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("done_on", Date),
    *lineage(),
    Index("ix_suggestions_deliberation_code", "deliberation_code"),
    Index("ix_suggestions_due_on", "due_on"),
)

safety_surveys = Table(
    "safety_surveys",
    metadata,
    row_id(),
    Column("period", Date, nullable=False, comment="its first day"),
    Column("sample", Integer, nullable=False, comment="residents asked"),
    Column("safe", Integer, nullable=False, comment="those who feel safe"),
    Column("source", String(64), nullable=False, comment="who asked"),
    *lineage(),
    UniqueConstraint("period", "source"),
)
