"""Of each case and kind at most one alarm runs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    running = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_alarms_running",
        "alarms",
        ["case_id", "kind"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )
