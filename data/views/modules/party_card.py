"""The card of a task, or of a unit's score: every order that counted against it, and those left out, to its case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from data.domain.board import Cell, Facts, Listing, Part
from data.domain.errors import CloudError
from data.store.tables import orders
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
    "withdrawn": "撤回，不计",
}


def card_of(world: World, connection: Connection, asked: Asked, book: Book) -> Card:
    """Return the card of what was picked, nothing for a pick that names nothing here."""
    kind, _, code = asked.pick.partition(":")
    if kind == "unit" and code in world.town.unit_names:
        return _unit(world, connection, asked, code)
    task = next((one for one in book.tasks if kind == "task" and one.code == code), None)
    return NOTHING if task is None else _task(world, connection, asked, task)


def _unit(world: World, connection: Connection, asked: Asked, code: str) -> Card:
    """The score of the running month, as the score's own view tells it."""
    today = today_of(world, asked.now)
    title = f"{world.town.unit_names[code]} 评分"
    try:
        score = score_of_unit(world, code, Days(today.replace(day=1), today), asked.now)
    except CloudError as error:
        return (Facts("", (("评分", str(error)),)),), title
    value = "；".join(score["missing"]) if score["value"] is None else f"{score['value']:g} 分"
    rates = [(rate["label"], _rate(rate)) for rate in score["rates"]]
    head = Facts("", (("评分", value), ("办法", f"{score['version']}（{score['citation']}）"), *rates))
    return (head, _orders(connection, score["listed"])), title


def _rate(rate: Mapping[str, Any]) -> str:
    if rate["share"] is None:
        return f"无可计算，权重 {rate['weight']:g}"
    return f"{rate['count']}/{rate['total']} = {100 * rate['share']:.1f}%，得 {rate['points']:.1f}/{rate['weight']:g}"


def _orders(connection: Connection, listed: Mapping[str, tuple[str, ...]]) -> Listing:
    """Every order by which the score lost points, and every one that was left out, each to its case."""
    named = [(GROUPS.get(group, group), number) for group, numbers in listed.items() for number in numbers]
    numbers = [number for _word, number in named[:MOST]]
    query = select(orders.c.number, orders.c.case_id).where(orders.c.number.in_(numbers))
    cases = {row.number: row.case_id for row in connection.execute(query)}
    rows = tuple(
        (word, Cell(number, href=f"/desk?tab=all&case={cases[number]}" if number in cases else ""))
        for word, number in named[:MOST]
    )
    note = f"共 {len(named)} 件，列出前 {MOST} 件；" if len(named) > MOST else ""
    return Listing(
        "扣分与不计的派遣单", ("情形", "派遣单"), rows, note=f"{note}对超期有异议，请打开案卷提出申诉"
    )


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
