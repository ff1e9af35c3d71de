"""Board and layers of 经济发展: enterprises and their months, projects by stage, requests of enterprises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from data.domain.board import (
    Bar,
    Bars,
    Board,
    Cell,
    Columns,
    Lane,
    Lanes,
    Layer,
    Listing,
    Number,
    Numbers,
    Part,
    Slip,
)
from data.store.modules.economy import enterprises, projects
from data.views.modules.economy_card import card_of
from data.views.modules.economy_months import Months, count_enterprises, earlier, read_months
from data.views.modules.economy_projects import STAGES, Project, read_projects, typical_days
from data.views.modules.economy_requests import Request, read_requests
from data.views.modules.economy_words import (
    INDUSTRIES,
    LEADING,
    MEASURE_WORDS,
    month_word,
    months_words,
    signed,
)
from data.views.modules.view import Asked, Located, ModuleView, published_note, spots_of, today_of
from data.world import World

SLIPS_SHOWN, GAPS_SHOWN, REQUESTS_SHOWN = 6, 30, 30


def board(world: World, asked: Asked) -> Board:
    """Return the board, with the card of the enterprise or the project that was picked."""
    today = today_of(world, asked.now)
    with world.store.read() as connection:
        months = read_months(connection, today)
        known = read_projects(connection)
        requests = read_requests(world, connection)
        figures = _figures(world, connection, months, today)
        card, title = card_of(world, connection, asked, months, known) if asked.may_see_rows else ((), "")
    parts: list[Part] = [figures, *_measures(months), _industries(months), _stages(known, asked, today)]
    if asked.may_see_rows:
        parts += [_gaps(months), _requests(world, requests, asked.now)]
    return Board(tuple(parts), card, title)


def _figures(world: World, connection: Connection, months: Months, today: date) -> Numbers:
    counts = count_enterprises(connection, today)
    missing = months.missing(months.latest) if months.latest else frozenset()
    late = f"{month_word(months.latest)}应报未报" if months.latest else "还没有月报"
    items = (
        Number("规上企业", f"{counts['above']}", "家", published_note(world, "enterprises_above_scale")),
        Number(
            "本年新增规上", f"{counts['new']}", "家", published_note(world, "enterprises_above_scale_new")
        ),
        Number("上市公司", f"{counts['listed']}", "家", published_note(world, "enterprises_listed")),
        _leading(world, months),
        Number("月报缺报", f"{len(missing)}", "家", late, "soon" if missing else ""),
    )
    return Numbers("企业", items)


def _leading(world: World, months: Months) -> Number:
    name = "四大主导产业占比"
    known = months.industries(months.latest) if months.latest else {}
    whole = sum(known.values())
    if not whole:
        return Number(name, "—", "", "暂无数据")
    share = 100 * sum(known.get(key, 0.0) for key in LEADING) / whole
    return Number(name, f"{share:.1f}", "%", published_note(world, "industries_leading_share"))


def _measures(months: Months) -> list[Part]:
    """Each measure by month against its target; a month in which nobody reported is a gap."""
    shown = months.months()
    return [_measure(months, measure, shown) for measure in MEASURE_WORDS] if shown else []


def _measure(months: Months, measure: str, shown: Sequence[date]) -> Columns:
    word, unit, scale, decimals = MEASURE_WORDS[measure]
    values = tuple(None if value is None else value / scale for value in months.sums(measure, shown))
    aims = tuple(months.targets.get((month, measure)) for month in shown)
    targets = tuple(None if aim is None else aim / scale for aim in aims) if any(aims) else ()
    labels = tuple(f"{month.month}" for month in shown)
    title = f"{word} {month_word(shown[0])}至{month_word(shown[-1])}"
    return Columns(title, labels, values, unit, targets, _changes(months, measure, shown[-1]), decimals)


def _changes(months: Months, measure: str, month: date) -> str:
    """Say 同比 and 环比 over the enterprises that reported both months: a gap must not look like a fall."""
    told = []
    for name, before in (("同比", earlier(month, 12)), ("环比", earlier(month, 1))):
        change = months.change(measure, month, before)
        if change is not None:
            told.append(f"{name} {signed(change.share)}（{change.enterprises} 家同报）")
    missing = len(months.missing(month))
    return "，".join([f"{month_word(month)}", *told, *([f"缺报 {missing} 家"] if missing else [])])


def _industries(months: Months) -> Bars:
    known = months.industries(months.latest) if months.latest else {}
    whole, most = sum(known.values()), max(known.values(), default=0.0)
    bars = tuple(
        Bar(INDUSTRIES.get(key, key), f"{value / 1e8:.2f} 亿元", value / most, f"{100 * value / whole:.1f}%")
        for key, value in sorted(known.items(), key=lambda item: -item[1])
        if most
    )
    title = f"各产业产值 {month_word(months.latest)}" if months.latest else "各产业产值"
    return Bars(title, bars)


def _stages(known: Sequence[Project], asked: Asked, today: date) -> Lanes:
    """The stage board; in each stage those that slip come first, then those that have waited longest."""
    waiting = [one for one in known if one.at is None]
    lanes = [_lane("未成交", waiting, "", asked, today)] if waiting else []
    for n, (_key, word) in enumerate(STAGES):
        typical = typical_days(known, n)
        note = f"由{STAGES[n - 1][1]}用时中位 {typical[0]:g} 天（{typical[1]} 个）" if typical else ""
        lanes.append(_lane(word, [one for one in known if one.at == n], note, asked, today))
    late = sum(one.days_late(today) > 0 for one in known)
    return Lanes(f"项目推进 共 {len(known)} 个，{late} 个超计划", tuple(lanes))


def _lane(word: str, found: Sequence[Project], note: str, asked: Asked, today: date) -> Lane:
    ranked = sorted(found, key=lambda one: (-one.days_late(today), -(one.days_here(today) or 0), one.code))
    shown = ranked[:SLIPS_SHOWN] if asked.may_see_rows else []
    return Lane(word, len(found), note, tuple(_slip(one, today) for one in shown), len(found) - len(shown))


def _slip(one: Project, today: date) -> Slip:
    days, late = one.days_here(today), one.days_late(today)
    key = "重点 · " if one.is_key else ""
    lines = [] if days is None or one.awaited is None else [f"{key}已 {days} 天"]
    if one.awaited is not None and late:
        lines.append(f"{STAGES[one.awaited][1]}超计划 {late} 天")
    return Slip(one.name, tuple(lines), "soon" if late else "", f"project:{one.code}")


def _gaps(months: Months) -> Listing:
    found = months.gaps()
    rows = tuple(
        (Cell(gap.name, pick=f"enterprise:{gap.code}"), str(len(gap.months)), months_words(gap.months))
        for gap in found[:GAPS_SHOWN]
    )
    note = f"共 {len(found)} 家，列出前 {GAPS_SHOWN} 家" if len(found) > GAPS_SHOWN else ""
    return Listing("月报断档（近 13 个月）", ("企业", "缺月", "哪些月"), rows, (1,), note)


def _requests(world: World, found: Sequence[Request], now: datetime) -> Listing:
    late = sum(1 for one in found if one.due_at is not None and one.due_at < now)
    rows = tuple(
        (
            Cell(one.title, href=f"/desk?tab=all&case={one.case_id}"),
            one.category,
            one.unit or "待派遣",
            _left(world, one, now),
        )
        for one in found[:REQUESTS_SHOWN]
    )
    title = f"企业诉求 在办 {len(found)} 件，超期 {late} 件"
    more = f"，列出前 {REQUESTS_SHOWN} 件" if len(found) > REQUESTS_SHOWN else ""
    return Listing(
        title, ("事项", "类别", "承办", "时限"), rows, note=f"与居民诉求同一时钟{more}", is_wide=True
    )


def _left(world: World, one: Request, now: datetime) -> Cell:
    if one.due_at is None:
        return Cell("未定")
    local = one.due_at.astimezone(world.town.profile.zone)
    return Cell(
        f"{local:%m-%d %H:%M}" + ("（超期）" if one.due_at < now else ""), "bad" if one.due_at < now else ""
    )


def layers(world: World, asked: Asked) -> tuple[Layer, ...]:
    """Return the enterprises by industry, the listed ones, and the projects; a visitor sees no names."""
    today, c, p = today_of(world, asked.now), enterprises.c, projects.c
    here = (c.lon.isnot(None), or_(c.closed_on.is_(None), c.closed_on > today))
    columns = (c.code, c.name, c.industry, c.lon, c.lat, c.listed_on, c.is_above_scale)
    with world.store.read() as connection:
        rows = connection.execute(select(*columns).where(*here)).all()
        unplaced = count_enterprises(connection, today)["unplaced"]
        query = select(p.code, p.name, p.is_key, p.lon, p.lat).where(p.lon.isnot(None))
        built = connection.execute(query).all()
    above = [_located(asked, row, row.industry, "enterprise") for row in rows if row.is_above_scale]
    listed = [_located(asked, row, "listed", "enterprise") for row in rows if row.listed_on]
    sites = [_located(asked, row, "key" if row.is_key else "other", "project") for row in built]
    kinds = (("key", "重点项目"), ("other", "其他项目"))
    note = f"另 {unplaced} 家没有坐标" if unplaced else ""
    above_spots, listed_spots, sites_spots = (spots_of(world, asked.now, of) for of in (above, listed, sites))
    return (
        Layer("above", f"规上企业 {len(above)}", tuple(INDUSTRIES.items()), above_spots, note=note),
        Layer("listed", f"上市公司 {len(listed)}", (("listed", "上市公司"),), listed_spots),
        Layer("projects", f"项目 {len(sites)}", kinds, sites_spots),
    )


def _located(asked: Asked, row: Row[Any], kind: str, what: str) -> Located:
    """A point on the map; who may not see single records gets neither its name nor its card."""
    name, pick = (row.name, f"{what}:{row.code}") if asked.may_see_rows else ("", "")
    return (row.lon, row.lat, name, kind, pick)


VIEW = ModuleView(board, layers)
