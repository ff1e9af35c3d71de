"""What the forms of an appeal offer to whoever may use them: the assessment or the appeal that was picked, its cases."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from data.domain.errors import CloudError
from data.domain.people import Actor
from data.domain.rights import Owned, Right, authorise, may
from data.store.appeal_tables import assessment_appeals
from data.store.measure_marks import month_end
from data.store.tables import cases, orders
from data.views.assessments import NO_RECOUNT, Assessment, assessment_of, read_appeals, recount
from data.views.unit_scores import Days, score_of_unit
from data.world import World

AGAINST = {"late": "超期", "overdue_open": "超期未处置", "reworked": "返工", "extended": "延期"}
"""The groups of orders by which a unit loses points."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a form is about, and the cases to tick: number and a few words."""

    about: str
    cases: tuple[tuple[str, str], ...]


def appeal_offer(world: World, pick: str, actor: Actor, now: datetime) -> Offer | None:
    """Return the form of an appeal for a picked assessment (`assessed:CODE`), None where the actor may not."""
    kind, _, code = pick.partition(":")
    if kind != "assessed" or not may(actor, Right.APPEAL_ASSESSMENT):
        return None
    with world.store.read() as connection:
        one = assessment_of(connection, code)
        if one is None or not _is_allowed(actor, one.unit):
            return None
        return Offer(about_words(world, one), _against(world, connection, one, now))


def decision_offer(world: World, pick: str, actor: Actor) -> Offer | None:
    """Return the form of a decision for a picked appeal (`appeal:NUMBER`) that waits, None where there is none."""
    kind, _, number = pick.partition(":")
    if kind != "appeal" or not may(actor, Right.DECIDE_ASSESSMENT):
        return None
    with world.store.read() as connection:
        found = read_appeals(connection, assessment_appeals.c.number == number)
    if not found or found[0].decided_at is not None:
        return None
    [one] = found
    unit = world.town.unit_names.get(one.unit, one.unit)
    about = f"{one.number}　{unit} {one.period:%Y-%m} {one.kind.label}人员，{one.score:.1f} 分"
    return Offer(about, tuple((case, "") for case in one.cases))


def recount_words(world: World, code: str, exempt: Collection[str], now: datetime) -> list[str]:
    """Return what exempting cases would make of an assessment's score; nothing where none is exempted."""
    if not exempt:
        return []
    with world.store.read() as connection:
        one = assessment_of(connection, code)
        found = recount(world, connection, one, exempt, now) if one else None
    return [f"准予后：{found.words if found else NO_RECOUNT}"]


def about_words(world: World, one: Assessment) -> str:
    """Return an assessment in one line."""
    unit = world.town.unit_names.get(one.unit, one.unit)
    return f"{unit} {one.period:%Y-%m} {one.kind.label}人员，办法 {one.version}，{one.score:.1f} 分"


def _is_allowed(actor: Actor, unit: str) -> bool:
    try:
        authorise(actor, Right.APPEAL_ASSESSMENT, Owned(frozenset({unit})))
    except CloudError:
        return False
    return True


def _against(
    world: World, connection: Connection, one: Assessment, now: datetime
) -> tuple[tuple[str, str], ...]:
    """The cases of the month by which the unit lost points, each with how."""
    try:
        listed = score_of_unit(world, one.unit, Days(one.period, month_end(one.period)), now)["listed"]
    except CloudError:
        return ()
    why: dict[str, list[str]] = {}
    for group, word in AGAINST.items():
        for number in listed[group]:
            why.setdefault(number, []).append(word)
    query = select(orders.c.number, cases.c.number.label("case_number"))
    rows = connection.execute(
        query.join(cases, cases.c.id == orders.c.case_id).where(orders.c.number.in_(list(why)))
    )
    found: dict[str, list[str]] = {}
    for row in rows.all():
        found.setdefault(row.case_number, []).extend(why[row.number])
    return tuple((number, "、".join(dict.fromkeys(words))) for number, words in sorted(found.items()))
