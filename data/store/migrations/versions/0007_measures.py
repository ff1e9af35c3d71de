"""The sums of measures, and the days that wait to be counted anew."""

import sqlalchemy as sa
from alembic import op

import data.store.types

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    names = ("module", "span", "begin", "facet", "code")
    op.create_table(
        "measure_sums",
        sa.Column("module", sa.String(length=32), nullable=False),
        sa.Column("span", sa.String(length=8), nullable=False, comment="day, or month: the sum of its days"),
        sa.Column("begin", sa.Date(), nullable=False, comment="first local day of the span"),
        sa.Column("facet", sa.String(length=8), nullable=False, comment="town, grid, unit or category"),
        sa.Column(
            "code", sa.String(length=32), nullable=False,
            comment="of the facet; empty for the town, and where not known",
        ),
        sa.Column("counts", sa.Text(), nullable=False, comment="JSON: measure → sum"),
        sa.Column("histograms", sa.Text(), nullable=False, comment="JSON: duration → bucket → count"),
        sa.PrimaryKeyConstraint(*names, name=op.f("pk_measure_sums")),
        comment="Recomputed from the rows; verify-aggregates compares.",
    )  # fmt: skip
    op.create_table(
        "measure_marks",
        sa.Column("id", key, nullable=False),
        sa.Column("module", sa.String(length=32), nullable=False),
        sa.Column("begin", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False, comment="the day after the last one"),
        sa.Column("marked_at", data.store.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_marks")),
        comment=(
            "Days that changed and are not counted anew yet; appended by every write, removed by the counting."
        ),
    )
    op.create_index("ix_measure_marks_module_begin", "measure_marks", ["module", "begin"], unique=False)
