"""What the town itself says of its mechanisms, over what files bring: neither rewrites the other."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Integer, String, Table, Text

from data.store.tables import metadata
from data.store.types import BigId, Instant

mechanism_settings = Table(
    "mechanism_settings",
    metadata,
    Column("mechanism_key", String(32), primary_key=True),
    Column("name", Text, comment="null: the file's own; never said of a published one"),
    Column("description", Text),
    Column("position", Integer, comment="from 1; null: after those that have one"),
    Column("is_active", Boolean, nullable=False, default=True),
    Column("active_from", Date, comment="since when it is so; before that day it was the opposite"),
    comment="The newest edit of each mechanism; a file load leaves it alone.",
)

mechanism_changes = Table(
    "mechanism_changes",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("mechanism_key", String(32), nullable=False, index=True),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("field", String(16), nullable=False, comment="added, name, description, active, position"),
    Column("before", Text),
    Column("after", Text),
    comment="Append-only: who changed what when.",
)
