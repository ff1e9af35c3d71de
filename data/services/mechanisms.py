"""Editing the mechanisms of 多元解纷: own names, one sentence each, on or off from a day, their order, a new one.

An edit stands over what files bring and beside it: a load changes neither name nor state that was set here, and a
published name is the file's alone. Every edit is kept with who made it and when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from data.domain.errors import Conflict, InvalidInput, NotFound
from data.domain.mediation import MechanismField
from data.domain.people import Actor
from data.domain.rights import Right, require
from data.domain.texts import check_printable
from data.services.audit import Note, Outcome, note_in
from data.services.requests import Request, claim, remember
from data.store.mechanism_tables import mechanism_changes, mechanism_settings
from data.store.modules.mediation import mechanisms
from data.store.unit_of_work import Transaction
from data.views.mechanisms import Mechanism, read_mechanisms
from data.world import World

OPERATION, TOPIC = "change_mechanism", "mechanisms"
NAME_LIMIT, SENTENCE_LIMIT, MOST = 30, 120, 20
OWN_KEY = "own_"
F = MechanismField


@dataclass(frozen=True, slots=True)
class ChangeMechanism:
    """What is to be: `key` "" adds one. None leaves a field as it is; `position` counts from 1."""

    key: str = ""
    name: str | None = None
    description: str | None = None
    is_active: bool | None = None
    active_from: date | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class ChangedMechanism:
    """What an edit changed, or would: (field, before, after) in words."""

    key: str
    name: str
    changes: tuple[tuple[str, str, str], ...]
    is_repeated: bool = False


def change_mechanism(
    world: World, command: ChangeMechanism, actor: Actor, now: datetime, request_key: str
) -> ChangedMechanism:
    """Edit a mechanism or add one; the same request key gives the first answer.

    Raises `Forbidden`, `NotFound`, `Conflict` (nothing changes) and `InvalidInput` naming the field.
    """
    require(actor, Right.CHANGE_MECHANISMS)
    request = Request(actor.name, OPERATION, request_key, _body(command))
    with world.store.write() as transaction:
        connection = transaction.connection
        known = claim(connection, request, now)
        if known is not None:
            changes = tuple((one[0], one[1], one[2]) for one in known["changes"])
            return ChangedMechanism(known["key"], known["name"], changes, is_repeated=True)
        connection.execute(select(mechanisms.c.id).order_by(mechanisms.c.id).with_for_update())
        before, after, told = _judged(world, connection, command, now)
        _write(world, transaction, before, after, told, actor, now)
        remember(connection, request, asdict(told))
    return told


def check_mechanism(world: World, command: ChangeMechanism, actor: Actor, now: datetime) -> ChangedMechanism:
    """Return what an edit would change, or raise why it cannot be."""
    require(actor, Right.CHANGE_MECHANISMS)
    with world.store.read() as connection:
        return _judged(world, connection, command, now)[2]


def _body(command: ChangeMechanism) -> Mapping[str, object]:
    day = command.active_from
    return asdict(command) | {"active_from": day.isoformat() if day else None}


def _judged(
    world: World, connection: Connection, command: ChangeMechanism, now: datetime
) -> tuple[list[Mechanism], list[Mechanism], ChangedMechanism]:
    """Return the mechanisms in their order before and after, and what differs."""
    before, today = read_mechanisms(connection), now.astimezone(world.town.profile.zone).date()
    old = next((one for one in before if one.key == command.key), None) if command.key else None
    if command.key and old is None:
        raise NotFound("没有这项机制", field="key", value=command.key[:60], cure="请从机制清单中选择")
    new = _named(before, old or _added(before), command)
    new = _switched(_described(new, command), command, today)
    rest = [one for one in before if one is not old]
    place = _place(before, old, command)
    after = [*rest[: place - 1], new, *rest[place - 1 :]]
    changes = _differences(old, new, today)
    was = before.index(old) + 1 if old else 0
    if old and place != was:
        changes.append((str(F.POSITION), f"{was}", f"{place}"))
    if not changes:
        raise Conflict("没有改动", code="nothing_changes", value=command.key, cure="请先改一项再保存")
    return before, after, ChangedMechanism(new.key, new.name, tuple(changes))


def _added(before: Sequence[Mechanism]) -> Mechanism:
    if len(before) >= MOST:
        raise Conflict(f"机制已有 {len(before)} 项", field="key", cure="请先改名或停用不再使用的一项")
    taken = {one.key for one in before}
    number = next(n for n in range(1, MOST + 2) if f"{OWN_KEY}{n}" not in taken)
    return Mechanism(f"{OWN_KEY}{number}", "", is_published=False)


def _named(before: Sequence[Mechanism], one: Mechanism, command: ChangeMechanism) -> Mechanism:
    """Give it the name that was typed; a published one keeps its own."""
    name = one.name if command.name is None else " ".join(command.name.split())
    if name == one.name and name:
        return one
    if one.is_published:
        cure = "请只改说明、启用停用或次序"
        raise InvalidInput(f"“{one.name}”是公布的名称，不能改", field="name", value=name[:60], cure=cure)
    _require_text("name", name, 1, NAME_LIMIT)
    if any(other.name == name for other in before if other.key != one.key):
        raise InvalidInput(f"已有名为“{name}”的机制", field="name", value=name, cure="请换一个名称")
    return replace(one, own_name=name)


def _described(one: Mechanism, command: ChangeMechanism) -> Mechanism:
    if command.description is None:
        return one
    sentence = " ".join(command.description.split())
    _require_text("description", sentence, 0, SENTENCE_LIMIT)
    return replace(one, description=sentence)


def _require_text(field: str, words: str, least: int, most: int) -> None:
    check_printable(field, words)
    if not least <= len(words) <= most:
        word = F(field).label
        cure = "请填写" if len(words) < least else "请缩短"
        raise InvalidInput(f"{word}应为 {least} 至 {most} 字", field=field, value=words[:60], cure=cure)


def _switched(one: Mechanism, command: ChangeMechanism, today: date) -> Mechanism:
    """Switch it from a day on, never from one that is over: what was reported by then stays as it was."""
    if command.is_active is None:
        return one
    day = command.active_from or today
    if day < today:
        cure = "请填今天或以后的日期"
        raise InvalidInput("启用或停用的日期已经过去", field="active_from", value=day.isoformat(), cure=cure)
    if command.is_active != one.is_on(day):
        return replace(one, is_active=command.is_active, active_from=day)
    if one.active_from is not None and one.active_from > day:  # a switch that lies ahead is taken back
        return replace(one, is_active=command.is_active, active_from=None)
    return one


def _place(before: Sequence[Mechanism], old: Mechanism | None, command: ChangeMechanism) -> int:
    most = len(before) + (old is None)
    if command.position is None:
        return before.index(old) + 1 if old else most
    if not 1 <= command.position <= most:
        raise InvalidInput(
            f"次序应为 1 至 {most}", field="position", value=command.position, cure="请填排在第几"
        )
    return command.position


def _differences(old: Mechanism | None, new: Mechanism, today: date) -> list[tuple[str, str, str]]:
    if old is None:
        told = [(str(F.ADDED), "", new.name)]
        old = Mechanism(new.key, new.name, is_published=False, own_name=new.name)
    else:
        told = []
    pairs = (
        (F.NAME, old.name, new.name),
        (F.DESCRIPTION, old.description, new.description),
        (F.ACTIVE, old.state_on(today), new.state_on(today)),
    )
    return told + [(str(field), was, now) for field, was, now in pairs if was != now]


def _write(
    world: World,
    transaction: Transaction,
    before: Sequence[Mechanism],
    after: Sequence[Mechanism],
    told: ChangedMechanism,
    actor: Actor,
    now: datetime,
) -> None:
    connection = transaction.connection
    if told.key not in {one.key for one in before}:
        row = {"key": told.key, "name": told.name, "is_published": False}
        connection.execute(insert(mechanisms).values(row | {"is_demo": world.town.profile.is_demo}))
    _write_settings(connection, after, told)
    rows = [
        {"mechanism_key": told.key, "changed_at": now, "changed_by": actor.name}
        | {"field": field, "before": was or None, "after": is_now or None}
        for field, was, is_now in told.changes
    ]
    connection.execute(insert(mechanism_changes), rows)
    detail: dict[str, str | int | None] = {"fields": "、".join(field for field, _was, _now in told.changes)}
    right = str(Right.CHANGE_MECHANISMS)
    note_in(connection, Note(now, actor, right, f"mechanism:{told.key}", Outcome.DONE, detail))
    transaction.changed(TOPIC, now)


def _write_settings(connection: Connection, after: Sequence[Mechanism], told: ChangedMechanism) -> None:
    """Write the settings of the changed one; all get their places where an order was ever set or is set now."""
    c = mechanism_settings.c
    places = select(c.mechanism_key).where(c.position.isnot(None)).limit(1)
    is_ordered = any(field in (F.POSITION, F.ADDED) for field, _was, _now in told.changes)
    is_ordered = is_ordered or connection.execute(places).first() is not None
    touched = after if is_ordered else [one for one in after if one.key == told.key]
    rows: list[dict[str, Any]] = [
        {
            "mechanism_key": one.key,
            "name": one.own_name,
            "description": one.description or None,
            "position": after.index(one) + 1 if is_ordered else None,
            "is_active": one.is_active,
            "active_from": one.active_from,
        }
        for one in touched
    ]
    connection.execute(delete(mechanism_settings).where(c.mechanism_key.in_([one.key for one in touched])))
    connection.execute(insert(mechanism_settings), rows)
