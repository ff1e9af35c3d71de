"""The card of a dispute, a station, a mechanism or a grid with a warning; no party is known here, so none can be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from data.domain.board import Bar, Bars, Cell, Facts, Listing, Part
from data.domain.mediation import SIGNALS_NEEDED, Level, Outcome, SignalKind, Team
from data.views.mechanisms import read_mechanisms
from data.views.modules.mediation_book import Book
from data.views.modules.mediation_disputes import Agreement, Dispute, Station
from data.views.modules.mediation_mechanisms import mechanism_card
from data.views.modules.mediation_signals import GridSigns, Sign
from data.views.modules.view import Asked, today_of
from data.views.origins import origin_of
from data.world import World

Card = tuple[tuple[Part, ...], str]
NOTHING: Card = ((), "")
SIGNS_SHOWN = 20


def card_of(world: World, connection: Connection, asked: Asked, book: Book) -> Card:
    """Return the card of what was picked, nothing for a pick that names nothing here."""
    kind, _, code = asked.pick.partition(":")
    if kind == "dispute":
        one = next((one for one in book.disputes if one.number == code), None)
        return NOTHING if one is None else _dispute(world, connection, asked, one, book)
    if kind == "station":
        station = next((one for one in book.stations if one.code == code), None)
        return NOTHING if station is None else _station(world, station, book)
    if kind == "mechanism":
        return mechanism_card(world, connection, asked, book, code) or NOTHING
    sign = next((one for one in book.warnings if kind == "grid" and one.grid == code), None)
    return NOTHING if sign is None else _grid(world, asked, sign)


def _dispute(world: World, connection: Connection, asked: Asked, one: Dispute, book: Book) -> Card:
    known = {row.key: row.name for row in read_mechanisms(connection)}
    mechanism = known.get(one.mechanism or "", "未填")
    names = {station.code: station.name for station in book.stations}
    limit = world.town.mediation.ladder_days.get(one.level)
    told = [
        ("服务站", names.get(one.station, one.station)),
        ("类型", one.kind),
        ("层级", one.level.label),
        ("适用机制", mechanism),
        ("本级已", f"{one.days_here(asked.now)} 天" + (f"，参考 {limit} 天" if limit else "")),
        ("结果", Outcome(one.outcome).label if one.outcome else "在办"),
        ("冲突前预警", _warning(one)),
        ("是否反复", "是" if one.is_relapse else "否"),
        ("来源", origin_of(connection, one.load_id, one.line)),
    ]
    written = [
        (f"协议 {row.number}", _agreement(world, asked, row))
        for row in book.agreements
        if row.dispute == one.number
    ]
    parts = [Facts("", tuple(told), "台账不含当事人与具体地点"), Facts("经过", _steps(world, one))]
    return (*parts, *([Facts("协议", tuple(written))] if written else [])), f"纠纷 {one.number}"


def _steps(world: World, one: Dispute) -> tuple[tuple[str, str], ...]:
    moments = (
        ("村级受理", one.opened_at),
        ("上升镇级", one.town_at),
        ("上升市级", one.city_at),
        ("终结", one.closed_at),
    )
    return tuple((word, _local(world, at)) for word, at in moments if at is not None)


def _warning(one: Dispute) -> str:
    if not one.is_warning:
        return "否"
    enough = "" if one.signals >= SIGNALS_NEEDED else f"，不足 {SIGNALS_NEEDED} 个，不计"
    return f"是，独立信号 {one.signals} 个{enough}"


def _agreement(world: World, asked: Asked, row: Agreement) -> str:
    if row.performed_on is not None:
        return f"期限 {row.due_on}，{row.performed_on} 履行"
    late = "，逾期未履行" if row.is_overdue(today_of(world, asked.now)) else "，未到期"
    return f"期限 {row.due_on}{late}"


def _station(world: World, station: Station, book: Book) -> Card:
    own = [one for one in book.disputes if one.station == station.code]
    on_level = Counter(one.level for one in own if one.is_open)
    told = [
        ("村社区", world.town.unit_names.get(station.village, station.village)),
        *((team.label, f"{station.teams.get(team, 0)} 人") for team in Team),
        *((f"{level.label}在办", f"{on_level[level]} 件") for level in Level),
        ("近一年", f"{len(own)} 件"),
    ]
    kinds = Counter(one.kind for one in own).most_common()
    most = kinds[0][1] if kinds else 1
    bars = tuple(Bar(kind, f"{count}", count / most) for kind, count in kinds)
    return (Facts("", tuple(told)), Bars("近一年按类型", bars)), station.name


def _grid(world: World, asked: Asked, sign: GridSigns) -> Card:
    frame = world.grids.current(today_of(world, asked.now)).frame
    names = dict(zip(frame["code"], frame["name"], strict=True))
    told = tuple((kind.origin, f"{kind.label} {len(rows)}") for kind, rows in sign.seen.items())
    days = world.town.mediation.window_days
    note = (
        f"近 {days} 天；来源不同的信号 {sign.origins} 个，不少于 {SIGNALS_NEEDED} 个才预警。是否介入由人决定"
    )
    lists = tuple(_sign_rows(kind, rows) for kind, rows in sign.seen.items())
    return (Facts("信号", told, note), *lists), str(names.get(sign.grid, sign.grid))


def _sign_rows(kind: SignalKind, rows: Sequence[Sign]) -> Listing:
    """The rows that a sign is, by number alone: what they are about stands where the right to see it is asked."""
    listed = tuple(
        (Cell(row.number, pick=row.pick, href=row.href), row.day.isoformat()) for row in rows[:SIGNS_SHOWN]
    )
    more = f"共 {len(rows)} 件，列出最近 {SIGNS_SHOWN} 件" if len(rows) > SIGNS_SHOWN else ""
    return Listing(f"{kind.origin} · {kind.label}", ("依据", "日期"), listed, note=more)


def _local(world: World, at: datetime) -> str:
    return f"{at.astimezone(world.town.profile.zone):%Y-%m-%d %H:%M}"
