"""One case as the desk shows it: facts, clock, likely duplicates, plan or orders, journal, and what is to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from data.domain.case_clock import ClockReading
from data.domain.clock import Limit
from data.domain.drawer import Drawer, Facts, Likely, OrderLine
from data.domain.errors import CloudError, NotFound
from data.domain.fold import fold
from data.domain.guards import UNDO_WITHIN, Attempt, Guard, holds
from data.domain.journal import GENESIS, Entry, entry_hash
from data.domain.lifecycle import ORDER_DONE
from data.domain.offers import Offer, due_step, offer, order_actions, possible, waits_for
from data.domain.people import Actor
from data.domain.plan_values import DispatchPlan
from data.domain.rights import Right, authorise, may
from data.domain.vocabulary import (
    Action,
    CaseState,
    IntakeChannel,
    OrderState,
    ResponderKind,
    ReturnCode,
    Severity,
)
from data.store.account_tables import users
from data.store.journal import entry_of
from data.store.outbox import notices_wait
from data.store.tables import journal, orders, persons, staff, visible_cases
from data.store.types import BIGGEST_ID
from data.views.case_clock import clock_of
from data.views.desk_facts import facts_of
from data.views.desk_journal import Names, journal_lines, pending_words
from data.views.duplicates import duplicates_of
from data.views.photos import list_photos
from data.views.plan import plan_for
from data.views.repeated_places import repeated_place_of
from data.world import World

PLANNED = frozenset({CaseState.REPORTED, CaseState.ACCEPTED, CaseState.FILED, CaseState.RETURNED})
"""States in which a dispatch may come next, so that its plan is shown."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Case:
    """A case as it was read, and who looks at it when."""

    row: Row
    entries: list[Entry]
    broken_at: int | None
    sent: list[Row]
    is_notice_waiting: bool
    names: Names
    facts: Facts
    actor: Actor
    now: datetime

    @property
    def state(self) -> CaseState:
        return CaseState(self.row["state"])


def read_drawer(world: World, case_id: int, actor: Actor, now: datetime) -> Drawer:
    """Return a case for a seat; raise `NotFound` for an unknown one and `Forbidden` for who has no desk."""
    authorise(actor, Right.SEE_DESK)
    with world.store.read() as connection:
        row = _row(connection, case_id)
        entries, broken_at = _entries(connection, case_id)
        sent = _orders(connection, case_id)
        is_notice_waiting = notices_wait(connection, case_id, now)
        names = _names(world, connection, entries)
        facts = facts_of(world, connection, row, actor)
    return _drawer(world, _Case(row, entries, broken_at, sent, is_notice_waiting, names, facts, actor, now))


def _drawer(world: World, case: _Case) -> Drawer:
    row, (clock, limit) = case.row, _clock(world, case)
    attempt = _attempt(case, clock)
    plan, no_plan = _plan(world, case)
    primary, menu = _steps(case, attempt, has_plan=plan is not None)
    return Drawer(
        case_id=row["id"],
        number=row["number"],
        title=row["title"],
        version=row["version"],
        state=case.state,
        severity=Severity(row["severity"]),
        facts=case.facts,
        clock=clock,
        limit=limit,
        repeats=_repeats(world, row["id"]),
        likely=_likely(world, case, any(one.action is Action.MERGE for one in menu)),
        may_add_photo=may(case.actor, Right.ADD_PHOTO),
        photos=tuple(list_photos(world, row["id"], case.actor)),
        plan=plan,
        no_plan=no_plan,
        orders=tuple(_order_line(order, case) for order in case.sent),
        journal=tuple(journal_lines(case.entries, case.names)),
        broken_at=case.broken_at,
        primary=primary,
        menu=menu,
        units=tuple(case.names.units.items()),
        **_undo(attempt, case),
        **_waiting(attempt, case),
    )


def _clock(world: World, case: _Case) -> tuple[ClockReading, Limit]:
    """Read the case's clock, with the names of those who approved its pauses; the second is its category's limit."""
    read = clock_of(world, case.row, case.entries, case.now)
    pauses = (replace(p, approver=p.approver and case.names.person(p.approver)) for p in read.pauses)
    return replace(read, pauses=tuple(pauses)), world.town.known_category(case.row["category_code"]).limit


def _steps(case: _Case, attempt: Attempt, *, has_plan: bool) -> tuple[Offer | None, tuple[Offer, ...]]:
    """Return the step that is due, and the others that are possible; without a plan nothing is dispatched."""
    found = possible(case.state, case.actor.role, attempt) - (set() if has_plan else {Action.DISPATCH})
    due = due_step(case.state, found, attempt.facts.is_work_done)
    others = [offer(action) for action in Action if action in found and action is not due]
    if attempt.facts.is_replied:
        others.sort(key=lambda one: one.action is Action.REPLY)  # a second reply is the rare wish
    return (None if due is None else offer(due)), tuple(others)


def _row(connection: Connection, case_id: int) -> Row:
    query = select(visible_cases).where(visible_cases.c.id == case_id)
    row = connection.execute(query).mappings().first() if 0 < case_id <= BIGGEST_ID else None
    if row is None:
        raise NotFound(
            f"没有编号为 {case_id} 的案卷", field="id", value=case_id, cure="请核对编号，或从队列中选择"
        )
    return dict(row)


def _entries(connection: Connection, case_id: int) -> tuple[list[Entry], int | None]:
    """Return the journal, oldest first, and the sequence of the first entry whose hash does not fit."""
    query = select(journal).where(journal.c.case_id == case_id).order_by(journal.c.sequence)
    entries, previous, broken_at = [], GENESIS, None
    for row in connection.execute(query):
        entry = entry_of(row)
        fits = row.previous_hash == previous and row.hash == entry_hash(entry, previous)
        broken_at = broken_at if fits or broken_at else entry.sequence
        previous = row.hash
        entries.append(entry)
    return entries, broken_at


def _orders(connection: Connection, case_id: int) -> list[Row]:
    """Return the orders of a case, oldest first, each with the name of its person if it has one."""
    query = (
        select(orders, persons.c.name.label("person"))
        .outerjoin(staff, staff.c.id == orders.c.staff_id)
        .outerjoin(persons, persons.c.person_hash == staff.c.person_hash)
        .where(orders.c.case_id == case_id)
        .order_by(orders.c.id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _names(world: World, connection: Connection, entries: list[Entry]) -> Names:
    """Gather the names that a journal and its orders need: who acted, other cases, and every unit of the town."""
    actors = {str(who) for entry in entries for who in (entry.actor, entry.payload.get("approver")) if who}
    accounts = select(users.c.name, users.c.display_name).where(users.c.name.in_(actors))
    members = (
        select(staff.c.staff_no, persons.c.name)
        .join(persons, persons.c.person_hash == staff.c.person_hash)
        .where(staff.c.staff_no.in_(actors))
    )
    people = {key: name for query in (members, accounts) for key, name in connection.execute(query)}
    into = {entry.payload["into"] for entry in entries if entry.payload.get("into")}
    numbered = select(visible_cases.c.id, visible_cases.c.number).where(visible_cases.c.id.in_(into))
    numbers = {row.id: row.number for row in connection.execute(numbered)} if into else {}
    return Names(people, world.town.unit_names, numbers, world.town.profile.zone)


def _attempt(case: _Case, clock: ClockReading) -> Attempt:
    """Gather what the guards ask besides what somebody types."""
    waiting = [o for o in case.sent if not o["is_main"] and OrderState(o["state"]) not in ORDER_DONE]
    return Attempt(
        facts=fold(case.entries),
        now=case.now,
        must_reply=IntakeChannel(case.row["intake_channel"]).must_be_answered,
        assists_open=len(waiting),
        is_overdue=clock.is_overdue,
        was_overdue=clock.overdue_since is not None,
    )


def _plan(world: World, case: _Case) -> tuple[DispatchPlan | None, str | None]:
    """Return the plan of a case that waits for its dispatch, or the sentence why there is none."""
    if case.state not in PLANNED or not may(case.actor, Right.SEE_PLAN):
        return None, None
    try:
        return plan_for(world, case.row["id"], case.now), None
    except CloudError as error:
        return None, str(error)


def _likely(world: World, case: _Case, can_merge: bool) -> tuple[Likely, ...]:
    found = duplicates_of(world, case.row["id"]) if case.row["is_open"] else ()
    return tuple(
        Likely(
            case_id=one.id,
            number=one.number,
            title=one.title,
            reported_at=datetime.fromisoformat(str(one.reported_at)),
            words=" · ".join(one.reasons),
            merge=_merge_into(one.number) if can_merge and one.is_open else None,
        )
        for one in found
    )


def _repeats(world: World, case_id: int) -> int:
    """Return how many cases of the last thirty days lie at this place, 0 where it does not come back."""
    place = repeated_place_of(world, case_id)
    return 0 if place is None else place.count


def _merge_into(number: str) -> Offer:
    merge = offer(Action.MERGE, {"into_number": number})
    return Offer(merge.action, merge.words, (), merge.details)


def _order_line(order: Row, case: _Case) -> OrderLine:
    """Return an order; the main one is moved by the case's own buttons."""
    state = OrderState(order["state"])
    reports = () if order["is_main"] else order_actions(case.state, state, case.actor.role)
    return OrderLine(
        number=order["number"],
        unit=order["person"] or case.names.unit(order["unit_code"]),
        kind=ResponderKind(order["kind"]) if order["kind"] else ResponderKind.UNIT,
        state=state,
        is_main=order["is_main"],
        sent_at=order["sent_at"],
        due_at=order["due_at"],
        returned=ReturnCode(order["return_code"]).label if order["return_code"] else None,
        offers=tuple(offer(action, {"order_id": order["id"]}) for action in reports),
    )


def _waiting(attempt: Attempt, case: _Case) -> Row:
    """Return whom the case waits for, what waits for a decision, and whether its sender waits for an answer."""
    is_owed = attempt.must_reply and not attempt.facts.is_replied and not case.row["is_open"]
    return {
        "waits_for": waits_for(case.state),
        "pending": pending_words(case.entries, attempt.facts),
        "owes_reply": is_owed,
    }


def _undo(attempt: Attempt, case: _Case) -> Row:
    """Return until when this actor can undo the last dispatch, None where he cannot, and whether notices wait for it."""
    sent = attempt.facts.dispatch_recorded_at
    is_open = case.state is CaseState.DISPATCHED and holds(Guard.WITHIN_UNDO, attempt)
    is_his = sent is not None and is_open and may(case.actor, Right.DISPATCH_CASE)
    until = sent + UNDO_WITHIN if sent and is_his else None
    return {"undo_until": until, "may_send_now": is_his and case.is_notice_waiting}
