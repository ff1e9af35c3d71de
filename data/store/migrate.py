"""Bringing a database to the newest schema with Alembic, from code and without a config file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from data.store.engine import take_turn


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade the database to `revision`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        take_turn(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
