"""Links of observers with their cases, and the answers to opinions."""

import sqlalchemy as sa
from alembic import op

import data.store.types

revision = "0013"
down_revision = "0012"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    instant = data.store.types.Instant(timezone=True)
    op.create_table(
        "observer_links",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("observer_code", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, comment="SHA-256 of the link's secret"),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("revoked_at", instant),
        sa.Column("opened_at", instant, comment="when it was last opened, to the minute"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observer_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_observer_links_token_hash")),
    )
    op.create_index(op.f("ix_observer_links_observer_code"), "observer_links", ["observer_code"])
    op.create_table(
        "observer_link_cases",
        sa.Column("link_id", BIG_ID, nullable=False),
        sa.Column("enforcement_number", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["observer_links.id"], name=op.f("fk_observer_link_cases_link_id")
        ),
        sa.PrimaryKeyConstraint("link_id", "enforcement_number", name=op.f("pk_observer_link_cases")),
    )
    op.create_table(
        "observer_answers",
        sa.Column("opinion_number", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("answered_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("opinion_number", name=op.f("pk_observer_answers")),
        comment="Given here; a file of opinions never takes it away.",
    )
