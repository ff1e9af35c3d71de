"""Looking up a subject and a matter for 首违不罚: what was found before, and from when on the data can tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from data.domain.enforcement import DECISIONS
from data.domain.errors import Conflict, InvalidInput, NotFound
from data.domain.exemption import Earlier, Record, Span, conditions_in, window_begin
from data.domain.people import Actor
from data.domain.rights import Owned, Right, authorise
from data.store.modules.enforcement import enforcement_cases, inspections, matters
from data.town import Town
from data.views.exemption_subject import Whom, whom, whom_of_key
from data.world import World

C, I, M = enforcement_cases.c, inspections.c, matters.c  # noqa: E741
TABLES = (("执法案件", enforcement_cases, C.found_at), ("执法检查", inspections, I.inspected_at))
CASES, LOOKS = "案件", "检查"
NOT_DECIDED = "未决定"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked, as it was typed: an undecided case alone, or a subject with a matter and the finding's day."""

    case_number: str = ""
    kind: str = ""
    subject: str = ""
    matter: str = ""
    found_on: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, understood: whom, which matter (a row), the day of the finding, and whose case it is."""

    whom: Whom
    matter: Row[Any]
    found_on: date
    case_number: str | None
    unit_code: str | None


def enforcing_units(town: Town) -> frozenset[str]:
    """Return the units that keep a ledger of enforcement cases."""
    owners = {one.owner_unit for one in town.sources.values() if one.target == enforcement_cases.name}
    return frozenset(unit for unit in owners if unit)


def may_check(world: World, actor: Actor) -> None:
    """Let whoever may check 首违不罚 pass, or raise `Forbidden`."""
    authorise(actor, Right.CHECK_EXEMPTION, Owned(enforcing_units(world.town)))


def look_up(world: World, wanted: Wanted, actor: Actor, now: datetime) -> Earlier:
    """Return what was found before; raise `Forbidden`, `InvalidInput`, `NotFound` or `Conflict` with the cure."""
    may_check(world, actor)
    with world.store.read() as connection:
        return earlier(world, connection, understood(world, connection, wanted, actor, now))


def understood(world: World, connection: Connection, wanted: Wanted, actor: Actor, now: datetime) -> Question:
    """Return what a question means; another unit's case is refused."""
    number = wanted.case_number.strip()
    if number:
        if wanted.subject.strip() or wanted.matter.strip():
            raise InvalidInput(
                "选了案件，又填了主体或事项", field="case", value=number, cure="二者只填其一：请清空其中一项"
            )
        return _of_case(world, connection, number, actor)
    today = now.astimezone(world.town.profile.zone).date()
    matter = _matter(connection, wanted.matter.strip())
    found_on = _day(wanted.found_on, today)
    return Question(
        whom(world, connection, wanted.kind, wanted.subject), matter, found_on, None, actor.unit_code
    )


def earlier(world: World, connection: Connection, asked: Question) -> Earlier:
    """Return what the data say of a question."""
    matter, keys, zone = asked.matter, asked.whom.keys, world.town.profile.zone
    since = window_begin(asked.found_on, matter.window_months)
    records = _records(world, connection, keys, matter.code, asked.case_number)
    return Earlier(
        matter_code=matter.code,
        matter_name=matter.name,
        citation=matter.citation,
        window_months=matter.window_months,
        conditions=conditions_in(matter.conditions),
        subject=asked.whom.words,
        is_registered=asked.whom.is_registered,
        found_on=asked.found_on,
        since=since,
        within=tuple(one for one in records if since <= one.on < asked.found_on),
        beside=tuple(one for one in records if one.on >= asked.found_on),
        outside=tuple(one for one in records if one.on < since),
        other_matters=_others(connection, keys, matter.code),
        spans=tuple(_span(connection, zone, *table) for table in TABLES),
        case_number=asked.case_number,
    )


def matter_choices(world: World) -> list[tuple[str, str]]:
    """Return code and name of every matter."""
    with world.store.read() as connection:
        return [tuple(row) for row in connection.execute(select(M.code, M.name).order_by(M.code))]


def open_cases(world: World, actor: Actor) -> list[tuple[str, str]]:
    """Return number and matter of the undecided cases that an actor may check, the oldest first."""
    query = select(C.number, M.name).outerjoin(matters, M.code == C.matter_code)
    query = query.where(C.decided_at.is_(None)).order_by(C.found_at, C.number)
    if actor.unit_code is not None:
        query = query.where(C.unit_code == actor.unit_code)
    with world.store.read() as connection:
        return [(row.number, row.name or "") for row in connection.execute(query)]


def _of_case(world: World, connection: Connection, number: str, actor: Actor) -> Question:
    row = connection.execute(select(enforcement_cases).where(C.number == number)).one_or_none()
    if row is None:
        raise NotFound("没有这个案件编号", field="case", value=number[:64], cure="请从清单选择未决案件")
    authorise(actor, Right.CHECK_EXEMPTION, Owned(frozenset({row.unit_code})))
    if row.decided_at is not None:
        raise Conflict(
            f"案件 {number} 在台账中已有决定（{DECISIONS.get(row.decision, row.decision)}）",
            field="case",
            value=number,
            cure="核对只用于未决案件；台账有误请更正台账后重新载入",
        )
    return question_of(world, connection, row)


def question_of(world: World, connection: Connection, case: Row[Any]) -> Question:
    """Return what there is to ask of a row of a case; raise `InvalidInput` where its matter is no longer known."""
    day = case.found_at.astimezone(world.town.profile.zone).date()
    matter = _matter(connection, case.matter_code)
    return Question(whom_of_key(connection, case.subject_key), matter, day, case.number, case.unit_code)


def _matter(connection: Connection, typed: str) -> Row[Any]:
    """Return the matter of a code, of a name, or of both as the list writes them."""
    if not typed:
        raise InvalidInput("没有填写事项", field="matter", cure="请从清单选择，可按编码或名称查找")
    code = typed.split()[0]
    row = connection.execute(select(matters).where(M.code == code)).one_or_none()
    found = [row] if row else connection.execute(select(matters).where(M.name == typed)).all()
    if len(found) != 1:
        raise InvalidInput(
            f"没有事项“{typed[:30]}”" if not found else f"有 {len(found)} 个事项叫“{typed[:30]}”",
            field="matter",
            value=typed[:30],
            cure="请从清单选择，可按编码或名称查找",
        )
    return found[0]


def _day(typed: str, today: date) -> date:
    """Return the day of the finding: today where nothing was typed, never one that lies ahead."""
    if not typed.strip():
        return today
    try:
        found = date.fromisoformat(typed.strip())
    except ValueError as error:
        raise _wrong_day(typed, "不是日期", today) from error
    if found > today:
        raise _wrong_day(typed, "还没有到", today)
    return found


def _wrong_day(typed: str, why: str, today: date) -> InvalidInput:
    cure = f"请按 年-月-日 填写，例如 {today.isoformat()}"
    return InvalidInput(f"发现日期“{typed[:20]}”{why}", field="found_on", value=typed[:20], cure=cure)


def _records(
    world: World, connection: Connection, keys: Sequence[str], matter: str, besides: str | None
) -> list[Record]:
    """Return what was found of a subject in a matter, the newest first; `besides` is the case in hand."""
    zone = world.town.profile.zone
    cases = select(C.number, C.found_at, C.decision).where(C.subject_key.in_(keys), C.matter_code == matter)
    looks = select(I.number, I.inspected_at).where(I.subject_key.in_(keys), I.matter_code == matter, I.found)
    found = [
        Record(
            CASES,
            row.number,
            row.found_at.astimezone(zone).date(),
            DECISIONS.get(row.decision or "", NOT_DECIDED),
        )
        for row in connection.execute(cases)
        if row.number != besides
    ]
    found += [
        Record(LOOKS, row.number, row.inspected_at.astimezone(zone).date(), "发现问题")
        for row in connection.execute(looks)
    ]
    return sorted(found, key=lambda one: (one.on, one.kind, one.number), reverse=True)


def _others(connection: Connection, keys: Sequence[str], matter: str) -> int:
    """How often the subject was found in other matters."""
    cases = select(func.count()).where(C.subject_key.in_(keys), C.matter_code != matter)
    looks = select(func.count()).where(I.subject_key.in_(keys), I.matter_code != matter, I.found)
    return sum(connection.execute(query).scalar_one() for query in (cases, looks))


def _span(connection: Connection, zone: Any, name: str, table: Table, at: Any) -> Span:
    begin, end = connection.execute(select(func.min(at), func.max(at)).select_from(table)).one()
    return Span(name, *(None if one is None else one.astimezone(zone).date() for one in (begin, end)))
