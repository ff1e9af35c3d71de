"""One press (一键决策): steps, orders, clock, plan and notices of a dispatch in a single transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from data.domain.journal import canonical_json, utc_text
from data.domain.people import Actor
from data.domain.plan import DispatchPlan, Responder
from data.domain.plan_rules import UNDO_FOR
from data.domain.rights import Right, authorise
from data.domain.vocabulary import Action, CaseState, ResponderKind
from data.services.case_clocks import order_due
from data.services.case_orders import add_order, next_number
from data.services.case_steps import LockedCase, StepWords, check_version, locked_case, write_steps
from data.services.dispatch_choice import DispatchCase, chosen_responders, hold_people
from data.services.notices import add_notices
from data.services.requests import Request, claim, first_result, remember
from data.store.measure_marks import mark_days
from data.store.unit_of_work import Transaction
from data.store.work_tables import dispatch_plans
from data.views.batch import EVERYBODY
from data.views.plan import plan_for
from data.world import World

OPERATION = "dispatch_case"
BEFORE_DISPATCH = {
    CaseState.REPORTED: (Action.ACCEPT, Action.FILE),
    CaseState.ACCEPTED: (Action.FILE,),
}
"""What one press does besides, so that a case may be dispatched from the list of new ones."""


@dataclass(frozen=True, slots=True)
class DispatchReceipt:
    """What a press wrote: the case's new state and version, its orders, and until when it can be undone.

    `is_waiting`: its notices wait for that.
    """

    case_id: int
    number: str
    state: str
    version: int
    orders: tuple[str, ...]
    due_at: str | None
    undo_until: str
    is_waiting: bool = False
    is_repeated: bool = False


def dispatch_case(
    world: World, command: DispatchCase, actor: Actor, now: datetime, request_key: str | None = None
) -> DispatchReceipt:
    """Send what the plan proposes, or what the operator made of it; the same request key gives the first receipt.

    Raises `Forbidden`, `NotFound`, `InvalidInput` naming the field, `KeyReused`, and `Conflict`: the version
    seen is stale (somebody was quicker: who, what and when), the state has no such step, or a person of the
    list cannot be sent any more.
    """
    authorise(actor, Right.DISPATCH_CASE)
    request = None if request_key is None else Request(actor.name, OPERATION, request_key, command.body())
    earlier = _earlier(world, request)
    if earlier is not None:
        return earlier
    plan = plan_for(world, command.case_id, now, EVERYBODY)
    with world.store.write() as transaction:
        known = claim(transaction.connection, request, now) if request else None
        if known is not None:
            return receipt_again(known)
        receipt = _press(world, transaction, command, plan, actor, now)
        if request:
            remember(transaction.connection, request, asdict(receipt))
    return receipt


def _earlier(world: World, request: Request | None) -> DispatchReceipt | None:
    if request is None:
        return None
    with world.store.read() as connection:
        known = first_result(connection, request)
    return None if known is None else receipt_again(known)


def receipt_again(known: Mapping[str, Any]) -> DispatchReceipt:
    """Return the receipt that was kept as plain values, marked as a repeat."""
    return DispatchReceipt(**{**known, "orders": tuple(known["orders"]), "is_repeated": True})


def _press(
    world: World,
    transaction: Transaction,
    command: DispatchCase,
    plan: DispatchPlan,
    actor: Actor,
    now: datetime,
) -> DispatchReceipt:
    """Write the whole dispatch. A case that moved between the plan and the lock is refused like any lost race."""
    connection = transaction.connection
    case = locked_case(connection, command.case_id)
    for seen in (command.version, plan.version):
        check_version(world, connection, case, seen)
    sent = chosen_responders(world.town, plan, command)
    hold_people(connection, sent, now)
    numbers = _numbers(next_number(case.row["number"], case.orders), len(sent))
    content = canonical_json(_content(plan, sent, command))
    digest = hashlib.sha256(content.encode()).hexdigest()
    joint = any(r.kind is ResponderKind.POLICE_LINK for r in sent)
    is_sent_now = command.send_now and not plan.is_at_once
    steps = _steps(case, sent[0], numbers, plan, digest, is_sent_now)
    write_steps(world, transaction, case, steps, actor, now, columns={"is_joint": joint})
    values = {"case_id": case.id, "made_at": plan.made_at, "made_by": actor.name}
    connection.execute(insert(dispatch_plans).values(values | {"content": content, "hash": digest}))
    _send(world, transaction, case, sent, numbers)
    at_once = command.send_now or plan.is_at_once
    add_notices(connection, case.row, numbers, plan.channels, now, now if at_once else now + UNDO_FOR)
    return _receipt(case, numbers, now if is_sent_now else now + UNDO_FOR, is_waiting=not at_once)


def actions_of_press(state: CaseState | None) -> tuple[Action, ...]:
    """Return what one press does in a state: whatever is left before the dispatch, and the dispatch."""
    return (*(BEFORE_DISPATCH.get(state, ()) if state else ()), Action.DISPATCH)


def _steps(
    case: LockedCase,
    main: Responder,
    numbers: Sequence[str],
    plan: DispatchPlan,
    digest: str,
    is_sent_now: bool,
) -> list[StepWords]:
    """The steps of the press: whatever is left before the dispatch, and the dispatch with its payload.

    Who sends at once what could wait gives the undo up, here as by a later 立即发送.
    """
    *before, dispatch = actions_of_press(case.facts.state)
    payload = {
        "unit": main.unit_code,
        "orders": list(numbers),
        "plan": digest,
        "limit": [plan.limit.amount, str(plan.limit.kind)],
    } | ({"send_now": True} if is_sent_now else {})
    return [*((action, None, {}) for action in before), (dispatch, None, payload)]


def _numbers(main: str, count: int) -> list[str]:
    """The main order's number, and A1, A2 … after it for the assisting ones."""
    return [main, *(f"{main}A{helper}" for helper in range(1, count))]


def _send(
    world: World,
    transaction: Transaction,
    case: LockedCase,
    sent: Sequence[Responder],
    numbers: Sequence[str],
) -> None:
    """Write the orders; each one's own clock starts now, whatever the clock of the case says."""
    sent_at = case.entries[-1].happened_at
    due_at = order_due(world, case.row, case.entries, sent_at)
    for responder, number in zip(sent, numbers, strict=True):
        values = {
            "case_id": case.id,
            "number": number,
            "is_main": responder.is_main,
            "unit_code": responder.unit_code,
            "staff_id": responder.staff_id,
            "sent_at": sent_at,
            "due_at": due_at,
            "is_demo": case.row["is_demo"],
            "kind": str(responder.kind),
            "facts": canonical_json(_facts(responder)),
        }
        add_order(transaction.connection, case.orders, values)
    mark_days(transaction.connection, case.days(world), sent_at)


def _content(plan: DispatchPlan, sent: Sequence[Responder], command: DispatchCase) -> dict[str, Any]:
    """What was proposed, what was sent, and what both rested on; people stand there by number, not by name."""
    return {
        "case": plan.number,
        "version": plan.version,
        "made_at": utc_text(plan.made_at),
        "main_unit": plan.main_unit,
        "proposed": [_facts(responder) for responder in plan.proposed],
        "sent": [_facts(responder) for responder in sent],
        "shortfalls": [[gap.wanted, str(gap.reason)] for gap in plan.shortfalls],
        "card": plan.card and {"key": plan.card.key, "missing": list(plan.card.missing)},
        "limit": [plan.limit.amount, str(plan.limit.kind)],
        "due_at": utc_text(plan.due_at),
        "external_due_at": plan.external_due_at and utc_text(plan.external_due_at),
        "edge": plan.edge_note,
        "location_grade": str(plan.location_grade),
        "channels": [str(channel) for channel in plan.channels],
        "is_at_once": command.send_now or plan.is_at_once,
        "queues": {unit: list(change) for unit, change in plan.queue_after.items()},
    }


def _facts(responder: Responder) -> dict[str, Any]:
    """Why this responder, without a name: points and reasons, the load and the distance then."""
    return {
        "key": responder.key,
        "points": responder.points,
        "reasons": [[reason.words, reason.points] for reason in responder.reasons],
        "is_proposed": responder.is_proposed,
        "load": responder.load,
        "distance_m": None if responder.distance_m is None else round(responder.distance_m),
    }


def _receipt(
    case: LockedCase, numbers: Sequence[str], undo_until: datetime, *, is_waiting: bool
) -> DispatchReceipt:
    due_at = case.row["due_at"]
    return DispatchReceipt(
        case_id=case.id,
        number=case.row["number"],
        state=case.row["state"],
        version=case.row["version"],
        orders=tuple(numbers),
        due_at=None if due_at is None else due_at.isoformat(),
        undo_until=undo_until.isoformat(),
        is_waiting=is_waiting,
    )
