"""Appeals of assessments, and what the town says of its mechanisms over what files bring."""

import sqlalchemy as sa
from alembic import op

from data.store.types import Instant

revision = "0010"
down_revision = "0009"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    _appeals()
    _mechanisms()


def _appeals() -> None:
    op.create_table(
        "assessment_appeals",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("number", sa.String(48), nullable=False),
        sa.Column("assessment_code", sa.String(32), nullable=False),
        sa.Column("unit_code", sa.String(32), nullable=False),
        sa.Column("period", sa.Date(), nullable=False, comment="its first day"),
        sa.Column("staff_kind", sa.String(32), nullable=False),
        sa.Column("method_version", sa.String(32), nullable=False),
        sa.Column(
            "score", sa.Float(), nullable=False, comment="as the assessment stood when the appeal was raised"
        ),
        sa.Column("exempted", sa.Integer(), nullable=False, comment="likewise"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("decided_at", Instant(timezone=True)),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("outcome", sa.String(16), comment="granted, partial, refused; null until decided"),
        sa.Column("decision", sa.Text(), comment="why it was decided so"),
        sa.PrimaryKeyConstraint("id", name="pk_assessment_appeals"),
        sa.UniqueConstraint("number", name="uq_assessment_appeals_number"),
        comment="Of each assessment at most one appeal waits.",
    )
    op.create_index("ix_assessment_appeals_assessment_code", "assessment_appeals", ["assessment_code"])
    waiting = sa.text("decided_at IS NULL")
    op.create_index(
        "uq_assessment_appeals_waiting",
        "assessment_appeals",
        ["assessment_code"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_table(
        "assessment_appeal_cases",
        sa.Column("appeal_id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("is_exempt", sa.Boolean(), comment="null until decided; the facts of the case stay"),
        sa.PrimaryKeyConstraint("appeal_id", "case_id", name="pk_assessment_appeal_cases"),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["assessment_appeals.id"], name="fk_assessment_appeal_cases_appeal_id"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_assessment_appeal_cases_case_id"),
    )
    op.create_index("ix_assessment_appeal_cases_case_id", "assessment_appeal_cases", ["case_id"])


def _mechanisms() -> None:
    op.create_table(
        "mechanism_settings",
        sa.Column("mechanism_key", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), comment="null: the file's own; never said of a published one"),
        sa.Column("description", sa.Text()),
        sa.Column("position", sa.Integer(), comment="from 1; null: after those that have one"),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column(
            "active_from", sa.Date(), comment="since when it is so; before that day it was the opposite"
        ),
        sa.PrimaryKeyConstraint("mechanism_key", name="pk_mechanism_settings"),
        comment="The newest edit of each mechanism; a file load leaves it alone.",
    )
    op.create_table(
        "mechanism_changes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("mechanism_key", sa.String(32), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column(
            "field", sa.String(16), nullable=False, comment="added, name, description, active, position"
        ),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_mechanism_changes"),
        comment="Append-only: who changed what when.",
    )
    op.create_index("ix_mechanism_changes_mechanism_key", "mechanism_changes", ["mechanism_key"])
