"""The one registry of enterprises, places and persons that modules refer to, and what each use is for."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text, UniqueConstraint

from data.store.columns import lineage, row_id
from data.store.tables import metadata

SUBJECT_LENGTH = 96

subjects = Table(
    "subjects",
    metadata,
    row_id(),
    Column("key", String(SUBJECT_LENGTH), nullable=False, unique=True),
    Column("kind", String(16), nullable=False, comment="enterprise, place, person"),
    Column("name", Text, comment="never of a person"),
    *lineage(),
    comment="key: enterprise:CREDIT_CODE, place:CODE, person:KEYED_HASH",
)

subject_uses = Table(
    "subject_uses",
    metadata,
    row_id(),
    Column("subject_key", String(SUBJECT_LENGTH), nullable=False),
    Column("module", String(32), nullable=False),
    Column("purpose", String(64), nullable=False),
    *lineage(),
    UniqueConstraint("subject_key", "module", "purpose"),
    comment="Which module keeps a subject, and what for.",
)


def subject_key() -> Column[str]:
    """Return a column that names a subject by its key."""
    return Column("subject_key", String(SUBJECT_LENGTH), nullable=False)
