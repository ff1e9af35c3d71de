"""A case's card: what was found before at the same subject in the same matter, and the conditions that a person judges."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, Row, select

from data.domain.board import Cell, Facts, Listing, Part
from data.domain.enforcement import DECISIONS
from data.domain.errors import InvalidInput
from data.domain.exemption import conditions_in
from data.store.modules.enforcement import enforcement_cases, matters
from data.views.exemption import CASES, earlier, question_of
from data.views.modules.enforcement_checks import CASE, checks_of_case
from data.views.modules.enforcement_opinions import opinions_on
from data.views.modules.view import Asked
from data.world import World

C, M = enforcement_cases.c, matters.c
NOTE = "系统只列出记录和条件，不提出处罚或不罚的建议；由执法人员逐条核对并留证后决定"


def card_of(world: World, connection: Connection, asked: Asked) -> tuple[tuple[Part, ...], str]:
    """Return the card of the case that was picked; whom it concerns is not told."""
    if not asked.pick.startswith(CASE):
        return (), ""
    query = (
        select(enforcement_cases, M.name, M.citation, M.conditions)
        .outerjoin(matters, M.code == C.matter_code)
        .where(C.number == asked.pick.removeprefix(CASE))
    )
    row = connection.execute(query).first()
    if row is None:
        return (), ""
    checks = checks_of_case(world, connection, asked, row)
    said = opinions_on(world, connection, row.number)
    return (
        _facts(world, row),
        *said,
        *checks,
        _earlier(world, connection, row),
        _conditions(row),
    ), row.number


def _facts(world: World, row: Row) -> Facts:  # type: ignore[type-arg]
    told = [
        ("事项", row.name or row.matter_code),
        ("依据", row.citation or "未填"),
        ("发现", f"{_day(world, row.found_at):%Y-%m-%d}"),
        ("决定", DECISIONS.get(row.decision or "", "未决定")),
    ]
    if row.fine_yuan is not None:
        told.append(("罚款", f"{row.fine_yuan:,} 元"))
    if row.yellow_card_on is not None:
        told.append(("黄牌", row.yellow_card_on.isoformat()))
    if row.revisit_due_on is not None:
        done = "已回访" if row.revisited_at else "未回访"
        told.append(("回访日", f"{row.revisit_due_on.isoformat()}（{done}）"))
    return Facts("案件", tuple(told))


def _earlier(world: World, connection: Connection, row: Row) -> Listing:  # type: ignore[type-arg]
    """Findings of the same subject and matter before this one, within the matter's window, as the form tells them."""
    title, heads = "同一对象、同一事项的在前记录", ("编号", "日期", "结果")
    try:
        found = earlier(world, connection, question_of(world, connection, row))
    except InvalidInput as error:
        return Listing(title, heads, (), (), str(error))
    told = tuple(
        (
            Cell(one.number, pick=f"{CASE}{one.number}" if one.kind == CASES else ""),
            one.on.isoformat(),
            one.words if one.kind == CASES else f"{one.kind}{one.words}",
        )
        for one in found.within
    )
    apart = f"；本次发现当日及以后 {len(found.beside)} 条、回溯期以前 {len(found.outside)} 条不计入"
    note = f"回溯 {found.window_months} 个月（{found.since} 起），以事项清单为准；{found.said()}"
    return Listing(
        f"{title} {len(told)} 条", heads, told, (), note + (apart if found.beside or found.outside else "")
    )


def _conditions(row: Row) -> Listing:  # type: ignore[type-arg]
    """The matter's conditions, one a line, for a person to judge."""
    return Listing(
        "须由执法人员核对的条件",
        ("条件", "核对"),
        tuple((line, "待核对，附证据") for line in conditions_in(row.conditions)),
        (),
        NOTE,
    )


def _day(world: World, at: datetime) -> date:
    return at.astimezone(world.town.profile.zone).date()
