"""The card of a task, or of a unit's score: every order that counted against it, and those left out, to its case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from data.domain.board import Cell, Facts, Listing, Part
from data.domain.errors import CloudError
from data.store.measure_marks import month_end
from data.store.tables import cases, orders
from data.views.modules.party_appeals import appeal_card, assessment_card, months_part
from data.views.modules.party_book import Book, Task
from data.views.modules.view import Asked, today_of
from data.views.origins import origin_of
from data.views.unit_scores import Days, score_of_unit
from data.world import World

Card = tuple[tuple[Part, ...], str]
NOTHING: Card = ((), "")
MOST = 60
GROUPS = {
    "late": "超期",
    "overdue_open": "超期未处置",
    "reworked": "返工",
    "extended": "延期",
    "exempt": "申诉免责，不计",
    "suspended": "挂起，不计",
    "wrong_unit": "派错单位，不计",
    "recalled": "撤回，不计",
    "recalled_overdue": "撤回时已超期",
}


def card_of(world: World, connection: Connection, asked: Asked, book: Book) -> Card:
    """Return the card of what was picked, nothing for a pick that names nothing here."""
    kind, _, code = asked.pick.partition(":")
    if kind == "unit" and code in world.town.unit_names and asked.may_see_unit(code):
        return _unit(world, connection, asked, code)
    if kind == "assessed":
        return _assessed(world, connection, asked, code)
    if kind == "appeal":
        appeal, parts = appeal_card(world, connection, asked, code)
        return NOTHING if appeal is None else (parts, f"考核申诉 {appeal.number}")
    task = next((one for one in book.tasks if kind == "task" and one.code == code), None)
    return NOTHING if task is None or not asked.may_see_rows else _task(world, connection, asked, task)


def _unit(world: World, connection: Connection, asked: Asked, code: str) -> Card:
    """The score of the running month, as the score's own view tells it, and every assessment of the unit."""
    today = today_of(world, asked.now)
    scored = _score(world, connection, asked, code, Days(today.replace(day=1), today))
    return (*scored, months_part(connection, code)), f"{world.town.unit_names[code]} 评分"


def _assessed(world: World, connection: Connection, asked: Asked, code: str) -> Card:
    """An assessment, its appeals, and the score of the unit's orders of its month with every case behind it."""
    one, parts = assessment_card(world, connection, asked, code)
    if one is None:
        return NOTHING
    scored = _score(world, connection, asked, one.unit, Days(one.period, month_end(one.period)))
    name = world.town.unit_names.get(one.unit, one.unit)
    return (*parts, *scored, months_part(connection, one.unit)), f"{name} 考核 {one.period:%Y-%m}"


def _score(
    world: World, connection: Connection, asked: Asked, code: str, days: Days
) -> tuple[Facts | Listing, ...]:
    try:
        score = score_of_unit(world, code, days, asked.now)
    except CloudError as error:
        return (Facts("", (("评分", str(error)),)),)
    value = "；".join(score["missing"]) if score["value"] is None else f"{score['value']:g} 分"
    rates = [(rate["label"], _rate(rate)) for rate in score["rates"]]
    method = ("评分办法", f"{score['version']}（{score['citation']}）")
    head = Facts(f"派遣单评分 {days.first:%Y-%m}", (("评分", value), method, *rates))
    return (head, _orders(connection, asked, score["listed"]))


def _rate(rate: Mapping[str, Any]) -> str:
    if rate["share"] is None:
        return f"无可计算，权重 {rate['weight']:g}"
    return f"{rate['count']}/{rate['total']} = {100 * rate['share']:.1f}%，得 {rate['points']:.1f}/{rate['weight']:g}"


def _orders(connection: Connection, asked: Asked, listed: Mapping[str, tuple[str, ...]]) -> Listing:
    """Every order by which the score lost points, and every one that was left out, each to its case."""
    named = [(GROUPS.get(group, group), number) for group, numbers in listed.items() for number in numbers]
    numbers = [number for _word, number in named[:MOST]]
    query = select(orders.c.number, orders.c.case_id, cases.c.number.label("case_number"))
    found = connection.execute(
        query.join(cases, cases.c.id == orders.c.case_id).where(orders.c.number.in_(numbers))
    )
    of_order = {row.number: row for row in found}
    rows = tuple((word, _case(of_order[number], asked)) for word, number in named[:MOST])
    note = f"共 {len(named)} 件，列出前 {MOST} 件；" if len(named) > MOST else ""
    told = f"{note}对超期有异议，请打开案卷提出申诉"
    return Listing("扣分与不计的案卷", ("情形", "案卷"), rows, note=told)


def _case(row: Row[Any], asked: Asked) -> Cell:
    href = f"/desk?tab=all&case={row.case_id}" if asked.may_see_rows else ""
    return Cell(row.case_number, href=href)


def _task(world: World, connection: Connection, asked: Asked, one: Task) -> Card:
    late = (today_of(world, asked.now) - one.due_on).days
    state = f"{one.done_on} 完成" if one.done_on else f"逾期 {late} 天" if late > 0 else "进行中"
    told = (
        ("联合项目", one.project.label),
        ("任务", one.name),
        ("共建单位", one.partner),
        ("期限", one.due_on.isoformat()),
        ("进展", state),
        ("来源", origin_of(connection, one.load_id, one.line)),
    )
    return (Facts("", told),), f"共建任务 {one.code}"
