"""Of the closed cases no index by deadline, and none by grid, which no query asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_cases_is_open_due_at", "cases")
    op.drop_index("ix_cases_comprehensive_code_reported_at", "cases")
    op.create_index(
        "ix_cases_open_due_at",
        "cases",
        ["due_at"],
        sqlite_where=sa.text("is_open IS 1"),
        postgresql_where=sa.text("is_open IS true"),
    )
