"""What the centre writes while it works on cases, beside the case, its orders and its journal."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from data.store.tables import metadata
from data.store.types import BigId, Instant


def _case_id(**options: object) -> Column[int]:
    return Column("case_id", BigId, ForeignKey("cases.id"), nullable=False, **options)  # type: ignore[arg-type]


dispatch_plans = Table(
    "dispatch_plans",
    metadata,
    Column("id", BigId, primary_key=True),
    _case_id(index=True),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("content", Text, nullable=False, comment="canonical JSON: what was proposed and what was sent"),
    Column("hash", String(64), nullable=False, comment="SHA-256 of content; the journal carries it"),
    comment="A decision is kept with the facts that it used.",
)

case_merges = Table(
    "case_merges",
    metadata,
    Column("case_id", BigId, ForeignKey("cases.id"), primary_key=True),
    Column("into_case_id", BigId, ForeignKey("cases.id"), nullable=False, index=True),
    Column("merged_at", Instant, nullable=False),
    comment="A merged case keeps its reporter and its journal; the other one goes on.",
)

case_replies = Table(
    "case_replies",
    metadata,
    Column("id", BigId, primary_key=True),
    _case_id(index=True),
    Column("replied_at", Instant, nullable=False),
    Column("replied_by", String(64), nullable=False),
    Column("text", Text),
    Column("salt", String(32), nullable=False),
    comment="Erasable: what the reporter or the sender was answered; the journal carries only a commitment.",
)

appeals = Table(
    "appeals",
    metadata,
    Column("id", BigId, primary_key=True),
    _case_id(index=True),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", String(64)),
    Column("is_exempt", Boolean, comment="null until decided; the fact of having been overdue stays"),
)

supervisions = Table(
    "supervisions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("number", String(48), nullable=False, unique=True),
    _case_id(index=True),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("words", Text, nullable=False),
    Column("reply_by", Instant, nullable=False),
    Column("replied_at", Instant),
    Column("reply", Text),
)

responsibility_changes = Table(
    "responsibility_changes",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("category_code", String(16), nullable=False),
    Column("village_code", String(32), nullable=False, comment="* for the whole town"),
    Column("main_unit", String(32), nullable=False),
    Column("assisting_units", Text, nullable=False, default=""),
    Column("valid_from", Date, nullable=False),
    Column("citation", Text, nullable=False),
    Column("decided_in", BigId, ForeignKey("cases.id")),
    Column("decided_by", String(64), nullable=False),
    Column("decided_at", Instant, nullable=False),
    Index("ix_responsibility_changes_category_code_village_code", "category_code", "village_code"),
    comment="Dated rows that correct the town folder's responsibility list; the newest valid one counts.",
)

case_answers = Table(
    "case_answers",
    metadata,
    Column("case_id", BigId, ForeignKey("cases.id"), primary_key=True),
    Column("answers", Text, nullable=False, comment="JSON: question key → answer"),
    comment="Erasable: what the reporter answered to the category's questions.",
)

photos = Table(
    "photos",
    metadata,
    Column("id", BigId, primary_key=True),
    _case_id(index=True),
    Column("kind", String(16), nullable=False, comment="near, far, before, after"),
    Column("media_type", String(32), nullable=False),
    Column("content", LargeBinary, nullable=False, comment="decoded and written anew, without metadata"),
    Column("sha256", String(64), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("taken_at", Instant, comment="a hint, never grounds for a penalty"),
    Column("lon", Float),
    Column("lat", Float),
    Column("added_at", Instant, nullable=False),
    Column("added_by", String(64), nullable=False),
    Column("is_demo", Boolean, nullable=False, default=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("id", BigId, primary_key=True),
    _case_id(),
    Column("kind", String(16), nullable=False, comment="critical, overdue"),
    Column("raised_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", String(64)),
    Column("acknowledge_reason", Text),
    Column("acknowledged_until", Instant),
    Column("shelved_at", Instant),
    Column("shelved_by", String(64)),
    Column("shelve_reason", Text),
    Column("shelved_until", Instant),
    Index("ix_alarms_ended_at_raised_at", "ended_at", "raised_at"),
    Index("ix_alarms_case_id_kind", "case_id", "kind"),
    Index(
        "uq_alarms_running",
        "case_id",
        "kind",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    comment="Acknowledging and shelving are two independent states of one alarm.",
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("user_id", BigId, ForeignKey("users.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False, comment="the view's query string"),
    Column("created_at", Instant, nullable=False),
)
