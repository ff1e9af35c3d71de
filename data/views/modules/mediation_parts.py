"""Parts of the board of 多元解纷: stations and teams with their load, agreements and relapses."""

from __future__ import annotations

from datetime import date

from data.domain.board import Bar, Bars, Cell, Columns, Listing
from data.domain.mediation import Outcome, Team
from data.domain.periods import shifted
from data.views.modules.mediation_book import Book
from data.views.modules.mediation_disputes import Dispute
from data.views.modules.view import Asked

OVERDUE_SHOWN, MONTHS_SHOWN = 12, 12


def stations_part(book: Book, asked: Asked) -> Listing:
    """Every station with its three teams, its load and what it reaches."""
    rows = []
    for station in book.stations:
        own = [one for one in book.disputes if one.station == station.code]
        ended = [one for one in own if one.outcome]
        waiting = sum(one.is_open for one in own)
        people = sum(station.teams.values())
        name = Cell(station.name, pick=f"station:{station.code}" if asked.may_see_rows else "")
        success = 100 * sum(one.outcome == Outcome.AGREED for one in ended) / len(ended) if ended else None
        teams = (str(station.teams.get(team, 0)) for team in Team)
        load = f"{len(own) / people:.1f}" if people else "无人"
        told = "—" if success is None else f"{success:.1f}%"
        rows.append((name, *teams, str(waiting), str(len(own)), load, told))
    rows.sort(key=lambda row: -int(row[5]))
    heads = ("服务站", *(team.label for team in Team), "在办", "近一年", "人均", "成功率")
    return Listing(
        f"{len(rows)} 个非诉服务站与负荷", heads, tuple(rows), tuple(range(1, len(heads))), is_wide=True
    )


def teams_part(book: Book) -> Bars:
    """Return how many people each team has."""
    counts = {team: sum(station.teams.get(team, 0) for station in book.stations) for team in Team}
    most = max(counts.values(), default=0) or 1
    bars = tuple(Bar(team.label, f"{count} 人", count / most) for team, count in counts.items())
    return Bars("三支队伍", bars if any(counts.values()) else ())


def performance_part(book: Book, today: date) -> Columns:
    """The share of the agreements of each month that were performed; the running month up to yesterday."""
    months = [shifted(today.replace(day=1), -n) for n in range(MONTHS_SHOWN - 1, -1, -1)]
    values: list[float | None] = []
    due = [one for one in book.agreements if one.due_on < today]
    for month in months:
        own = [one for one in due if one.due_on.replace(day=1) == month]
        values.append(100 * sum(one.performed_on is not None for one in own) / len(own) if own else None)
    labels = tuple(f"{month.month}月" for month in months)
    return Columns(
        "协议履行率（按到期月）", labels, tuple(values), "%", note="期限已过的协议中已履行的", decimals=1
    )


def relapses_part(book: Book) -> Bars:
    """Of each kind how many of the last twelve months' disputes were relapses."""
    found: dict[str, list[Dispute]] = {}
    for one in book.disputes:
        found.setdefault(one.kind, []).append(one)
    shares = {kind: sum(one.is_relapse for one in many) / len(many) for kind, many in found.items()}
    most = max(shares.values(), default=0.0) or 1.0
    bars = tuple(
        Bar(kind, f"{100 * share:.1f}%", share / most, f"{len(found[kind])} 件")
        for kind, share in sorted(shares.items(), key=lambda item: -item[1])
    )
    return Bars("纠纷反复率（近一年，按类型）", bars)


def overdue_part(book: Book, today: date) -> Listing:
    """Return the agreements whose day is over and which nobody has performed, the oldest first."""
    names = {station.code: station.name for station in book.stations}
    late = [one for one in book.agreements if one.is_overdue(today)]
    rows = tuple(
        (
            Cell(one.number, pick=f"dispute:{one.dispute}"),
            names.get(one.station, one.station),
            one.due_on.isoformat(),
            Cell(f"{(today - one.due_on).days}", "soon"),
        )
        for one in late[:OVERDUE_SHOWN]
    )
    note = f"共 {len(late)} 份，列出最早的 {OVERDUE_SHOWN} 份" if len(late) > OVERDUE_SHOWN else ""
    return Listing("逾期未履行的协议", ("协议", "服务站", "期限", "逾期天数"), rows, (3,), note)
