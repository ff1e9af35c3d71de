"""The last checks of 首违不罚 on the board, decision by decision; on a case's card, its checks beside its decision.

The ledger says what was decided of a case. A check stands beside it and changes nothing there; where the two say
different things, both are shown.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from data.domain.board import Cell, Facts, Listing, Number, Numbers, Part
from data.domain.enforcement import DECISIONS
from data.domain.errors import Forbidden
from data.domain.exemption import Answer, CheckDecision
from data.domain.people import Actor
from data.domain.rights import Owned, Right, authorise, may
from data.store.account_tables import users
from data.store.exemption_tables import exemption_checks, exemption_words
from data.store.modules.enforcement import enforcement_cases
from data.store.types import BIGGEST_ID
from data.views.exemption import may_check
from data.views.modules.view import Asked
from data.world import World

E, C, W = exemption_checks.c, enforcement_cases.c, exemption_words.c
CASE, CHECK, EXEMPTION = "case:", "check:", "exemption:"
ERASED_WORDS = "（已删除）"
SHOWN = 15
YEAR = timedelta(days=365)
SAME_FINDING = (E.subject_key, E.matter_code, E.found_on, E.case_number)
HEADS = ("核对", "时间", "事项", "案件", "回溯期内", "条件", "决定", "案件台账")


def checks_of_board(world: World, connection: Connection, asked: Asked) -> list[Part]:
    """Return counts and the last checks for whoever may see rows, and for a handler those of the own unit."""
    is_own = not asked.may_see_rows
    if is_own and not (may(asked.actor, Right.CHECK_EXEMPTION) and asked.actor.unit_code):
        return []
    newest = func.max(E.id).over(partition_by=SAME_FINDING).label("newest")
    query = (
        select(exemption_checks, newest, C.decision.label("ledger"), C.id.label("case_id"), C.decided_at)
        .outerjoin(enforcement_cases, C.number == E.case_number)
        .order_by(E.id.desc())
    )
    if is_own:
        query = query.where(E.unit_code == asked.actor.unit_code)
    rows = connection.execute(query.where(E.made_at > asked.now - YEAR)).all()
    return [_counts(rows), _list(world, asked, rows)] if rows else []


def _counts(rows: list[Row]) -> Numbers:  # type: ignore[type-arg]
    """Each decision for itself: 首违不罚, 免罚 and 轻罚 are never summed up; what was superseded does not count."""
    standing = [row.decision for row in rows if row.newest == row.id]
    figures = tuple(Number(word.label, f"{standing.count(word.value)}", "次") for word in CheckDecision)
    return Numbers("近一年核对的决定（各自计数，已被取代的不计）", figures)


def _list(world: World, asked: Asked, rows: list[Row]) -> Listing:  # type: ignore[type-arg]
    told = tuple(_told(world, asked, row) for row in rows[:SHOWN])
    note = "核对不改动案件台账：案件的决定以台账为准，两者不同时一并列出。同一发现以最后一次核对为准，此前的仍列出"
    return Listing(f"首违不罚核对记录 {len(rows)} 次", HEADS, told, (), note, is_wide=True)


def _told(world: World, asked: Asked, row: Row) -> tuple[Cell | str, ...]:  # type: ignore[type-arg]
    is_old = row.newest != row.id
    case: Cell | str = "—"
    if row.case_number:
        has_card = asked.may_see_rows and row.case_id is not None
        case = Cell(row.case_number, pick=f"{CASE}{row.case_number}" if has_card else "")
    return (
        Cell(f"{row.id}" + ("（已被取代）" if is_old else ""), pick=f"{EXEMPTION}{row.id}"),
        f"{row.made_at.astimezone(world.town.profile.zone):%m-%d %H:%M}",
        json.loads(row.matter)["name"],
        case,
        f"{json.loads(row.findings)['within']} 条",
        _answers(json.loads(row.answers)),
        CheckDecision(row.decision).label + ("（另写理由）" if row.goes_against else ""),
        _ledger(row),
    )


def _answers(answers: list[str]) -> str:
    counts = [(word.label, answers.count(word.value)) for word in Answer]
    return " ".join(f"{label} {count}" for label, count in counts if count) or "—"


def _ledger(row: Row) -> str:  # type: ignore[type-arg]
    """Return what the ledger says of the case, and whether the check that counts says something else."""
    if not row.case_number:
        return "—"
    if row.case_id is None:
        return "台账中已无此案件"
    if row.decided_at is None:
        return "未决定"
    word = DECISIONS.get(row.ledger, row.ledger)
    return f"{word}（与核对不同）" if row.ledger != row.decision and row.newest == row.id else word


def checks_of_case(world: World, connection: Connection, asked: Asked, case: Row) -> list[Part]:  # type: ignore[type-arg]
    """Return a case's checks beside its decision, the newest first, and for whoever may the button that begins one."""
    query = select(exemption_checks).where(E.case_number == case.number).order_by(E.id.desc())
    checks = connection.execute(query).all()
    zone = world.town.profile.zone
    told: list[tuple[Cell | str, ...]] = [
        (
            f"{row.made_at.astimezone(zone):%Y-%m-%d %H:%M}" + ("" if n == 0 else "（已被取代）"),
            CheckDecision(row.decision).label,
            Cell(f"{row.id}", pick=f"{EXEMPTION}{row.id}"),
        )
        for n, row in enumerate(checks)
    ]
    if case.decided_at is None and may_check_case(world, asked.actor, case.unit_code):
        told.append(("未决案件", "", Cell("核对", pick=f"{CHECK}{case.number}", pane="board")))
    if not told:
        return []
    is_other = bool(checks) and case.decided_at is not None and checks[0].decision != case.decision
    note = "案件台账的决定与最后一次核对不同，以台账为准" if is_other else ""
    return [Listing("首违不罚核对", ("时间", "决定", ""), tuple(told), (), note)]


def may_check_case(world: World, actor: Actor, unit_code: str) -> bool:
    """Whether an actor may check a case of a unit."""
    try:
        may_check(world, actor)
        authorise(actor, Right.CHECK_EXEMPTION, Owned(frozenset({unit_code})))
    except Forbidden:
        return False
    return True


def card_of_check(world: World, connection: Connection, asked: Asked) -> tuple[tuple[Part, ...], str]:
    """Return the card of the check that was picked; its words are for whoever may check alone."""
    number = asked.pick.removeprefix(EXEMPTION)
    if not asked.pick.startswith(EXEMPTION) or not (number.isascii() and number.isdigit()):
        return (), ""
    query = select(exemption_checks, W.evidence, W.reason, W.against, users.c.display_name)
    query = query.outerjoin(exemption_words, W.check_id == E.id).outerjoin(users, users.c.name == E.made_by)
    row = connection.execute(query.where(E.id == min(int(number), BIGGEST_ID))).first()
    may_read = row is not None and _may_read(world, asked.actor, row.unit_code)
    if row is None or not (may_read or asked.may_see_rows):
        return (), ""
    law, found = json.loads(row.matter), json.loads(row.findings)
    facts = (
        ("事项", law["name"]),
        ("依据", law["citation"]),
        ("案件", row.case_number or "—"),
        (
            "核对",
            f"{row.made_at.astimezone(world.town.profile.zone):%Y-%m-%d %H:%M} {row.display_name or row.made_by}",
        ),
        ("本次发现", row.found_on.isoformat()),
        ("回溯期", f"{found['window_months']} 个月，{found['since']} 起"),
        (
            "当时查到",
            f"回溯期内 {found['within']} 条，以前 {found['outside']} 条，其他事项 {found['other_matters']} 条；"
            f"数据自 {found['data_begin'] or '—'} 至 {found['data_end'] or '—'}",
        ),
        ("决定", CheckDecision(row.decision).label),
        *(_words(row) if may_read else (("理由", "由核对人员查看"),)),
    )
    return (Facts("核对", facts), _conditions(row, law, may_read=may_read)), f"首违不罚核对 {row.id}"


def _may_read(world: World, actor: Actor, unit_code: str | None) -> bool:
    if unit_code is None:
        return may(actor, Right.CHECK_EXEMPTION) and actor.unit_code is None
    return may_check_case(world, actor, unit_code)


def _words(row: Row) -> tuple[tuple[str, str], ...]:  # type: ignore[type-arg]
    against = ((("另写理由", row.against or ERASED_WORDS),)) if row.goes_against else ()
    return (("理由", row.reason or ERASED_WORDS), *against)


def _conditions(row: Row, law: dict[str, Any], *, may_read: bool) -> Listing:  # type: ignore[type-arg]
    answers = [Answer(one).label for one in json.loads(row.answers)]
    evidence = json.loads(row.evidence) if may_read and row.evidence else []
    words = [one or "—" for one in evidence] or ["—" if not may_read else ERASED_WORDS] * len(answers)
    return Listing(
        "条件", ("条件", "核对", "证据"), tuple(zip(law["conditions"], answers, words, strict=True))
    )
