"""Taking a case one step along its main path: state, stage clock, main order and journal in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from data.domain.clock import Deadline, deadline, stricter
from data.domain.errors import NotFound
from data.domain.journal import Entry
from data.domain.lifecycle import next_state
from data.domain.people import Actor
from data.domain.vocabulary import Action, CaseState, OrderState
from data.store.journal import append
from data.store.tables import cases, journal, orders, visible_cases
from data.world import World

ORDER_STEPS = {
    Action.SIGN: (OrderState.SIGNED, "signed_at"),
    Action.ARRIVE: (OrderState.ON_SCENE, "arrived_at"),
    Action.HANDLE: (OrderState.HANDLED, "handled_at"),
    Action.RETURN: (OrderState.RETURNED, "returned_at"),
    Action.VERIFY: (OrderState.CONFIRMED, "confirmed_at"),
}


def advance_case(
    world: World, case_id: int, action: Action, actor: Actor, now: datetime, reason: str | None = None
) -> CaseState:
    """Carry out `action` on a case and return its new state.

    Raises `NotFound` for an unknown case and `Conflict` where the lifecycle has no such step.
    """
    with world.store.write() as transaction:
        connection = transaction.connection
        case = _locked(connection, case_id)
        state = next_state(CaseState(case["state"]), action)
        values = {"state": str(state), "is_open": state.is_open, "version": case["version"] + 1}
        values |= {"changed_by": actor.name} | _effects(world, case, action, now)
        connection.execute(update(cases).where(cases.c.id == case_id).values(values))
        _move_order(world, connection, case | values, action, now)
        _record(connection, case, state, action, actor, now, reason)
        transaction.changed("cases", now, case_id)
    return state


def _locked(connection: Connection, case_id: int) -> dict[str, Any]:
    visible = select(visible_cases.c.id).where(visible_cases.c.id == case_id)
    query = select(cases).where(cases.c.id == case_id, cases.c.id.in_(visible)).with_for_update()
    row: RowMapping | None = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(f"没有编号为 {case_id} 的案卷", field="id", value=case_id, cure="请核对案卷编号")
    return dict(row)


def _effects(world: World, case: dict[str, Any], action: Action, now: datetime) -> dict[str, Any]:
    """Return the columns that an action sets besides the state."""
    match action:
        case Action.ACCEPT:
            return {"due_at": now + world.town.stages.dispatch}
        case Action.DISPATCH:
            return _dispatched(world, case, now)
        case Action.HANDLE:
            return {"handled_at": now, "due_at": _closing_due(world, case, now)}
        case Action.RETURN:
            return {"returns": case["returns"] + 1}
        case Action.REWORK:
            return {"reworks": case["reworks"] + 1, "due_at": _case_due(case)}
        case Action.CLOSE:
            return {"closed_at": now, "due_at": _case_due(case)}
        case Action.REOPEN:
            return {
                "reopens": case["reopens"] + 1,
                "closed_at": None,
                "due_at": now + world.town.stages.dispatch,
            }
        case _:
            return {}


def _dispatched(world: World, case: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The case clock starts at the first dispatch and never restarts."""
    if case["dispatched_at"] is not None:
        return {"due_at": _case_due(case)}
    limit = _limit(world, case, now)
    return {
        "dispatched_at": now,
        "category_due_at": limit.at,
        "is_due_provisional": limit.is_provisional,
        "due_at": stricter(limit.at, case["external_due_at"]),
    }


def _limit(world: World, case: dict[str, Any], now: datetime) -> Deadline:
    """The category's limit, counted from `now`."""
    category = world.town.categories_by_code[case["category_code"]]
    return deadline(now, category.limit_amount, category.limit_clock, world.calendar)


def _closing_due(world: World, case: dict[str, Any], now: datetime) -> datetime:
    """The closing limit is handling and verifying together: a case handled late stays late until it is closed."""
    return min(now, _case_due(case) or now) + world.town.stages.verify


def _case_due(case: dict[str, Any]) -> datetime | None:
    return stricter(case["category_due_at"], case["external_due_at"])


def _move_order(
    world: World, connection: Connection, case: dict[str, Any], action: Action, now: datetime
) -> None:
    """Open a main order at dispatch, and move the newest one along at the steps that concern it."""
    if action is Action.DISPATCH:
        _open_order(world, connection, case, now)
    elif action in ORDER_STEPS:
        state, column = ORDER_STEPS[action]
        newest = (
            select(orders.c.id)
            .where(orders.c.case_id == case["id"], orders.c.is_main)
            .order_by(orders.c.id.desc())
            .limit(1)
        )
        connection.execute(
            update(orders)
            .where(orders.c.id == newest.scalar_subquery())
            .values({"state": str(state), column: now})
        )


def _open_order(world: World, connection: Connection, case: dict[str, Any], now: datetime) -> None:
    """Send the main order; its own clock starts now, whatever the clock of the case says."""
    connection.execute(
        insert(orders).values(
            case_id=case["id"],
            number=f"{case['number']}-{case['returns'] + case['reopens'] + 1}",
            is_main=True,
            unit_code=case["main_unit"] or "",
            state=str(OrderState.SENT),
            sent_at=now,
            due_at=stricter(_limit(world, case, now).at, case["external_due_at"]),
            is_demo=case["is_demo"],
        )
    )


def _record(
    connection: Connection,
    case: dict[str, Any],
    state: CaseState,
    action: Action,
    actor: Actor,
    now: datetime,
    reason: str | None,
) -> None:
    last = select(journal.c.sequence).where(journal.c.case_id == case["id"])
    sequence = connection.execute(last.order_by(journal.c.sequence.desc()).limit(1)).scalar_one()
    before = CaseState(case["state"])
    entry = Entry(case["id"], sequence + 1, now, now, actor.name, actor.role, action, before, state, reason)
    append(connection, [entry])
