"""Checks of 首违不罚, and the erasable words that belong to them."""

import sqlalchemy as sa
from alembic import op

import data.store.types

revision = "0012"
down_revision = "0011"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    _checks()
    _words()


def _checks() -> None:
    op.create_table(
        "exemption_checks",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("request_key", sa.String(128), nullable=False),
        sa.Column("made_at", data.store.types.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_as", sa.String(32), nullable=False, comment="the role"),
        sa.Column("unit_code", sa.String(32), comment="of the case, else of who checked; null: the centre"),
        sa.Column("subject_key", sa.String(96), nullable=False),
        sa.Column("matter_code", sa.String(32), nullable=False),
        sa.Column(
            "matter", sa.Text(), nullable=False, comment="JSON: name, citation and conditions as they were then"
        ),
        sa.Column(
            "found_on", sa.Date(), nullable=False,
            comment="the day of the finding in hand; the window lies before it",
        ),
        sa.Column(
            "case_number", sa.String(64), comment="the undecided case from which the check started"
        ),
        sa.Column("findings", sa.Text(), nullable=False, comment="JSON: what was found then, numbers and days"),
        sa.Column(
            "answers", sa.Text(), nullable=False, comment="JSON: met, unmet, unknown, one for each condition"
        ),
        sa.Column("decision", sa.String(16), nullable=False, comment="as of cases, or open; by a person"),
        sa.Column(
            "goes_against", sa.Boolean(), nullable=False,
            comment="first_exempt although earlier or not all met",
        ),
        sa.Column("words_hash", sa.String(64), nullable=False, comment="salted SHA-256 of the erasable words"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption_checks")),
        sa.UniqueConstraint("made_by", "request_key", name=op.f("uq_exemption_checks_made_by_request_key")),
        comment="Never changed: of the checks of one finding the newest counts, the older ones stay.",
    )  # fmt: skip
    for name, columns in (
        ("made_at", ["made_at"]),
        ("case_number", ["case_number"]),
        ("subject_key_matter_code", ["subject_key", "matter_code", "found_on"]),
    ):
        op.create_index(f"ix_exemption_checks_{name}", "exemption_checks", columns, unique=False)


def _words() -> None:
    op.create_table(
        "exemption_words",
        sa.Column("check_id", BIG_ID, nullable=False),
        sa.Column("evidence", sa.Text(), comment="JSON: words for each condition"),
        sa.Column("reason", sa.Text()),
        sa.Column("against", sa.Text(), comment="the reason where the decision goes against what was found"),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"], ["exemption_checks.id"], name=op.f("fk_exemption_words_check_id")
        ),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_exemption_words")),
        comment="Erasable: free text of officers, which may name people; the check carries a salted commitment.",
    )
