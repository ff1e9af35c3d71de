"""Seals are append-only, and no two follow the same one."""

from alembic import op

revision = "0005"
down_revision = "0004"

SQLITE_TRIGGER = """
CREATE TRIGGER seals_are_append_only_{verb} BEFORE {verb} ON seals
BEGIN SELECT RAISE(ABORT, 'seals is append-only'); END
"""

POSTGRES_FUNCTION = """
CREATE FUNCTION is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""

POSTGRES_TRIGGERS = (
    """
CREATE TRIGGER seals_are_append_only BEFORE UPDATE OR DELETE ON seals
FOR EACH ROW EXECUTE FUNCTION is_append_only()
""",
    """
CREATE TRIGGER seals_are_never_emptied BEFORE TRUNCATE ON seals
FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()
""",
)


def upgrade() -> None:
    """Apply."""
    op.create_index("uq_seals_previous_hash", "seals", ["previous_hash"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE_TRIGGER.format(verb=verb))
        return
    for statement in (POSTGRES_FUNCTION, *POSTGRES_TRIGGERS):
        op.execute(statement)
