"""What the journal keeps of each action: codes, numbers and hashes, never personal data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from data.domain.errors import InvalidInput
from data.domain.journal import utc_text
from data.domain.lifecycle import DESK
from data.domain.people import Actor
from data.domain.vocabulary import Action
from data.services.actions import FIELD_ACTIONS, ORDER_ACTIONS, CaseAction, Details, return_code
from data.services.case_steps import LockedCase


@dataclass(frozen=True, slots=True)
class Asked:
    """An action together with the locked case that it is about and the assisting order that it names, if any."""

    action: CaseAction
    details: Details
    case: LockedCase
    actor: Actor
    assisting: dict[str, Any] | None = None


def asked_of(action: CaseAction, case: LockedCase, actor: Actor) -> Asked:
    """Return the action with its assisting order; raise `InvalidInput` for an order that is not this case's."""
    details = Details(action.details)
    order_id = details.number("order_id")
    if order_id is None:
        return Asked(action, details, case, actor)
    order = next((order for order in case.orders if order["id"] == order_id), None)
    if order is None or action.action not in ORDER_ACTIONS:
        raise InvalidInput(
            f"案卷没有编号为 {order_id} 的派遣单可以这样办理",
            field="order_id",
            value=order_id,
            cure="请从案卷的派遣单中选择，或不填 order_id",
        )
    is_main = order is case.main_order
    return Asked(action, details, case, actor, None if is_main else order)


def payload_of(asked: Asked) -> dict[str, object]:
    """Return the journal's payload of an action, without what nobody said."""
    make = PAYLOADS.get(asked.action.action)
    found = make(asked) if make else {}
    if asked.action.action in ORDER_ACTIONS:
        found |= _field(asked)
    return {name: value for name, value in found.items() if value is not None}


def _field(asked: Asked) -> dict[str, object]:
    """A field report that the desk takes down says whose it is."""
    found: dict[str, object] = {}
    if asked.assisting is not None:
        found["assisting"] = asked.assisting["number"]
    elif asked.details.flag("joint"):
        found["joint"] = True
    if asked.actor.role in DESK and asked.action.action in FIELD_ACTIONS:
        order = asked.assisting or asked.case.main_order
        found["on_behalf_of"] = (order and order["unit_code"]) or None
    return found


def _return(asked: Asked) -> dict[str, object]:
    code = return_code(asked.action)
    return {} if code is None else {"code": str(code)}


def _merge(asked: Asked) -> dict[str, object]:
    return {"into": asked.details.number("into_case_id")}


def _adjudicate(asked: Asked) -> dict[str, object]:
    corrects = isinstance(asked.action.details.get("responsibility"), Mapping)
    return {"unit": asked.details.text("unit"), "responsibility": corrects}


def _suspend(asked: Asked) -> dict[str, object]:
    until = asked.details.instant("until")
    return {"until": None if until is None else utc_text(until), "approver": asked.actor.name}


def _approve(asked: Asked) -> dict[str, object]:
    return {"number": asked.case.facts.extensions + 1}


def _rate(asked: Asked) -> dict[str, object]:
    return {"rating": asked.details.number("rating"), "revisited": asked.details.flag("revisited")}


def _decide(asked: Asked) -> dict[str, object]:
    return {"exempt": asked.details.flag("exempt")}


def _answer_supervision(asked: Asked) -> dict[str, object]:
    return {"number": supervision_of(asked)}


def supervision_of(asked: Asked) -> str | None:
    """Return which supervision an answer is to: the one named, else the only one that waits."""
    waiting = asked.case.facts.open_supervisions
    return asked.details.text("supervision") or (waiting[0] if len(waiting) == 1 else None)


PAYLOADS: Mapping[Action, Callable[[Asked], dict[str, object]]] = {
    Action.RETURN: _return,
    Action.MERGE: _merge,
    Action.ADJUDICATE: _adjudicate,
    Action.SUSPEND: _suspend,
    Action.APPROVE_EXTENSION: _approve,
    Action.RATE: _rate,
    Action.DECIDE_APPEAL: _decide,
    Action.ANSWER_SUPERVISION: _answer_supervision,
}
