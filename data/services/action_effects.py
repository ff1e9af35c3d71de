"""What an action writes beside the case, its orders and its journal, in the same transaction.

An effect runs after the guards have let the action pass and may add to the payload what only it knows: a
number that it took, the commitment of a text that it stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from data.domain.errors import InvalidInput
from data.domain.journal import commitment, utc_text
from data.domain.vocabulary import Action
from data.services.action_payloads import Asked, supervision_of
from data.services.actions import TEXT_LIMIT, Details
from data.services.case_orders import newest_orders
from data.services.notices import send_waiting, withdraw_notices
from data.services.review_repairs import go_on_with
from data.store.work_tables import appeals, case_merges, case_replies, responsibility_changes, supervisions
from data.town import Town
from data.world import World

Payload = dict[str, object]
WHOLE_TOWN = "*"


def apply_effect(world: World, connection: Connection, asked: Asked, now: datetime) -> Payload:
    """Write what the action writes elsewhere; return what that adds to the payload."""
    effect = EFFECTS.get(asked.action.action)
    return effect(world, connection, asked, now) if effect else {}


def _dispatch(world: World, connection: Connection, asked: Asked, now: datetime) -> Payload:
    """Write the limit down: the clocks of this dispatch keep it, however the town's table changes."""
    limit = world.town.known_category(asked.case.row["category_code"]).limit
    return {"limit": [limit.amount, str(limit.kind)]}


def _merge(world: World, connection: Connection, asked: Asked, now: datetime) -> Payload:
    """Both cases keep their reporter: the contents stay where they are, the row says which case goes on."""
    into = asked.details.number("into_case_id")
    row = {"case_id": asked.case.id, "into_case_id": into, "merged_at": now}
    connection.execute(insert(case_merges).values(row))
    if into is not None:
        go_on_with(connection, asked.case.id, into, world.town.profile.zone, now)
    return {}


def _adjudicate(world: World, connection: Connection, asked: Asked, now: datetime) -> Payload:
    """Correct the responsibility list by a dated row where the decision says so."""
    unit = known_unit(world.town, asked.details.text("unit"), "unit")
    said = asked.action.details.get("responsibility")
    if not isinstance(said, Mapping):
        return {}
    correction = Details(said)
    assisting = said.get("assisting") or ()
    row = {
        "category_code": asked.case.row["category_code"],
        "village_code": _village(world.town, correction.text("village")),
        "main_unit": unit,
        "assisting_units": " ".join(known_unit(world.town, str(code), "assisting") for code in assisting),
        "valid_from": now.astimezone(world.town.profile.zone).date(),
        "citation": correction.text("citation", limit=200) or f"{asked.case.row['number']} 裁定",
        "decided_in": asked.case.id,
        "decided_by": asked.actor.name,
        "decided_at": now,
    }
    connection.execute(insert(responsibility_changes).values(row))
    return {}


def _reply(world: World, connection: Connection, asked: Asked, now: datetime) -> Payload:
    """Store the words where they can be erased; the journal carries their salted commitment."""
    text, salt = asked.details.text("text", TEXT_LIMIT), secrets.token_hex(16)
    row = {"case_id": asked.case.id, "replied_at": now, "replied_by": asked.actor.name, "text": text}
    connection.execute(insert(case_replies).values(row | {"salt": salt}))
    return {"text_hash": commitment(salt, text)}


def _appeal(world: World, connection: Connection, asked: Asked, now: datetime) -> Payload:
    row = {
        "case_id": asked.case.id,
        "asked_at": now,
        "asked_by": asked.actor.name,
        "reason": asked.action.reason,
    }
    connection.execute(insert(appeals).values(row))
    return {}


def _decide_appeal(world: World, connection: Connection, asked: Asked, now: datetime) -> Payload:
    """The fact of having been overdue stays; only the statistic is exempted."""
    pending = (appeals.c.case_id == asked.case.id, appeals.c.decided_at.is_(None))
    decided = {
        "decided_at": now,
        "decided_by": asked.actor.name,
        "is_exempt": asked.details.flag("exempt"),
    }
    connection.execute(update(appeals).where(*pending).values(decided))
    return {}


def _supervise(world: World, connection: Connection, asked: Asked, now: datetime) -> Payload:
    """Number the supervision within its day; the row of the case is locked, two of one case never meet."""
    reply_by = asked.details.instant("reply_by")
    assert reply_by is not None  # its guard held
    number = f"督办-{asked.case.row['number']}-{_supervisions_of(connection, asked.case.id) + 1}"
    row = {
        "number": number,
        "case_id": asked.case.id,
        "made_at": now,
        "made_by": asked.actor.name,
        "words": asked.action.reason,
        "reply_by": reply_by,
    }
    connection.execute(insert(supervisions).values(row))
    return {"number": number, "reply_by": utc_text(reply_by)}


def _send_now(world: World, connection: Connection, asked: Asked, now: datetime) -> Payload:
    return {"notices": send_waiting(connection, asked.case.id, now)}


def _answer_supervision(world: World, connection: Connection, asked: Asked, now: datetime) -> Payload:
    is_meant = supervisions.c.number == supervision_of(asked)
    answered = {"replied_at": now, "reply": asked.action.reason}
    connection.execute(update(supervisions).where(is_meant).values(answered))
    return {}


def _withdraw_notices(world: World, connection: Connection, asked: Asked, now: datetime) -> Payload:
    """Of the orders that end here: an assisting one that is named alone, else those of the newest dispatch."""
    ended = newest_orders(asked.case.orders) if asked.assisting is None else [asked.assisting]
    withdraw_notices(connection, asked.case.id, [order["number"] for order in ended], now)
    return {}


def known_unit(town: Town, code: str | None, field: str) -> str:
    """Return the code of a unit or village of the town; raise `InvalidInput` for any other."""
    if code not in town.unit_names:
        raise InvalidInput("没有这个单位", field=field, value=code, cure="请从单位或村社区中选择")
    return str(code)


def _village(town: Town, code: str | None) -> str:
    if code is None or code == WHOLE_TOWN:
        return WHOLE_TOWN
    if code not in {village.code for village in town.villages}:
        raise InvalidInput("没有这个村社区", field="village", value=code, cure="请填村社区编码，全镇填 *")
    return code


def _supervisions_of(connection: Connection, case_id: int) -> int:
    query = select(func.count()).where(supervisions.c.case_id == case_id)
    return int(connection.execute(query).scalar_one())


Effect = Callable[[World, Connection, Asked, datetime], Payload]
EFFECTS: Mapping[Action, Effect] = {
    Action.DISPATCH: _dispatch,
    Action.MERGE: _merge,
    Action.ADJUDICATE: _adjudicate,
    Action.REPLY: _reply,
    Action.APPEAL: _appeal,
    Action.DECIDE_APPEAL: _decide_appeal,
    Action.SUPERVISE: _supervise,
    Action.ANSWER_SUPERVISION: _answer_supervision,
    Action.SEND_NOW: _send_now,
    Action.UNDO: _withdraw_notices,
    Action.RECALL: _withdraw_notices,
    Action.RETURN: _withdraw_notices,
}
