"""Board and layers of 多元解纷: the ladder, warnings with their signs, stations and teams, mechanisms, agreements.

Disputes are sensitive: who may not see single records sees sums alone, and nobody sees a dispute's place on the map.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from data.domain.board import Board, Cell, Lane, Lanes, Layer, Listing, Number, Numbers, Part, Slip
from data.domain.mediation import SIGNALS_NEEDED, Level, Outcome
from data.views.modules.levels import levels_of
from data.views.modules.mediation_book import Book, read_book
from data.views.modules.mediation_card import card_of
from data.views.modules.mediation_disputes import Dispute, days_on_level
from data.views.modules.mediation_mechanisms import mechanism_parts
from data.views.modules.mediation_parts import (
    overdue_part,
    performance_part,
    relapses_part,
    stations_part,
    teams_part,
)
from data.views.modules.view import Asked, Located, ModuleView, spots_of, today_of
from data.world import World

SLIPS_SHOWN, RECENT, MONTH = 5, timedelta(days=90), timedelta(days=30)


def board(world: World, asked: Asked) -> Board:
    """Return the board, with the card of the dispute, station, mechanism or grid that was picked."""
    with world.store.read() as connection:
        book = read_book(world, connection, asked)
        kinds = mechanism_parts(world, connection, book, asked)
        card, title = card_of(world, connection, asked, book) if asked.may_see_rows else ((), "")
    parts: list[Part] = [
        _figures(world, book, asked),
        _ladder(world, book, asked),
        *([_warnings(world, book, asked)] if asked.may_see_rows else []),
        stations_part(book, asked),
        teams_part(book),
        *kinds,
        performance_part(book, today_of(world, asked.now)),
        relapses_part(book),
    ]
    if asked.may_see_rows:
        parts.append(overdue_part(book, today_of(world, asked.now)))
    return Board(tuple(parts), card, title)


def _figures(world: World, book: Book, asked: Asked) -> Numbers:
    villages = {village.code for village in world.town.villages}
    covered = len(villages & {station.village for station in book.stations})
    people = sum(sum(station.teams.values()) for station in book.stations)
    slow = sum(_is_slow(world, one, asked) for one in book.open)
    today = today_of(world, asked.now)
    overdue = sum(one.is_overdue(today) for one in book.agreements)
    items = (
        Number("非诉服务站", f"{len(book.stations)}", "个", f"覆盖村社区 {covered}/{len(villages)}"),
        Number("调解队伍", f"{people}", "人", "三支队伍合计"),
        Number("在办纠纷", f"{len(book.open)}", "件", "村镇市三级合计"),
        Number("超参考天数", f"{slow}", "件", "在本级停留过久", "soon" if slow else "good"),
        Number("逾期未履行", f"{overdue}", "份", "调解协议", "soon" if overdue else "good"),
        Number("预警网格", f"{len(book.warnings)}", "个", f"独立信号不少于 {SIGNALS_NEEDED} 个"),
    )
    return Numbers("非诉解纷", items)


def _is_slow(world: World, one: Dispute, asked: Asked) -> bool:
    limit = world.town.mediation.ladder_days.get(one.level)
    return limit is not None and one.days_here(asked.now) > limit


def _ladder(world: World, book: Book, asked: Asked) -> Lanes:
    """The ladder: what stands on each level, the longest first, and how long it usually takes."""
    recent = [one for one in book.disputes if (one.closed_at or asked.now) >= asked.now - RECENT]
    lanes = tuple(_level(world, level, book, recent, asked) for level in Level)
    ended = [one for one in book.disputes if one.closed_at and one.closed_at >= asked.now - MONTH]
    return Lanes(
        "三级阶梯", (*lanes, _ended(ended, asked)), "停留中位取近 90 天离开本级的纠纷；参考天数为样例设置"
    )


def _level(world: World, level: Level, book: Book, recent: Sequence[Dispute], asked: Asked) -> Lane:
    here = sorted((one for one in book.open if one.level is level), key=lambda one: (one.came_at, one.number))
    days, limit = days_on_level(recent, level), world.town.mediation.ladder_days.get(level)
    told = [f"停留中位 {median(days):.1f} 天（{len(days)} 件）"] if days else []
    told += [f"参考 {limit} 天"] if limit else []
    names = {station.code: station.name for station in book.stations}
    shown = here[:SLIPS_SHOWN] if asked.may_see_rows else []
    slips = tuple(
        Slip(
            f"{names.get(one.station, one.station)} · {one.kind}",
            (f"{one.number}", f"本级已 {one.days_here(asked.now)} 天"),
            "soon" if _is_slow(world, one, asked) else "",
            f"dispute:{one.number}",
        )
        for one in shown
    )
    told += [] if asked.may_see_rows else ["逐件内容遮蔽"]
    more = len(here) - len(shown) if asked.may_see_rows else 0
    return Lane(level.label, len(here), "，".join(told), slips, more)


def _ended(ended: Sequence[Dispute], asked: Asked) -> Lane:
    counts = Counter(one.outcome for one in ended)
    slips = tuple(
        Slip(f"{word.label} {counts[word]} 件", (), "good" if word is Outcome.AGREED else "")
        for word in Outcome
    )
    return Lane("近 30 天终结", len(ended), _share(counts[Outcome.AGREED], len(ended), "调解成功"), slips)


def _share(part: int, whole: int, word: str) -> str:
    return f"{word} {100 * part / whole:.1f}%" if whole else ""


def _warnings(world: World, book: Book, asked: Asked) -> Listing:
    """Grids where independent signs come together; each sign is shown with its origin and number."""
    days = world.town.mediation.window_days
    note = f"近 {days} 天内同一综合网格有 {SIGNALS_NEEDED} 个以上来源不同的信号才预警；单一信号不预警"
    title = f"冲突前预警 {len(book.warnings)} 个网格"
    frame = world.grids.current(today_of(world, asked.now)).frame
    names = dict(zip(frame["code"], frame["name"], strict=True))
    rows = tuple(
        (
            Cell(str(names.get(one.grid, one.grid)), pick=f"grid:{one.grid}"),
            str(one.origins),
            "；".join(f"{kind.label} {len(rows)}" for kind, rows in one.seen.items()),
        )
        for one in book.warnings
    )
    return Listing(title, ("网格", "独立信号", "信号"), rows, (1,), note, is_wide=True)


def layers(world: World, asked: Asked) -> tuple[Layer, ...]:
    """Return the stations, and the open disputes and warnings of each village as numbers: no dispute is a point."""
    with world.store.read() as connection:
        book = read_book(world, connection, asked)
    slow = {one.station for one in book.open if _is_slow(world, one, asked)}
    spots: list[Located] = [
        (station.lon, station.lat, station.name, "slow" if station.code in slow else "well",
         f"station:{station.code}" if asked.may_see_rows else "")
        for station in book.stations
        if station.lon is not None and station.lat is not None
    ]  # fmt: skip
    villages = {station.code: station.village for station in book.stations}
    waiting = Counter(villages.get(one.station, "") for one in book.open)
    frame = world.grids.current(today_of(world, asked.now)).frame
    of_grid = dict(zip(frame["code"], frame["village_code"], strict=True))
    warned = Counter(str(of_grid.get(one.grid) or "") for one in book.warnings)
    kinds = (("well", "各件在参考天数内"), ("slow", "有件超参考天数"))
    here = spots_of(world, asked.now, spots)
    hidden = "纠纷属敏感内容：地图只到村社区，不落点"
    return (
        Layer("stations", f"非诉服务站 {len(here)}", kinds, here),
        Layer("open", "在办纠纷", villages=levels_of(waiting, "件在办"), note=hidden),
        Layer("warnings", "冲突前预警", villages=levels_of(warned, "个预警网格"), note=hidden),
    )


VIEW = ModuleView(board, layers)
