"""Who may act: accounts, their sessions and tokens, and what was allowed or refused."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from data.store.tables import metadata
from data.store.types import BigId, Instant

users = Table(
    "users",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(64), nullable=False, unique=True, comment="what is typed at the login"),
    Column("display_name", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("unit_code", String(32), comment="the unit of a unit_handler; null means the centre"),
    Column("password_hash", Text, nullable=False, comment="argon2id"),
    Column("failed_count", Integer, nullable=False, default=0),
    Column("locked_until", Instant),
    Column("is_disabled", Boolean, nullable=False, default=False),
    Column("created_at", Instant, nullable=False),
    Column("password_changed_at", Instant, nullable=False),
    Column("is_demo", Boolean, nullable=False, default=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True, comment="SHA-256 of the cookie"),
    Column("user_id", BigId, ForeignKey("users.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("user_id", BigId, ForeignKey("users.id"), nullable=False, index=True),
    Column("name", String(64), nullable=False, comment="what the token is for"),
    Column("token_hash", String(64), nullable=False, unique=True, comment="SHA-256 of the bearer token"),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("actor_role", String(32), nullable=False),
    Column("right", String(64), nullable=False),
    Column("object", Text),
    Column("outcome", String(16), nullable=False, comment="done, refused, failed"),
    Column("detail", Text, comment="JSON; never a secret, never personal data"),
    Index("ix_audit_log_at", "at"),
)
