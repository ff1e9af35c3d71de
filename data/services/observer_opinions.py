"""What an observer says of a case over a link, and what the centre or the unit answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from data.domain.errors import Conflict, InvalidInput, NotFound
from data.domain.observing import MOST_OPINIONS, LinkState, checked_text, link_state
from data.domain.people import Actor
from data.domain.rights import Owned, Right, authorise, require
from data.domain.vocabulary import Role
from data.services.audit import Note, Outcome, note_in
from data.services.requests import Request, claim, remember
from data.store.measure_marks import days_of, mark_days
from data.store.modules.enforcement import enforcement_cases, observer_opinions
from data.store.modules.shared import subjects
from data.store.observer_tables import observer_answers, observer_link_cases, observer_links
from data.store.unit_of_work import Transaction
from data.world import World

GIVE, ERASED = "give_opinion", "（已删除）"
OPINION, CASE, ANSWER = observer_opinions.c, enforcement_cases.c, observer_answers.c
SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class GiveOpinion:
    """An opinion as it was typed on the page of a link."""

    case_number: str
    text: str
    request_key: str


def give_opinion(world: World, hashed: str, command: GiveOpinion, now: datetime) -> str:
    """Keep an opinion on a case of the link with this token hash; return its number, the same request's first one.

    Raises `NotFound` for a link that does not hold or a case that is not of it, `InvalidInput` for a text that
    cannot be, `Conflict` where the link has said enough, `KeyReused` for another text under a used key.
    """
    text = checked_text(command.text, "意见")
    with world.store.write() as transaction:
        connection = transaction.connection
        link = _open_link(connection, hashed, now)
        who = f"observer-link:{link.id}"
        request = Request(who, GIVE, command.request_key, {"case": command.case_number, "text": text})
        if (first := claim(connection, request, now)) is not None:
            return str(first["number"])
        is_demo = _case_of_link(connection, link.id, command.case_number)
        number = _next_number(connection, link.id)
        row = {
            "number": number,
            "observer_code": link.observer_code,
            "enforcement_number": command.case_number,
            "given_at": now,
            "opinion": text,
            "is_demo": is_demo,
        }
        connection.execute(insert(observer_opinions).values(row))
        remember(connection, request, {"number": number})
        _tell(world, transaction, now, now)
        note = Note(now, Actor(who, Role.SYSTEM), GIVE, f"observer_opinion:{number}", Outcome.DONE)
        note_in(connection, note)
    return number


def answer_opinion(
    world: World, number: str, words: str, request_key: str, actor: Actor, now: datetime
) -> None:
    """Answer an opinion; the same request again changes nothing.

    Raises `Forbidden` for a case of another unit, `NotFound`, `InvalidInput` for a text that cannot be or that
    names the subject, `Conflict` for an opinion that has its answer.
    """
    authorise_answer(world, number, actor)
    text = checked_text(words, "答复")
    request = Request(actor.name, str(Right.ANSWER_OBSERVER), request_key, {"number": number, "text": text})
    with world.store.write() as transaction:
        connection = transaction.connection
        if claim(connection, request, now) is not None:
            return
        given_at = _settle(connection, number, text, now)
        answer = {"text": text, "answered_by": actor.name, "answered_at": now}
        connection.execute(insert(observer_answers).values(opinion_number=number, **answer))
        remember(connection, request, {"number": number})
        _tell(world, transaction, given_at, now)
        about = f"observer_opinion:{number}"
        note_in(connection, Note(now, actor, Right.ANSWER_OBSERVER, about, Outcome.DONE))


def erase_opinion(world: World, number: str, actor: Actor, now: datetime) -> None:
    """Empty the words of an opinion and of its answer; that it was given and answered stays, and counts.

    A file that still has the words brings them back. Raises `Forbidden` and `NotFound`.
    """
    authorise(actor, Right.MANAGE_DATA)
    with world.store.write() as transaction:
        connection = transaction.connection
        emptied = update(observer_opinions).where(OPINION.number == number).values(opinion=ERASED)
        if not connection.execute(emptied).rowcount:
            raise _unknown(number)
        connection.execute(
            update(observer_answers).where(ANSWER.opinion_number == number).values(text=ERASED)
        )
        transaction.changed("enforcement", now)


def authorise_answer(world: World, number: str, actor: Actor) -> None:
    """Let pass whoever may answer this opinion, or raise `Forbidden`, `NotFound`."""
    require(actor, Right.ANSWER_OBSERVER)
    query = (
        select(CASE.unit_code)
        .select_from(
            observer_opinions.outerjoin(enforcement_cases, CASE.number == OPINION.enforcement_number)
        )
        .where(OPINION.number == number)
    )
    with world.store.read() as connection:
        row = connection.execute(query).first()
    if row is None:
        raise _unknown(number)
    authorise(actor, Right.ANSWER_OBSERVER, Owned(frozenset(filter(None, (row.unit_code,)))))


def _open_link(connection: Connection, hashed: str, now: datetime) -> Any:
    """Return the link, locked: two opinions at once are counted one after the other."""
    query = select(observer_links).where(observer_links.c.token_hash == hashed).with_for_update()
    link = connection.execute(query).one_or_none()
    if link is None or link_state(link.expires_at, link.revoked_at, now) is not LinkState.OPEN:
        raise NotFound("链接无效", code="no_link", cure="请联系指挥中心重新发送链接")
    return link


def _case_of_link(connection: Connection, link_id: int, number: str) -> bool:
    """Whether the case is generated; raise `NotFound` for a case that the link does not show."""
    shown = observer_link_cases.c
    query = (
        select(CASE.is_demo)
        .join(observer_link_cases, shown.enforcement_number == CASE.number)
        .where(shown.link_id == link_id, CASE.number == number)
    )
    found = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(
            "这条链接里没有这件案件", field="case", value=number[:64], cure="请从页面列出的案件中选择"
        )
    return bool(found)


def _next_number(connection: Connection, link_id: int) -> str:
    begin = f"YJ-L{link_id}-"
    query = select(func.count()).where(OPINION.number.startswith(begin, autoescape=True))
    count = connection.execute(query).scalar_one()
    if count >= MOST_OPINIONS:
        raise Conflict(
            f"这条链接已提 {count} 条意见，到了上限",
            field="text",
            value=count,
            cure="请联系指挥中心换一条新链接",
        )
    return f"{begin}{count + 1:02d}"


def _settle(connection: Connection, number: str, text: str, now: datetime) -> datetime:
    """Mark an opinion as answered and return when it was given; of two answers at once one is too late."""
    waiting = (OPINION.number == number, OPINION.answered_at.is_(None))
    settled = update(observer_opinions).where(*waiting).values(answered_at=now)
    row = connection.execute(settled.returning(OPINION.given_at, OPINION.enforcement_number)).one_or_none()
    if row is None:
        raise _too_late(connection, number)
    _refuse_subject(connection, row.enforcement_number, text)
    return row.given_at  # type: ignore[no-any-return]


def _refuse_subject(connection: Connection, case_number: str, text: str) -> None:
    """Refuse an answer that names whom the case concerns: the observer must not learn it."""
    query = select(subjects.c.name).join(enforcement_cases, CASE.subject_key == subjects.c.key)
    name = connection.execute(query.where(CASE.number == case_number)).scalar_one_or_none()
    if name and len(name) >= SHORTEST_NAME and name in text:
        raise InvalidInput(
            "答复里写了当事人的名称，观察员不应看到",
            field="text",
            value=case_number,
            cure="请改称“当事人”后重新提交",
        )


def _too_late(connection: Connection, number: str) -> Conflict | NotFound:
    answer = connection.execute(select(observer_answers).where(ANSWER.opinion_number == number)).one_or_none()
    known = select(OPINION.id).where(OPINION.number == number)
    if answer is None and connection.execute(known).first() is None:
        return _unknown(number)
    who = "台账上已有答复时间" if answer is None else f"{answer.answered_by} 已经答复"
    return Conflict(f"{who}，没有再写", field="number", value=number, cure="请刷新待答复的意见")


def _unknown(number: str) -> NotFound:
    return NotFound(
        f"没有编号为“{number[:64]}”的观察意见", field="number", value=number[:64], cure="请从列出的意见中选择"
    )


def _tell(world: World, transaction: Transaction, given_at: datetime, now: datetime) -> None:
    """Mark the day on which the opinion counts, and tell the screens."""
    days = days_of([{"given_at": given_at}], world.town.profile.zone)
    mark_days(transaction.connection, days, now, ["enforcement"])
    transaction.changed("enforcement", now)
