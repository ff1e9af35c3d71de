"""Deadlines reckoned anew (重算时限) after the town's calendar or its limits have changed.

Open cases alone: what is over stays as it was judged. Each case that moves gets an entry in its journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from data.domain.errors import CloudError
from data.domain.journal import Entry, utc_text
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.domain.vocabulary import Action
from data.services.case_clocks import clock_columns, order_due
from data.services.case_orders import Order, live_orders, read_orders
from data.services.case_steps import StepWords, locked_case, write_steps
from data.store.journal import read_entries
from data.store.tables import visible_cases
from data.views.case_clock import clock_of
from data.world import World

REASON = "工作日历或时限表有变，重算时限"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """A case whose stored deadlines differ from what its clock reads; `is_order` where only an order's do."""

    case_id: int
    number: str
    before: datetime | None
    after: datetime | None
    is_provisional: bool
    is_order: bool


@dataclass(slots=True)
class Reclocking:
    """How many open cases were looked at, which moved or would move, and which could not be read, with why."""

    seen: int = 0
    moves: list[Move] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def reclock(world: World, actor: Actor, now: datetime, *, is_preview: bool) -> Reclocking:
    """Compare the stored deadlines of every open case with its clock, and unless previewing write those that differ.

    Each case is written in a transaction of its own and judged again under its lock; one that ended meanwhile is
    left alone. A case that cannot be judged stands in `refused`, the others go on. Raises `Forbidden`.
    """
    authorise(actor, Right.MANAGE_DATA)
    found = _compared(world, now)
    if is_preview:
        return found
    written = Reclocking(seen=found.seen, refused=found.refused)
    for move in found.moves:
        try:
            moved = _write(world, move.case_id, actor, now)
        except CloudError as error:
            written.refused.append((move.number, str(error)))
        else:
            written.moves.extend([moved] if moved else [])
    return written


def _compared(world: World, now: datetime) -> Reclocking:
    found = Reclocking()
    with world.store.read() as connection:
        for row in _open_cases(connection):
            found.seen += 1
            entries, held = read_entries(connection, row["id"]), read_orders(connection, row["id"])
            try:
                move = _move(world, row, entries, held, now)
            except CloudError as error:
                found.refused.append((row["number"], str(error)))
            else:
                found.moves.extend([move] if move else [])
    return found


def _open_cases(connection: Connection) -> list[Row]:
    query = select(visible_cases).where(visible_cases.c.is_open.is_(True)).order_by(visible_cases.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _move(world: World, row: Row, entries: Sequence[Entry], held: list[Order], now: datetime) -> Move | None:
    """Return what differs between what is stored and what the clocks read; None where nothing does."""
    if not entries:
        raise CloudError("没有流转记录", cure="请先用 verify-journal 核对")
    told = clock_columns(clock_of(world, row, entries, now))
    is_case = any(row[name] != value for name, value in told.items())
    is_order = any(o["due_at"] != order_due(world, row, entries, o["sent_at"]) for o in live_orders(held))
    if not is_case and not is_order:
        return None
    after, is_provisional = told["due_at"], told["is_due_provisional"]
    return Move(row["id"], row["number"], row["due_at"], after, is_provisional, is_order and not is_case)


def _write(world: World, case_id: int, actor: Actor, now: datetime) -> Move | None:
    """Write the move of a case. Whoever changed the case last still did: a load goes on owning what it brought."""
    with world.store.write() as transaction:
        case = locked_case(transaction.connection, case_id)
        move = _move(world, case.row, case.entries, case.orders, now) if case.row["is_open"] else None
        if move is None:
            return None
        payload = {"before": _text(move.before), "after": _text(move.after)}
        steps: list[StepWords] = [(Action.RECLOCK, REASON, payload)]
        kept = {"changed_by": case.row["changed_by"]}
        write_steps(world, transaction, case, steps, actor, now, columns=kept)
    return move


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else utc_text(instant)
