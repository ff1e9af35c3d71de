"""An index of external deadlines: the days on which they lie are counted from the rows, however old their cases are."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_cases_external_due_at", "cases", ["external_due_at"], unique=False)
