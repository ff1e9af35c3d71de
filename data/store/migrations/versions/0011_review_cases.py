"""Indexes by which the bad reviews without a case are found, and the reviews of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
WAITS = sa.text("stars <= 2 AND case_id IS NULL AND repaired_at IS NULL")
HAS_CASE = sa.text("case_id IS NOT NULL")


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_reviews_case_id",
        "reviews",
        ["case_id"],
        unique=False,
        sqlite_where=HAS_CASE,
        postgresql_where=HAS_CASE,
    )
    op.create_index(
        "ix_reviews_waiting",
        "reviews",
        ["reviewed_at"],
        unique=False,
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
