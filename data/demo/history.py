"""The journal of one demo case: the drawn steps in order, each by who takes it, as the lifecycle allows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from data.demo.actors import Actors
from data.demo.working import MINUTE, SECOND, instant
from data.domain.fold import CaseFacts
from data.domain.guards import Attempt
from data.domain.journal import Entry
from data.domain.steps import find_step
from data.domain.vocabulary import Action, CaseState, Role

FIELD_ACTIONS = frozenset({Action.SIGN, Action.ARRIVE, Action.HANDLE})
DUTY_TO_REPLY = ("hotline", "superior")
ENDS = frozenset({Action.CLOSE, Action.DECLINE})
REPLY_AFTER, REPLY_WITHIN = 10 * MINUTE, 100 * MINUTE
"""Whoever sent a case is answered soon after its end, and before anybody rates it."""

DONE_SHARE = 0.75
"""When on the way from the step before to the unit's confirmation a grid member reports the work done."""

IN_ORDER = Attempt(
    facts=CaseFacts(is_replied=True, is_work_done=True),
    reason="演示",
    has_return_code=True,
    text="演示",
    rating=5,
    is_revisited=True,
)
"""A generated history meets every guard of its steps; a test replays it without this."""

Drawn = Iterable[tuple[Action, int, int]]
"""Actions with their instant and how long before that a field step happened, both in microseconds."""


class History:
    """Writes the entries of one case up to a reference instant."""

    __slots__ = (
        "_actors",
        "_case_id",
        "_chance",
        "_channel",
        "_entries",
        "_last",
        "_payload",
        "_reference",
        "_state",
    )

    def __init__(
        self,
        case_id: int,
        actors: Actors,
        channel: str,
        chance: float,
        reference: int,
        payload: Callable[[Action], dict[str, object]],
    ) -> None:
        self._case_id, self._actors, self._channel, self._chance = case_id, actors, channel, chance
        self._reference, self._payload = reference, payload
        self._entries: list[Entry] = []
        self._state: CaseState | None = None
        self._last = 0

    def write(self, drawn: Drawn) -> list[Entry]:
        """Return what has happened up to the reference, in order."""
        for action, at, lag in drawn:
            if not self._write_step(action, at, lag):
                break
        return self._entries

    def _write_step(self, action: Action, at: int, lag: int) -> bool:
        """Write a step with what belongs to it; return False past the reference."""
        actor, role = self._actors.of(action, self._channel)
        if action is Action.HANDLE and role is Role.GRID_MEMBER:
            done = self._last + int((at - self._last) * DONE_SHARE) // SECOND * SECOND
            unit = self._actors.unit
            return self._take(action, done, lag, actor, role) and self._take(
                Action.UNIT_CONFIRM, at, 0, unit, Role.UNIT_HANDLER
            )
        if not self._take(action, at, lag if action in FIELD_ACTIONS else 0, actor, role):
            return False
        if action in ENDS and self._channel in DUTY_TO_REPLY:
            after = REPLY_AFTER + int(REPLY_WITHIN * self._chance) // SECOND * SECOND
            return self._take(Action.REPLY, at + after, 0, *self._actors.of(Action.REPLY, self._channel))
        return True

    def _take(self, action: Action, at: int, lag: int, actor: str, role: Role) -> bool:
        if at > self._reference:
            return False
        recorded = instant(at)
        happened = recorded if lag == 0 else instant(max(self._last, at - lag))
        after = _after(self._state, action, role)
        number, reason = len(self._entries) + 1, self._actors.reason(action)
        self._entries.append(
            Entry(
                self._case_id, number, recorded, happened, actor, role, action, self._state, after, reason,
                self._payload(action),
            )
        )  # fmt: skip
        self._state, self._last = after, at
        return True


@cache
def _after(state: CaseState | None, action: Action, role: Role) -> CaseState:
    return find_step(state, action, role, IN_ORDER)
