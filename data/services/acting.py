"""Acting on a case: every action of its life except the planned dispatch, one press in one transaction."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Connection, select

from data.domain.errors import InvalidInput, NotFound
from data.domain.fold import checked_happening
from data.domain.guards import Attempt
from data.domain.people import Actor
from data.domain.rights import Owned, Right, authorise
from data.domain.steps import find_step
from data.domain.vocabulary import Action, IntakeChannel, Role
from data.services.action_effects import apply_effect
from data.services.action_payloads import Asked, asked_of, payload_of, supervision_of
from data.services.actions import (
    FIELD_ACTIONS,
    TEXT_LIMIT,
    ActionReceipt,
    CaseAction,
    Details,
    checked_reason,
)
from data.services.case_orders import assists_open
from data.services.case_steps import LockedCase, StepWords, check_version, locked_case, write_steps
from data.services.requests import Request, claim, first_result, remember
from data.store.outbox import notices_wait
from data.store.tables import staff
from data.store.unit_of_work import Transaction
from data.views.case_clock import clock_of
from data.world import World

OPERATION = "act"
DISPATCHING = frozenset({Action.SEND_NOW, Action.UNDO, Action.RECALL})


def act(
    world: World, action: CaseAction, actor: Actor, now: datetime, request_key: str | None = None
) -> ActionReceipt:
    """Carry out an action; the same request key gives the first receipt.

    Raises `Forbidden`, `NotFound`, `Conflict` (the version seen is stale, or the lifecycle refuses the step),
    `InvalidInput` naming the field, and `KeyReused` for a request key with another body.
    """
    _refuse_dispatch(action)
    request = None if request_key is None else Request(actor.name, OPERATION, request_key, action.body())
    earlier = _earlier(world, request)
    if earlier is not None:
        return earlier
    with world.store.write() as transaction:
        known = claim(transaction.connection, request, now) if request else None
        if known is not None:
            return ActionReceipt(**{**known, "is_repeated": True})
        receipt = _act(world, transaction, action, actor, now)
        if request:
            remember(transaction.connection, request, asdict(receipt))
    return receipt


def _refuse_dispatch(action: CaseAction) -> None:
    """A dispatch goes by its plan, with orders and notices, and has a service of its own."""
    if action.action is Action.DISPATCH:
        cure = "请按派遣方案一键派遣"
        raise InvalidInput("派遣须按方案办理", field="action", value=str(action.action), cure=cure)


def owned_by(connection: Connection, case: LockedCase) -> Owned:
    """Return whose a case is: its units, and the people of its orders."""
    ids = [order["staff_id"] for order in case.orders if order["staff_id"] is not None]
    people = connection.execute(select(staff.c.staff_no).where(staff.c.id.in_(ids))).scalars() if ids else ()
    units = {case.row["main_unit"], *(order["unit_code"] for order in case.orders)} - {None}
    return Owned(frozenset(units), frozenset(people))


def _earlier(world: World, request: Request | None) -> ActionReceipt | None:
    if request is None:
        return None
    with world.store.read() as connection:
        known = first_result(connection, request)
    return None if known is None else ActionReceipt(**{**known, "is_repeated": True})


def _act(
    world: World, transaction: Transaction, action: CaseAction, actor: Actor, now: datetime
) -> ActionReceipt:
    connection = transaction.connection
    case, into_is_open = _locked(connection, action)
    right = Right.DISPATCH_CASE if action.action in DISPATCHING else Right.ACT_ON_CASE
    authorise(actor, right, owned_by(connection, case))
    check_version(world, connection, case, action.version)
    asked = asked_of(action, case, actor)
    happened = checked_happening(_claimed(action, actor), case.facts, now)
    attempt = replace(_attempt(world, connection, asked, happened, now), into_is_open=into_is_open)
    steps = [_judged_step(world, connection, asked, attempt, now)]
    write_steps(world, transaction, case, steps, actor, now, happened_at=happened, attempt=attempt)
    return _receipt(case, action.action)


def _locked(connection: Connection, action: CaseAction) -> tuple[LockedCase, bool]:
    """Lock the case, and for a merge the one that goes on; return it and whether the other is open.

    Of two cases the lower key is locked first, so that opposite merges wait for each other in one order.
    """
    into = Details(action.details).number("into_case_id") if action.action is Action.MERGE else None
    if into is not None and into < action.case_id:
        is_open = _is_open(connection, into)
        return locked_case(connection, action.case_id), is_open
    case = locked_case(connection, action.case_id)
    return case, into is not None and into != case.id and _is_open(connection, into)


def _claimed(action: CaseAction, actor: Actor) -> datetime | None:
    """Return when something is said to have happened: in the field alone; at a desk it happens as it is pressed.

    Else a claim could reach back before a deadline. The program itself resumes at the named date.
    """
    if action.happened_at is None or action.action in FIELD_ACTIONS or actor.role is Role.SYSTEM:
        return action.happened_at
    raise InvalidInput(
        f"“{action.action.label}”以登记时间为准，不能另报发生时间",
        field="happened_at",
        value=action.happened_at.isoformat(),
        cure="请去掉 happened_at；只有现场的签收、到场、处置、单位确认和退单可以补报时间",
    )


def _attempt(
    world: World, connection: Connection, asked: Asked, happened: datetime, now: datetime
) -> Attempt:
    """Gather what the guards judge: what was typed, and what is known of orders, clocks and other cases."""
    details, row = asked.details, asked.case.row
    clock = clock_of(world, row, asked.case.entries, happened)
    return Attempt(
        facts=asked.case.facts,
        now=now,
        reason=checked_reason(asked.action),
        has_return_code=asked.action.reason_code is not None,
        is_assisting=asked.assisting is not None,
        unit=details.text("unit"),
        until=details.instant("until"),
        reply_by=details.instant("reply_by"),
        supervision=supervision_of(asked),
        text=details.text("text", TEXT_LIMIT),
        rating=details.number("rating"),
        exempt=details.flag("exempt"),
        is_revisited=details.flag("revisited") is True,
        must_reply=IntakeChannel(row["intake_channel"]).must_be_answered,
        assists_open=assists_open(asked.case.orders),
        notices_wait=asked.action.action is Action.SEND_NOW and notices_wait(connection, asked.case.id, now),
        is_overdue=clock.is_overdue,
        was_overdue=clock.overdue_since is not None,
    )


def _is_open(connection: Connection, case_id: int) -> bool:
    """Whether a case goes on; it is locked, so that it still does when this transaction ends."""
    try:
        other = locked_case(connection, case_id)
    except NotFound:
        return False
    return other.facts.state is not None and other.facts.state.is_open


def _judged_step(
    world: World, connection: Connection, asked: Asked, attempt: Attempt, now: datetime
) -> StepWords:
    """Judge before anything is written elsewhere, then write it and return the step with its payload."""
    assert asked.case.facts.state is not None
    find_step(asked.case.facts.state, asked.action.action, asked.actor.role, attempt)
    payload = payload_of(asked)
    payload |= apply_effect(world, connection, asked, now)
    return asked.action.action, attempt.reason, payload


def _receipt(case: LockedCase, action: Action) -> ActionReceipt:
    due_at = case.row["due_at"]
    return ActionReceipt(
        case_id=case.id,
        number=case.row["number"],
        action=str(action),
        state=case.row["state"],
        version=case.row["version"],
        due_at=None if due_at is None else due_at.isoformat(),
        sequence=case.facts.sequence,
    )
