"""One case lived through the services, and what its clock reads from the journal beside what its row keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from data.domain.case_clock import ClockReading, order_clock, read_clock
from data.domain.journal import Entry
from data.domain.people import Actor
from data.domain.vocabulary import Action, CaseState, IntakeChannel, Role
from data.services.acting import act
from data.services.actions import ActionReceipt, CaseAction
from data.services.case_orders import live_orders
from data.services.dispatch import DispatchReceipt
from data.services.report import ReportCase, report_case
from data.store.journal import read_entries
from data.store.tables import cases, orders
from data.world import World
from tests.data.domain.clock_oracle import local
from tests.worlds import send_to_main_unit

INTAKE = Actor("wang", Role.INTAKE)
DISPATCHER = Actor("zhang", Role.DISPATCHER)
LEAD = Actor("li", Role.SHIFT_LEAD)
UNIT = Actor("unit", Role.UNIT_HANDLER, unit_code="enforcement")
VERIFIER = Actor("chen", Role.VERIFIER)
LEADER = Actor("zhou", Role.LEADER)
STREET = "0103"
"""占道经营: two working hours, enforcement."""


@dataclass(slots=True)
class Life:
    """A case by its key; times are written as local, e.g. "11-23 09:00"."""

    world: World
    case_id: int

    @classmethod
    def begin(cls, world: World, at: str = "11-23 08:50", **told: Any) -> Life:
        """Report a case of two working hours, by patrol unless told otherwise."""
        values = {"intake_channel": IntakeChannel.PATROL, "lon": 120.63, "lat": 31.77} | told
        receipt = report_case(world, ReportCase("占道经营", STREET, **values), INTAKE, local(at))
        return cls(world, receipt.id)

    def sent(self, at: str = "11-23 09:00") -> Life:
        """Accept, file and dispatch it at one instant."""
        for action in (Action.ACCEPT, Action.FILE, Action.DISPATCH):
            self.do(action, DISPATCHER, at)
        return self

    def do(
        self,
        action: Action,
        actor: Actor,
        at: str,
        *,
        reason: str | None = "试",
        code: str | None = None,
        version: int | None = None,
        happened: str | None = None,
        key: str | None = None,
        **details: Any,
    ) -> ActionReceipt | DispatchReceipt:
        """Carry an action out; details are those of the action. A dispatch sends to the main unit alone."""
        if action is Action.DISPATCH:
            return send_to_main_unit(self.world, self.case_id, actor, local(at), version)
        claimed = None if happened is None else local(happened)
        command = CaseAction(self.case_id, action, version, reason, code, claimed, details)
        return act(self.world, command, actor, local(at), key)

    def walk(self, at: str, *actions: Action) -> Life:
        """Carry actions out in the name of the desk, all at one instant."""
        for action in actions:
            self.do(action, DISPATCHER, at)
        return self

    @property
    def row(self) -> dict[str, Any]:
        """The row of the case."""
        with self.world.store.read() as connection:
            query = select(cases).where(cases.c.id == self.case_id)
            return dict(connection.execute(query).mappings().one())

    @property
    def state(self) -> CaseState:
        """The state that is stored."""
        return CaseState(self.row["state"])

    @property
    def due(self) -> datetime | None:
        """The stored deadline."""
        found = self.row["due_at"]
        assert found is None or isinstance(found, datetime)
        return found

    @property
    def orders(self) -> list[dict[str, Any]]:
        """The orders of the case, oldest first."""
        with self.world.store.read() as connection:
            query = select(orders).where(orders.c.case_id == self.case_id).order_by(orders.c.id)
            return [dict(row) for row in connection.execute(query).mappings()]

    @property
    def entries(self) -> list[Entry]:
        """The journal of the case."""
        with self.world.store.read() as connection:
            return read_entries(connection, self.case_id)

    def reading(self, at: str) -> ClockReading:
        """What the clock reads from the journal at an instant."""
        row, town = self.row, self.world.town
        limit = town.known_category(row["category_code"]).limit
        external = row["external_due_at"]
        return read_clock(self.entries, limit, town.stages, self.world.calendar, external, local(at))

    def agrees(self, at: str = "11-23 12:00") -> bool:
        """Whether the row and the orders that are not over keep what the clocks read."""
        row, found, live = self.row, self.reading(at), live_orders(self.orders)
        told = (found.due_at, found.category_due_at, found.is_provisional)
        kept = tuple(row[name] for name in ("due_at", "category_due_at", "is_due_provisional"))
        return told == kept and all(order["due_at"] == self._order_due(order, at) for order in live)

    def _order_due(self, order: dict[str, Any], at: str) -> datetime:
        row = self.row
        limit = self.world.town.known_category(row["category_code"]).limit
        sent, external = order["sent_at"], row["external_due_at"]
        return order_clock(self.entries, sent, limit, self.world.calendar, external, local(at)).due_at
