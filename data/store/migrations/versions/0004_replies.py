"""The erasable words of replies."""

import sqlalchemy as sa
from alembic import op

import data.store.types

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "case_replies",
        sa.Column("id", key, nullable=False),
        sa.Column("case_id", key, nullable=False),
        sa.Column("replied_at", data.store.types.Instant(timezone=True), nullable=False),
        sa.Column("replied_by", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_replies_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_replies")),
        comment="Erasable: what the reporter or the sender was answered; the journal carries only a commitment.",
    )
    op.create_index(op.f("ix_case_replies_case_id"), "case_replies", ["case_id"], unique=False)
