"""A few cases with a life, and a hand that reaches past the program into their database."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from data.domain.vocabulary import Action
from data.services.sealing import seal_next
from tests.data.services.presses import DISPATCHER, LEAD, press, report
from tests.worlds import NOW, advance

MINUTE = timedelta(minutes=1)
CLOSED, RETURNED, NEW = 1, 2, 3
ROAD = (
    Action.SIGN,
    Action.ARRIVE,
    Action.HANDLE,
    Action.UNIT_CONFIRM,
    Action.VERIFY,
    Action.CLOSE,
)


def write_history(world) -> None:
    """Write three cases: one closed, one returned and dispatched again, one new; sealed half-way and at the end."""
    assert [report(world) for _ in range(3)] == [CLOSED, RETURNED, NEW]
    press(world, CLOSED)
    press(world, RETURNED)
    at = NOW
    for action in ROAD[:3]:
        at += MINUTE
        advance(world, CLOSED, action, DISPATCHER, at)
    seal_next(world, at)
    for action in ROAD[3:]:
        at += MINUTE
        advance(world, CLOSED, action, LEAD, at)
    advance(world, RETURNED, Action.RETURN, DISPATCHER, at)
    press(world, RETURNED, 3, now=at + MINUTE)
    seal_next(world, at + MINUTE)


def tamper(store, *statements: str) -> None:
    """Run statements as somebody would who has the database and not the program: triggers and keys are switched off."""
    with store.engine.connect() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            for table in ("journal_is", "seals_are"):
                for verb in ("UPDATE", "DELETE"):
                    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_append_only_{verb}")
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            return
        connection.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
        connection.execute(text("SET session_replication_role = origin"))
        connection.commit()
