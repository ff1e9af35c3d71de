"""Checks of 首违不罚: what was found then, what a person judged and decided; their words stand apart, to be erased."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint

from data.store.columns import code, row_id
from data.store.modules.shared import subject_key
from data.store.tables import metadata
from data.store.types import BigId, Instant

exemption_checks = Table(
    "exemption_checks",
    metadata,
    row_id(),
    Column("request_key", String(128), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_as", String(32), nullable=False, comment="the role"),
    code("unit_code", nullable=True, comment="of the case, else of who checked; null: the centre"),
    subject_key(),
    code("matter_code"),
    Column("matter", Text, nullable=False, comment="JSON: name, citation and conditions as they were then"),
    Column(
        "found_on", Date, nullable=False, comment="the day of the finding in hand; the window lies before it"
    ),
    Column("case_number", String(64), comment="the undecided case from which the check started"),
    Column("findings", Text, nullable=False, comment="JSON: what was found then, numbers and days"),
    Column("answers", Text, nullable=False, comment="JSON: met, unmet, unknown, one for each condition"),
    Column("decision", String(16), nullable=False, comment="as of cases, or open; by a person"),
    Column("goes_against", Boolean, nullable=False, comment="first_exempt although earlier or not all met"),
    Column("words_hash", String(64), nullable=False, comment="salted SHA-256 of the erasable words"),
    UniqueConstraint("made_by", "request_key"),
    Index("ix_exemption_checks_made_at", "made_at"),
    Index("ix_exemption_checks_case_number", "case_number"),
    Index("ix_exemption_checks_subject_key_matter_code", "subject_key", "matter_code", "found_on"),
    comment="Never changed: of the checks of one finding the newest counts, the older ones stay.",
)

exemption_words = Table(
    "exemption_words",
    metadata,
    Column("check_id", BigId, ForeignKey("exemption_checks.id"), primary_key=True),
    Column("evidence", Text, comment="JSON: words for each condition"),
    Column("reason", Text),
    Column("against", Text, comment="the reason where the decision goes against what was found"),
    Column("salt", String(32), nullable=False),
    comment="Erasable: free text of officers, which may name people; the check carries a salted commitment.",
)
