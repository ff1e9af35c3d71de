"""A suspension ends by itself at its named date: the case is resumed in the name of the program, once."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from data.domain.case_times import case_times, pause_end
from data.domain.people import SYSTEM
from data.domain.vocabulary import Action, CaseState
from data.services.case_steps import StepWords, locked_case, write_steps
from data.store.journal import entry_of
from data.store.tables import journal, visible_cases
from data.world import World

REASON = "挂起到期，自动恢复"


def cases_to_resume(world: World, now: datetime) -> list[int]:
    """Return the suspended cases whose named date has come; whether each still is one, its lock will tell."""
    with world.store.read() as connection:
        return _due(connection, world.calendar.zone, now)


def resume_case(world: World, case_id: int, now: datetime) -> bool:
    """Resume a case whose named date has come; False where somebody was quicker.

    It happened at the named date, however late it is written; after a later entry, it happened with that one.
    Any number of processes may call this at once. Raises `NotFound` for a case that was withdrawn.
    """
    with world.store.write() as transaction:
        case = locked_case(transaction.connection, case_id)
        if case.facts.state is not CaseState.SUSPENDED:
            return False
        times = case_times(case.entries, world.calendar.zone)
        end = times.pauses[-1].end
        if end > now:
            return False
        steps: list[StepWords] = [(Action.RESUME, REASON, {})]
        happened = max(end, times.last_at)
        write_steps(world, transaction, case, steps, SYSTEM, now, happened_at=happened)
    return True


def _due(connection: Connection, zone: ZoneInfo, now: datetime) -> list[int]:
    suspended = (
        visible_cases.c.is_open.is_(True),
        visible_cases.c.state == str(CaseState.SUSPENDED),
        journal.c.action == str(Action.SUSPEND),
    )
    query = select(journal).join(visible_cases, visible_cases.c.id == journal.c.case_id).where(*suspended)
    entries = [entry_of(row) for row in connection.execute(query.order_by(journal.c.id))]
    return [entry.case_id for entry in entries if pause_end(entry, zone) <= now]
