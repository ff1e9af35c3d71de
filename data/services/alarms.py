"""Raising, ending, acknowledging and shelving alarms; each is raised once, whoever looks first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from data.domain.alarms import (
    LONGEST_ACKNOWLEDGED,
    LONGEST_SHELVED,
    RETURNS_WITHIN,
    AlarmKind,
    CaseNow,
    wanted_alarms,
)
from data.domain.errors import Conflict, InvalidInput, NotFound
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.domain.texts import check_printable
from data.domain.vocabulary import CaseState, Severity
from data.store.tables import visible_cases
from data.store.unit_of_work import Transaction
from data.store.upsert import insert_if_new
from data.store.work_tables import alarms
from data.world import World

REASON_LIMIT = 100
LOOK_AT_LEAST_EVERY = timedelta(seconds=30)
NEVER = datetime.max.replace(tzinfo=UTC)
Key = tuple[int, AlarmKind]

_IS_URGENT = (
    visible_cases.c.is_open.is_(True),
    visible_cases.c.severity.in_((str(Severity.URGENT), str(Severity.CRITICAL))),
)


@dataclass(frozen=True, slots=True)
class Attention:
    """What an operator says of an alarm: why it may be quiet, and until when."""

    alarm_id: int
    reason: str
    until: datetime


class AlarmWatch:
    """Keeps the alarms as they should be; any number of processes may watch.

    The cases are read after a commit and when the next deadline has come, so an idle town costs next to
    nothing; and every half a minute, as commits that overlap may become visible out of turn.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen_revision = -1
        self._next_look: datetime | None = None

    def look(self, now: datetime) -> int:
        """Raise and end what it is time for; return how many alarms changed."""
        revision = (
            self._world.store.revision()
        )  # read first: what is committed meanwhile is looked at next time
        if revision == self._seen_revision and self._next_look is not None and now < self._next_look:
            return 0
        changed = watch_alarms(self._world, now)
        self._next_look = min(_next_deadline(self._world, now), now + LOOK_AT_LEAST_EVERY)
        self._seen_revision = revision
        return changed


def watch_alarms(world: World, now: datetime) -> int:
    """Raise what is wanted, end what is not any more; return how many alarms changed.

    Reads first, and writes only where something changed; may run in every process.
    """
    with world.store.read() as connection:
        wanted, running = _wanted(connection, now), _running(connection)
    new, over = wanted - running, running - wanted
    if not new and not over:
        return 0
    with world.store.write() as transaction:
        changed = [key for key in sorted(new) if _raise(transaction.connection, key, now)]
        changed += [key for key in sorted(over) if _end(transaction.connection, key, now)]
        for case_id, _kind in changed:
            transaction.changed("alarms", now, case_id)
    return len(changed)


def raise_for_case(transaction: Transaction, case_id: int, case: CaseNow, now: datetime) -> None:
    """Raise what a case calls for in the transaction that made it so."""
    for kind in wanted_alarms(case, now):
        if _raise(transaction.connection, (case_id, kind), now):
            transaction.changed("alarms", now, case_id)


def acknowledge_alarm(world: World, attention: Attention, actor: Actor, now: datetime) -> None:
    """Say that an alarm was seen: it is quiet until the end that is named, and asks again after it.

    Raises `Conflict` naming who acknowledged it before, `NotFound`, `InvalidInput` and `Forbidden`.
    """
    _put(world, "acknowledge", attention, actor, now, LONGEST_ACKNOWLEDGED)


def shelve_alarm(world: World, attention: Attention, actor: Actor, now: datetime) -> None:
    """Put an alarm aside until the end that is named; its acknowledgement stays what it is.

    Raises like `acknowledge_alarm`.
    """
    _put(world, "shelve", attention, actor, now, LONGEST_SHELVED)


VERBS = {"acknowledge": ("acknowledged", "确认"), "shelve": ("shelved", "搁置")}


def _put(
    world: World, verb: str, attention: Attention, actor: Actor, now: datetime, longest: timedelta
) -> None:
    authorise(actor, Right.HANDLE_ALARM)
    _check(attention, now, longest)
    state, word = VERBS[verb]
    until = alarms.c[f"{state}_until"]
    values = {
        f"{state}_at": now,
        f"{state}_by": actor.display_name or actor.name,
        f"{verb}_reason": attention.reason.strip(),
        f"{state}_until": attention.until,
    }
    with world.store.write() as transaction:
        free = or_(until.is_(None), until <= now)
        where = (alarms.c.id == attention.alarm_id, alarms.c.ended_at.is_(None), free)
        if not transaction.connection.execute(update(alarms).where(*where).values(values)).rowcount:
            raise _refusal(world, transaction.connection, attention.alarm_id, state, word)
        transaction.changed("alarms", now)


def _check(attention: Attention, now: datetime, longest: timedelta) -> None:
    if not 1 <= len(attention.reason.strip()) <= REASON_LIMIT:
        raise InvalidInput(
            f"理由应为 1 至 {REASON_LIMIT} 个字",
            field="reason",
            value=attention.reason[:REASON_LIMIT],
            cure="请写明为什么可以先不处理",
        )
    check_printable("reason", attention.reason)
    if attention.until.tzinfo is None or not now < attention.until <= now + longest:
        hours = longest.total_seconds() / 3600
        raise InvalidInput(
            f"截止时间应在现在之后、{hours:g} 小时之内",
            field="until",
            value=attention.until.isoformat(),
            cure="请重新选择时长",
        )


def _refusal(world: World, connection: Connection, alarm_id: int, state: str, word: str) -> Exception:
    """Say why an alarm could not be taken: it is unknown, over, or somebody was first."""
    row = connection.execute(select(alarms).where(alarms.c.id == alarm_id)).mappings().one_or_none()
    if row is None:
        return NotFound(f"没有编号为 {alarm_id} 的报警", field="id", value=alarm_id, cure="请刷新报警栏")
    if row["ended_at"] is not None:
        return Conflict("这个报警已经解除", code="alarm_ended", field="id", value=alarm_id, cure="不必再处理")
    at = row[f"{state}_at"].astimezone(world.town.profile.zone)
    return Conflict(
        f"已由 {row[f'{state}_by']} 于 {at:%H:%M} {word}",
        code=f"already_{state}",
        field="id",
        value=alarm_id,
        cure="不必重复操作；到期后会再次提醒",
    )


def _wanted(connection: Connection, now: datetime) -> set[Key]:
    """Return which alarms the open urgent cases call for."""
    c = visible_cases.c
    query = select(c.id, c.severity, c.state, c.due_at).where(*_IS_URGENT)
    return {
        (row.id, kind)
        for row in connection.execute(query)
        for kind in wanted_alarms(CaseNow(Severity(row.severity), CaseState(row.state), row.due_at), now)
    }


def _next_deadline(world: World, now: datetime) -> datetime:
    """Return when the next open urgent case passes its deadline."""
    c = visible_cases.c
    query = select(func.min(c.due_at)).where(*_IS_URGENT, c.due_at > now)
    with world.store.read() as connection:
        return connection.execute(query).scalar_one() or NEVER


def _running(connection: Connection) -> set[Key]:
    query = select(alarms.c.case_id, alarms.c.kind).where(alarms.c.ended_at.is_(None))
    return {(case_id, AlarmKind(kind)) for case_id, kind in connection.execute(query)}


def _raise(connection: Connection, key: Key, now: datetime) -> bool:
    """Let an alarm run: the one that ended a moment ago again, else a new one; False where it runs already."""
    latest = _latest(connection, key)
    if latest is not None and latest.ended_at is not None and now - latest.ended_at <= RETURNS_WITHIN:
        back = update(alarms).where(alarms.c.id == latest.id, alarms.c.ended_at.is_not(None))
        return bool(connection.execute(back.values(ended_at=None)).rowcount)
    row = {"case_id": key[0], "kind": str(key[1]), "raised_at": now}
    return insert_if_new(connection, alarms, row)


def _latest(connection: Connection, key: Key) -> Any:
    columns = (alarms.c.id, alarms.c.ended_at)
    same = (alarms.c.case_id == key[0], alarms.c.kind == str(key[1]))
    return connection.execute(select(*columns).where(*same).order_by(alarms.c.id.desc()).limit(1)).first()


def _end(connection: Connection, key: Key, now: datetime) -> bool:
    same = (alarms.c.case_id == key[0], alarms.c.kind == str(key[1]), alarms.c.ended_at.is_(None))
    return bool(connection.execute(update(alarms).where(*same).values(ended_at=now)).rowcount)
