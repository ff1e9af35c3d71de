"""Links of observers: a secret shown once, of which only the SHA-256 is kept, for named cases and some days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, or_, select, update

from data.domain.errors import InvalidInput, NotFound
from data.domain.observing import DEFAULT_DAYS, MOST_CASES, MOST_DAYS
from data.domain.people import Actor
from data.domain.rights import Right, authorise
from data.services.audit import Note, Outcome, note_in
from data.services.requests import Request, claim, remember
from data.services.secrets import draw_token, token_hash
from data.store.modules.enforcement import enforcement_cases, matters, observer_opinions, observers
from data.store.observer_tables import observer_link_cases, observer_links
from data.world import World

OPENED_AFTER = timedelta(minutes=1)
MOST_LAST_DAYS = 366
SHOWN = 5
CASE, LINK = enforcement_cases.c, observer_links.c


@dataclass(frozen=True, slots=True)
class InviteObserver:
    """Whom a link is for and what it shows, besides the cases of which the observer has spoken already.

    `cases` are numbers; `matter` is a code or a name, whose cases of the `last_days` are added; `days` is how
    long the link holds.
    """

    observer: str
    cases: tuple[str, ...] = ()
    matter: str = ""
    last_days: int | None = None
    days: int = DEFAULT_DAYS


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that was made; `secret` is shown once and kept nowhere, None where this request made it before."""

    link_id: int
    cases: int
    expires_at: datetime
    secret: str | None = field(default=None, repr=False)


def invite_observer(
    world: World, command: InviteObserver, request_key: str, actor: Actor, now: datetime
) -> Invitation:
    """Make a link; the same request again makes none.

    Raises `Forbidden`, `NotFound` for an observer, and `InvalidInput` for days, cases and a matter that cannot be.
    """
    authorise(actor, Right.INVITE_OBSERVER)
    _check_days(command)
    request = Request(actor.name, str(Right.INVITE_OBSERVER), request_key, asdict(command))
    with world.store.write() as transaction:
        connection = transaction.connection
        if (first := claim(connection, request, now)) is not None:
            return Invitation(first["link_id"], first["cases"], datetime.fromisoformat(first["expires_at"]))
        wanted = _wanted_cases(connection, command, now)
        made = _make(connection, command, wanted, actor, now)
        told = {"link_id": made.link_id, "cases": made.cases, "expires_at": made.expires_at.isoformat()}
        remember(connection, request, told)
        note_in(connection, _note(actor, made.link_id, now, "link_add"))
        transaction.changed("enforcement", now)
    return made


def revoke_link(world: World, link_id: int, actor: Actor, now: datetime) -> None:
    """End a link at once; one that is revoked stays so. Raises `Forbidden` and `NotFound`."""
    authorise(actor, Right.INVITE_OBSERVER)
    with world.store.write() as transaction:
        connection = transaction.connection
        is_open = (LINK.id == link_id, LINK.revoked_at.is_(None))
        if connection.execute(update(observer_links).where(*is_open).values(revoked_at=now)).rowcount:
            note_in(connection, _note(actor, link_id, now, "link_revoke"))
            transaction.changed("enforcement", now)
        elif connection.execute(select(LINK.id).where(LINK.id == link_id)).first() is None:
            raise NotFound(f"没有编号为 {link_id} 的链接", field="link", value=link_id, cure="请从列表中选择")


def mark_opened(world: World, link_id: int, now: datetime) -> None:
    """Remember that a link was opened."""
    is_old = or_(LINK.opened_at.is_(None), LINK.opened_at <= now - OPENED_AFTER)
    with world.store.write() as transaction:
        seen = update(observer_links).where(LINK.id == link_id, is_old).values(opened_at=now)
        transaction.connection.execute(seen)


def _check_days(command: InviteObserver) -> None:
    if not 1 <= command.days <= MOST_DAYS:
        raise InvalidInput(
            f"有效天数应在 1 至 {MOST_DAYS} 之间", field="days", value=command.days, cure="请改天数"
        )
    if command.matter and not 1 <= (command.last_days or 0) <= MOST_LAST_DAYS:
        raise InvalidInput(
            f"选了事项，还要写近多少天（1 至 {MOST_LAST_DAYS}）",
            field="last_days",
            value=command.last_days,
            cure="请填写近多少天发现的案件",
        )


def _wanted_cases(connection: Connection, command: InviteObserver, now: datetime) -> list[str]:
    """Return the numbers of all cases of the link; raise for what nobody knows and for too many."""
    _require_observer(connection, command.observer)
    spoken = select(observer_opinions.c.enforcement_number).where(
        observer_opinions.c.observer_code == command.observer
    )
    known = connection.execute(select(CASE.number).where(CASE.number.in_(spoken))).scalars()
    wanted = sorted({*known, *_named(connection, command.cases), *_of_matter(connection, command, now)})
    if not 1 <= len(wanted) <= MOST_CASES:
        few = not wanted
        raise InvalidInput(
            "没有可以观察的案件" if few else f"共 {len(wanted)} 件案件，一条链接最多 {MOST_CASES} 件",
            field="cases",
            value=len(wanted),
            cure="请填写案件编号，或选事项和天数" if few else "请减少案件或缩短天数",
        )
    return wanted


def _require_observer(connection: Connection, code: str) -> None:
    if connection.execute(select(observers.c.id).where(observers.c.code == code)).first() is None:
        raise NotFound(
            f"名录里没有编号为“{code[:32]}”的执法观察员",
            field="observer",
            value=code[:32],
            cure="请从列出的观察员中选择，或先载入执法观察员名录",
        )


def _named(connection: Connection, numbers: Iterable[str]) -> set[str]:
    asked = {*numbers}
    found = {*connection.execute(select(CASE.number).where(CASE.number.in_(asked))).scalars()}
    if unknown := sorted(asked - found):
        listed = "、".join(one[:64] for one in unknown[:SHOWN])
        raise InvalidInput(
            f"没有编号为 {listed} 的执法案件",
            field="cases",
            value=listed,
            cure="请核对编号，多个编号用顿号或空格隔开",
        )
    return found


def _of_matter(connection: Connection, command: InviteObserver, now: datetime) -> set[str]:
    if not command.matter:
        return set()
    is_it = or_(matters.c.code == command.matter, matters.c.name == command.matter)
    codes = {*connection.execute(select(matters.c.code).where(is_it)).scalars()}
    if not codes:
        raise InvalidInput(
            f"没有名为“{command.matter[:60]}”的执法事项",
            field="matter",
            value=command.matter[:60],
            cure="请从列出的事项中选择",
        )
    since = now - timedelta(days=command.last_days or 0)
    query = select(CASE.number).where(CASE.matter_code.in_(codes), CASE.found_at > since)
    return {*connection.execute(query).scalars()}


def _make(
    connection: Connection, command: InviteObserver, wanted: list[str], actor: Actor, now: datetime
) -> Invitation:
    secret, expires_at = draw_token(), now + timedelta(days=command.days)
    row = {
        "observer_code": command.observer,
        "token_hash": token_hash(secret),
        "created_at": now,
        "created_by": actor.name,
        "expires_at": expires_at,
    }
    key = connection.execute(insert(observer_links).values(row)).inserted_primary_key
    assert key is not None
    cases = [{"link_id": key[0], "enforcement_number": number} for number in wanted]
    connection.execute(insert(observer_link_cases), cases)
    return Invitation(int(key[0]), len(wanted), expires_at, secret)


def _note(actor: Actor, link_id: int, now: datetime, what: str) -> Note:
    detail: dict[str, str | int | None] = {"change": what}
    return Note(now, actor, Right.INVITE_OBSERVER, f"observer_link:{link_id}", Outcome.DONE, detail)
