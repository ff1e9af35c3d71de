"""What the journal of a case says of each of its orders: when its handling ended, and what happened on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from data.domain.guards import UNDO_WITHIN
from data.domain.journal import Entry
from data.domain.lifecycle import ORDER_OVER, WORKERS
from data.domain.orders import order_action
from data.domain.vocabulary import Action, OrderState, ReturnCode

READ = (
    Action.DISPATCH,
    Action.HANDLE,
    Action.UNIT_CONFIRM,
    Action.VERIFY,
    Action.REWORK,
    Action.APPROVE_EXTENSION,
    Action.APPEAL,
    Action.DECIDE_APPEAL,
)
"""The actions that say something here; the other entries of a journal need not be read."""
ENDING = (Action.UNIT_CONFIRM, Action.VERIFY)
"""What ends the handling of an order, whoever does it; 处置 does where the unit itself says so."""


@dataclass(frozen=True, slots=True)
class SentOrder:
    """An order as it is stored; `due_at` is what its own clock reads, None where it has none."""

    number: str
    unit_code: str
    is_main: bool
    state: OrderState
    due_at: datetime | None
    return_code: str | None = None
    sent_at: datetime | None = None
    recalled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order with what its case's journal adds.

    `done_at` is when its handling ended: the unit confirmed it, or 核查 did; a worker's report alone ends
    nothing, and a rework takes it back. Extensions, reworks and appeals are of the main order.
    """

    order: SentOrder
    done_at: datetime | None = None
    is_extended: bool = False
    is_reworked: bool = False
    is_exempt: bool = False
    is_suspended: bool = False

    @property
    def due_at(self) -> datetime:
        """The deadline of an order that has one."""
        assert self.order.due_at is not None  # whoever counts deadlines reads no others
        return self.order.due_at

    @property
    def is_anothers(self) -> bool:
        """Whether it was returned as another unit's."""
        return self.order.state is OrderState.RETURNED and self.order.return_code == ReturnCode.WRONG_UNIT

    @property
    def is_the_units(self) -> bool:
        """Whether the unit owes it: neither returned as another's nor withdrawn by the centre."""
        return self.order.state is not OrderState.RECALLED and not self.is_anothers

    @property
    def is_recalled(self) -> bool:
        """Whether the centre withdrew it after the thirty seconds in which a press is undone."""
        sent, recalled = self.order.sent_at, self.order.recalled_at
        return sent is not None and recalled is not None and recalled - sent > UNDO_WITHIN

    @property
    def is_recalled_overdue(self) -> bool:
        """Whether it was overdue already when the centre withdrew it."""
        return (
            self.is_recalled and self.order.recalled_at is not None and self.order.recalled_at > self.due_at
        )

    def is_late(self, now: datetime) -> bool:
        """Whether its handling ended after the deadline, or has not ended and the deadline has passed."""
        return (self.done_at or now) > self.due_at

    def is_overdue_open(self, now: datetime) -> bool:
        """Whether somebody still has it in hand after its deadline."""
        is_open = self.done_at is None and self.order.state not in ORDER_OVER
        return is_open and now > self.due_at


@dataclass(slots=True)
class _Dispatch:
    """The orders of one dispatch and what became of them."""

    orders: list[SentOrder]
    done: dict[str, datetime] = field(default_factory=dict)
    marks: set[Action] = field(default_factory=set)

    def take(self, entry: Entry) -> None:
        """Take in an entry between this dispatch and the next."""
        self.marks.add(entry.action)
        for order in self.orders:
            action = order_action(entry, order.number, order.is_main)
            if action is Action.REWORK:
                self.done.pop(order.number, None)
            elif action in ENDING or (action is Action.HANDLE and entry.actor_role not in WORKERS):
                self.done.setdefault(order.number, entry.happened_at)

    def facts(self, *, is_suspended: bool, is_exempt: bool) -> Iterable[OrderFacts]:
        """Return the facts of each order."""
        for order in self.orders:
            is_main = order.is_main
            yield OrderFacts(
                order=order,
                done_at=self.done.get(order.number),
                is_extended=is_main and Action.APPROVE_EXTENSION in self.marks,
                is_reworked=is_main and Action.REWORK in self.marks,
                is_exempt=is_main and is_exempt,
                is_suspended=is_suspended,
            )


def facts_of_orders(
    orders: Sequence[SentOrder], entries: Iterable[Entry], *, is_suspended: bool = False
) -> list[OrderFacts]:
    """Return the facts of all orders of a case, both oldest first; `is_suspended`: the case is so now.

    The n-th main order with its assisting ones is the n-th dispatch of the journal. An appeal is about the
    main order that the case had when it was made, wherever the case has gone until it is decided.
    """
    dispatches: list[_Dispatch] = []
    for order in orders:
        if order.is_main or not dispatches:
            dispatches.append(_Dispatch([]))
        dispatches[-1].orders.append(order)
    exempt = _take_all(dispatches, entries)
    return [
        facts
        for index, dispatch in enumerate(dispatches)
        for facts in dispatch.facts(
            is_suspended=is_suspended and index == len(dispatches) - 1, is_exempt=index in exempt
        )
    ]


def _take_all(dispatches: Sequence[_Dispatch], entries: Iterable[Entry]) -> set[int]:
    """Hand each entry to its dispatch; return the dispatches whose overdue an appeal took out of the statistic."""
    now, appealed, exempt = -1, -1, set[int]()
    for entry in entries:
        if entry.action is Action.DISPATCH:
            now += 1
        elif 0 <= now < len(dispatches):
            dispatches[now].take(entry)
        if entry.action is Action.APPEAL:
            appealed = now
        if entry.action is Action.DECIDE_APPEAL and entry.payload.get("exempt") is True:
            exempt.add(appealed)
    return exempt
