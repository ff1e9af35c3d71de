"""The card of one enterprise or one project, by what was picked: `enterprise:CODE` or `project:CODE`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from data.domain.board import Cell, Columns, Facts, Listing, Part
from data.store.modules.economy import enterprises
from data.views.modules.economy_months import Months
from data.views.modules.economy_projects import STAGES, Project
from data.views.modules.economy_words import INDUSTRIES, month_word, months_words
from data.views.modules.view import Asked, today_of
from data.views.origins import origin_of
from data.world import World

Card = tuple[tuple[Part, ...], str]
SERIES = (
    ("output_yuan", "产值", "万元", 1e4),
    ("tax_yuan", "税收", "万元", 1e4),
    ("power_kwh", "用电量", "万千瓦时", 1e4),
    ("employees", "从业人数", "人", 1),
)


def card_of(
    world: World, connection: Connection, asked: Asked, months: Months, known: Sequence[Project]
) -> Card:
    """Return the parts of the card and its title; nothing for a pick that names neither."""
    kind, _, code = asked.pick.partition(":")
    if kind == "enterprise":
        return _enterprise(connection, code, months, known, today_of(world, asked.now))
    one = next((project for project in known if project.code == code), None) if kind == "project" else None
    return _project(one, today_of(world, asked.now)) if one else ((), "")


def _enterprise(
    connection: Connection, code: str, months: Months, known: Sequence[Project], today: date
) -> Card:
    row = connection.execute(select(enterprises).where(enterprises.c.code == code)).first()
    if row is None:
        return (), ""
    gap = next((gap for gap in months.gaps() if gap.code == code), None)
    facts = (
        ("信用代码", row.code),
        ("产业", INDUSTRIES.get(row.industry, row.industry)),
        ("规上", _above(row.is_above_scale, row.above_scale_since)),
        ("上市", _day(row.listed_on) or "未上市"),
        ("月报", f"缺 {len(gap.months)} 个月：{months_words(gap.months)}" if gap else "近 13 个月齐全"),
        ("来源", origin_of(connection, row.load_id, row.source_line)),
    )
    own = tuple(project for project in known if project.enterprise_code == code)
    return (Facts("", facts), *_series(months, code), *_own_projects(own, today)), row.name


def _series(months: Months, code: str) -> list[Part]:
    """The enterprise's own months; one that it did not report is a gap, not a zero."""
    shown = months.months()
    labels = tuple(f"{month.month}" for month in shown)
    return [
        Columns(f"{word} 至{month_word(shown[-1])}", labels, _scaled(months, code, measure, scale), unit)
        for measure, word, unit, scale in SERIES
        if shown
    ]


def _scaled(months: Months, code: str, measure: str, scale: float) -> tuple[float | None, ...]:
    found = months.series(measure, code, months.months())
    return tuple(None if value is None else value / scale for value in found)


def _own_projects(own: Sequence[Project], today: date) -> list[Part]:
    rows = tuple(
        (
            Cell(one.name, pick=f"project:{one.code}"),
            "未成交" if one.at is None else STAGES[one.at][1],
            f"{one.days_late(today)} 天" if one.days_late(today) else "",
        )
        for one in own
    )
    return [Listing("项目", ("项目", "阶段", "超计划"), rows)] if rows else []


def _project(one: Project, today: date) -> Card:
    money = "" if one.investment_yuan is None else f"{one.investment_yuan / 1e8:.2f} 亿元"
    facts = (("编号", one.code), ("计划投资", money or "未填"), ("重点项目", "是" if one.is_key else "否"))
    rows = []
    for n, ((_key, word), milestone) in enumerate(zip(STAGES, one.milestones, strict=True)):
        days = one.days_for(n)
        late = one.days_late(today) if n == one.awaited else 0
        reached = (
            Cell(_day(milestone.reached_on))
            if milestone.reached_on
            else Cell(f"超 {late} 天" if late else "未到", "soon" if late else "")
        )
        rows.append((word, _day(milestone.planned_on), reached, "" if days is None else f"{days}"))
    stages = Listing("节点", ("阶段", "计划", "实际", "用时（天）"), tuple(rows), (3,))
    return (Facts("", facts), stages), one.name


def _above(is_above_scale: bool, since: date | None) -> str:
    if not is_above_scale:
        return "否"
    return f"{since.isoformat()} 起" if since else "是"


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
