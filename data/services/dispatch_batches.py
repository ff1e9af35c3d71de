"""Several waiting cases pressed together (批量派遣): one assignment, one press and one answer for each case.

Each press is a transaction of its own, so that a lost race in one case leaves the others. Under a request key
the assignment is kept before the first press: a repeat, or a second try after the server was killed half-way,
presses the same once more, and each press that was made gives its first receipt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from data.domain.errors import CloudError
from data.domain.guards import Attempt
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.domain.steps import find_step
from data.services.case_steps import check_version, seen_case
from data.services.dispatch import DispatchReceipt, actions_of_press, dispatch_case, receipt_again
from data.services.dispatch_choice import DispatchCase
from data.services.requests import Request, claim, first_result, remember
from data.views.batch import BatchPlan, batch_plan, check_cases
from data.world import World

OPERATION = "dispatch_batch"
Commands = tuple[DispatchCase, ...]


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of one case of a batch: its receipt, or why it was refused."""

    case_id: int
    receipt: DispatchReceipt | None
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class BatchProposal:
    """The assignment of the cases that wait (None where none does), and why each other one would be refused."""

    plan: BatchPlan | None
    refused: tuple[BatchResult, ...]


def propose_batch(
    world: World, commands: Sequence[DispatchCase], actor: Actor, now: datetime
) -> BatchProposal:
    """Return whom `dispatch_batch` would send; writes nothing.

    Raises `Forbidden`, and `InvalidInput` for no case, a repeated one or too many.
    """
    authorise(actor, Right.DISPATCH_CASE)
    check_cases([command.case_id for command in commands])
    with world.store.read() as connection:
        judged = [_judged(world, connection, command, actor) for command in commands]
    refused = {result.case_id: result for result in judged if result is not None}
    waiting = [command.case_id for command in commands if command.case_id not in refused]
    return BatchProposal(batch_plan(world, waiting, now) if waiting else None, tuple(refused.values()))


def dispatch_batch(
    world: World,
    commands: Sequence[DispatchCase],
    actor: Actor,
    now: datetime,
    request_key: str | None = None,
) -> tuple[BatchResult, ...]:
    """Press once for each case; where a command names no responders, the assignment of the batch does.

    The same request key gives the first results. Raises `Forbidden`, `KeyReused`, and `InvalidInput` for no
    case, a repeated one or too many; whatever refuses one case stands in its result.
    """
    authorise(actor, Right.DISPATCH_CASE)
    check_cases([command.case_id for command in commands])
    if request_key is None:
        return _pressed(world, _assigned(world, commands, actor, now), actor, now, None)
    body = {"cases": [command.body() for command in commands]}
    request = Request(actor.name, OPERATION, request_key, body)
    kept = _kept(world, request, commands, actor, now)
    if kept["results"] is not None:
        return tuple(_result_again(result) for result in kept["results"])
    results = _pressed(world, _commands_again(kept["commands"]), actor, now, request_key)
    with world.store.write() as transaction:
        done = {**kept, "results": [asdict(result) for result in results]}
        remember(transaction.connection, request, done)
    return results


def _judged(world: World, connection: Connection, command: DispatchCase, actor: Actor) -> BatchResult | None:
    """Return why a case could not be pressed now, None where it could."""
    try:
        case = seen_case(connection, command.case_id)
        check_version(world, connection, case, command.version)
        state = case.facts.state
        find_step(state, actions_of_press(state)[0], actor.role, Attempt(facts=case.facts))
    except CloudError as error:
        return BatchResult(command.case_id, None, error.code, str(error))
    return None


def _kept(
    world: World, request: Request, commands: Sequence[DispatchCase], actor: Actor, now: datetime
) -> dict[str, Any]:
    """Return what stands under the request's key: the commands, each with its responders, and the results if any."""
    with world.store.read() as connection:
        known = first_result(connection, request)
    if known is not None:
        return known
    fixed = _assigned(world, commands, actor, now)
    kept = {"commands": [command.body() for command in fixed], "results": None}
    with world.store.write() as transaction:
        known = claim(transaction.connection, request, now)
        if known is None:
            remember(transaction.connection, request, kept)
    return known or kept


def _assigned(world: World, commands: Sequence[DispatchCase], actor: Actor, now: datetime) -> Commands:
    """Name the responders of each command that names none; a case that will be refused is left as it is."""
    unnamed = [command for command in commands if command.responders is None]
    plan = propose_batch(world, unnamed, actor, now).plan if unnamed else None
    found = {item.case_id: item.responders for item in plan.items} if plan else {}
    return tuple(
        replace(command, responders=found.get(command.case_id, command.responders)) for command in commands
    )


def _pressed(
    world: World, commands: Commands, actor: Actor, now: datetime, request_key: str | None
) -> tuple[BatchResult, ...]:
    results = []
    for command in commands:
        key = None if request_key is None else _key_of_case(request_key, command.case_id)
        try:
            receipt = dispatch_case(world, command, actor, now, key)
            results.append(BatchResult(command.case_id, receipt))
        except CloudError as error:
            results.append(BatchResult(command.case_id, None, error.code, str(error)))
    return tuple(results)


def _key_of_case(request_key: str, case_id: int) -> str:
    """Return the request key of one press: hashed, as the batch's own may be as long as a key can be."""
    return hashlib.sha256(f"{request_key}\n{case_id}".encode()).hexdigest()


def _commands_again(bodies: Sequence[Mapping[str, Any]]) -> Commands:
    return tuple(
        DispatchCase(**{**body, "responders": None if (keys := body["responders"]) is None else tuple(keys)})
        for body in bodies
    )


def _result_again(known: Mapping[str, Any]) -> BatchResult:
    receipt = known["receipt"]
    return BatchResult(**{**known, "receipt": None if receipt is None else receipt_again(receipt)})
