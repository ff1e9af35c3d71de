"""The primitives of every act on a case: lock it, check the version that was seen, write the steps of one press.

One press may be several steps (accept, file, dispatch); it raises the version once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from data.domain.errors import Conflict, NotFound
from data.domain.fold import CaseFacts, checked_happening, fold, grow
from data.domain.guards import Attempt
from data.domain.journal import Entry
from data.domain.people import PROGRAMS, Actor
from data.domain.steps import find_step
from data.domain.vocabulary import Action, CaseState
from data.services.case_clocks import clock_columns, order_due
from data.services.case_orders import follow_step, live_orders, read_orders, set_due
from data.services.review_repairs import follow_case
from data.store.account_tables import users
from data.store.journal import append, read_entries
from data.store.measure_marks import days_of, mark_days
from data.store.tables import cases, visible_cases
from data.store.types import BIGGEST_ID
from data.store.unit_of_work import Transaction
from data.views.case_clock import clock_of
from data.world import World

StepWords = tuple[Action, str | None, Mapping[str, object]]
"""An action, its reason, and what the journal keeps of it."""


@dataclass(slots=True)
class LockedCase:
    """A case that nobody else can change before this transaction ends; `write_steps` keeps it up to date."""

    row: dict[str, Any]
    entries: list[Entry]
    facts: CaseFacts
    orders: list[dict[str, Any]]

    @property
    def id(self) -> int:
        """The key of the case."""
        return int(self.row["id"])

    def days(self, world: World) -> set[date]:
        """The town's days on which the case and its orders may count."""
        return days_of([self.row, *self.orders], world.town.profile.zone)

    @property
    def main_order(self) -> dict[str, Any] | None:
        """The newest main order, whatever its state."""
        return next((order for order in reversed(self.orders) if order["is_main"]), None)


def locked_case(connection: Connection, case_id: int) -> LockedCase:
    """Lock a visible case with its orders and its journal; raise `NotFound` for an unknown one."""
    return _read_case(connection, case_id, is_locked=True)


def seen_case(connection: Connection, case_id: int) -> LockedCase:
    """Read a case as `locked_case` does, without the lock: to say what a step would be answered now."""
    return _read_case(connection, case_id, is_locked=False)


def _read_case(connection: Connection, case_id: int, *, is_locked: bool) -> LockedCase:
    row = _row(connection, case_id, is_locked=is_locked)
    if row is None:
        raise NotFound(f"没有编号为 {case_id} 的案卷", field="id", value=case_id, cure="请核对案卷编号")
    held = read_orders(connection, case_id)
    entries = read_entries(connection, case_id)
    facts = fold(entries)
    if not entries:
        facts.state = CaseState(row["state"])
    return LockedCase(dict(row), entries, facts, held)


def _row(connection: Connection, case_id: int, *, is_locked: bool) -> RowMapping | None:
    """PostgreSQL cannot lock through the view: the case is locked, then looked for in it."""
    if not 0 < case_id <= BIGGEST_ID:
        return None
    visible = select(visible_cases.c.id).where(visible_cases.c.id == case_id)
    query = select(cases).where(cases.c.id == case_id, cases.c.id.in_(visible))
    query = query.with_for_update() if is_locked else query
    return connection.execute(query).mappings().one_or_none()


def check_version(world: World, connection: Connection, case: LockedCase, seen: int | None) -> None:
    """Refuse an act on a version that is not the newest, naming who did what when; None sees everything."""
    newest = case.row["version"]
    if seen is None or seen == newest:
        return
    details: dict[str, object] = {"version": newest}
    told = "案卷已有新的变化"
    if case.entries:
        last = case.entries[-1]
        told = _told(world, connection, last)
        at = last.recorded_at.isoformat()
        details |= {"by": last.actor, "action": str(last.action), "at": at}
    raise Conflict(
        told,
        code="stale_version",
        field="version",
        value=seen,
        cure="请刷新后查看案卷，再决定是否继续",
        details=details,
    )


def _told(world: World, connection: Connection, last: Entry) -> str:
    local = last.recorded_at.astimezone(world.town.profile.zone)
    return f"已由 {_known_as(connection, last.actor)} 于 {local:%H:%M} {last.action.label}"


def _known_as(connection: Connection, actor: str) -> str:
    """Return the name under which colleagues know who acted, the journal's own where there is no other."""
    query = select(users.c.display_name).where(users.c.name == actor)
    return connection.execute(query).scalar() or PROGRAMS.get(actor, actor)


def write_steps(
    world: World,
    transaction: Transaction,
    case: LockedCase,
    steps: Sequence[StepWords],
    actor: Actor,
    now: datetime,
    *,
    happened_at: datetime | None = None,
    attempt: Attempt | None = None,
    columns: Mapping[str, Any] | None = None,
) -> CaseState:
    """Write the steps of one press and return the case's new state.

    Journal, state, clock columns, the orders that follow, the version (raised once) and the change record.
    `attempt` says what the guards are to judge; `columns` are further columns of the case that the press sets.
    Refuses a step that the lifecycle lacks, and a `happened_at` that cannot be.
    """
    asked = replace(attempt or Attempt(), facts=case.facts, now=now)
    before = case.days(world)
    case.row.update({"changed_by": actor.name} | dict(columns or {}))
    happened = checked_happening(happened_at, case.facts, now)
    connection, written = transaction.connection, []
    for action, reason, payload in steps:
        entry = _next_entry(case, action, reason, payload, actor, now, happened, asked)
        grow(case.facts, entry)
        case.entries.append(entry)
        written.append(entry)
        follow_step(connection, case.orders, entry)
    case.row.update(_fact_columns(case))
    _set_clocks(world, connection, case, now)
    case.row["version"] += 1
    connection.execute(update(cases).where(cases.c.id == case.id).values(case.row))
    append(connection, written)
    _tell(world, transaction, case, before, now)
    return CaseState(case.row["state"])


def _tell(world: World, transaction: Transaction, case: LockedCase, before: set[date], now: datetime) -> None:
    """Tell the screens, and that the days on which the case counted or counts must be counted anew."""
    mark_days(transaction.connection, before | case.days(world), now)
    follow_case(transaction.connection, case.row, world.town.profile.zone, now)
    transaction.changed("cases", now, case.id)


def _fact_columns(case: LockedCase) -> dict[str, Any]:
    """The columns that follow from the facts, its deadlines aside."""
    facts, row = case.facts, case.row
    assert facts.state is not None
    return {
        "state": str(facts.state),
        "is_open": facts.state.is_open,
        "dispatched_at": facts.first_dispatched_at,
        "handled_at": facts.handled_at or row["handled_at"],
        "closed_at": facts.closed_at,
        "returns": facts.returns,
        "reworks": facts.reworks,
        "reopens": facts.reopens,
        "main_unit": facts.unit or row["main_unit"],
    }


def _set_clocks(world: World, connection: Connection, case: LockedCase, now: datetime) -> None:
    """Set what the clocks say: in the held row of the case, and in its live orders, which are written."""
    case.row.update(clock_columns(clock_of(world, case.row, case.entries, now)))
    for order in live_orders(case.orders):
        set_due(connection, order, order_due(world, case.row, case.entries, order["sent_at"]))


def _next_entry(
    case: LockedCase,
    action: Action,
    reason: str | None,
    payload: Mapping[str, object],
    actor: Actor,
    now: datetime,
    happened: datetime,
    asked: Attempt,
) -> Entry:
    before = case.facts.state
    after = find_step(before, action, actor.role, replace(asked, reason=reason or asked.reason))
    sequence = case.facts.sequence + 1
    return Entry(
        case.id, sequence, now, happened, actor.name, actor.role, action, before, after, reason, payload
    )
