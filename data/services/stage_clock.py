"""The columns of a case that follow from its journal: state, counts and deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from data.domain.clock import Deadline, deadline, stricter
from data.domain.fold import CaseFacts
from data.domain.journal import Entry
from data.domain.vocabulary import Action
from data.world import World


def stage_columns(
    world: World, row: dict[str, Any], facts: CaseFacts, entries: Sequence[Entry], now: datetime
) -> dict[str, Any]:
    """Return what the newest entry changes in the case's row; `facts` have taken it up already."""
    assert facts.state is not None
    return {
        "state": str(facts.state),
        "is_open": facts.state.is_open,
        "handled_at": facts.handled_at or row["handled_at"],
        "closed_at": facts.closed_at,
        "returns": facts.returns,
        "reworks": facts.reworks,
        "reopens": facts.reopens,
        "main_unit": facts.unit or row["main_unit"],
    } | _deadlines(world, row, entries[-1])


def _deadlines(world: World, row: dict[str, Any], entry: Entry) -> dict[str, Any]:
    at = entry.happened_at
    match entry.action:
        case Action.ACCEPT | Action.REOPEN:
            return {"due_at": at + world.town.stages.dispatch}
        case Action.DISPATCH:
            return _dispatched(world, row, at)
        case Action.HANDLE | Action.UNIT_CONFIRM if entry.from_state is not entry.to_state:
            return {"due_at": min(at, handling_due(row) or at) + world.town.stages.verify}
        case Action.REWORK | Action.CLOSE:
            return {"due_at": handling_due(row)}
        case _:
            return {}


def _dispatched(world: World, row: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The case clock starts at the first dispatch and never restarts."""
    if row["dispatched_at"] is not None:
        return {"due_at": handling_due(row)}
    limit = category_limit(world, row["category_code"], at)
    return {
        "dispatched_at": at,
        "category_due_at": limit.at,
        "is_due_provisional": limit.is_provisional,
        "due_at": stricter(limit.at, row["external_due_at"]),
    }


def category_limit(world: World, category_code: str, start: datetime) -> Deadline:
    """Return the category's limit, counted from `start`."""
    category = world.town.categories_by_code[category_code]
    return deadline(start, category.limit_amount, category.limit_clock, world.calendar)


def order_due(world: World, row: dict[str, Any], sent_at: datetime) -> datetime | None:
    """Return until when an order that is sent at an instant must be handled: its own clock starts then."""
    return stricter(category_limit(world, row["category_code"], sent_at).at, row["external_due_at"])


def handling_due(row: dict[str, Any]) -> datetime | None:
    """Return until when the case must be handled: the stricter of the category's and the external deadline."""
    return stricter(row["category_due_at"], row["external_due_at"])
