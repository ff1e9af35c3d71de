"""What observers of enforcement are let see, and what they are answered; opinions stand with the module's records."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text

from data.store.tables import metadata
from data.store.types import BigId, Instant

observer_links = Table(
    "observer_links",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("observer_code", String(32), nullable=False, index=True),
    Column("token_hash", String(64), nullable=False, unique=True, comment="SHA-256 of the link's secret"),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("opened_at", Instant, comment="when it was last opened, to the minute"),
)

observer_link_cases = Table(
    "observer_link_cases",
    metadata,
    Column("link_id", BigId, ForeignKey("observer_links.id"), primary_key=True),
    Column("enforcement_number", String(64), primary_key=True),
)

observer_answers = Table(
    "observer_answers",
    metadata,
    Column("opinion_number", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("answered_by", String(64), nullable=False),
    Column("answered_at", Instant, nullable=False),
    comment="Given here; a file of opinions never takes it away.",
)
