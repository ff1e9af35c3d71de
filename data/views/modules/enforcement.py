"""Board of 综合执法: decisions apart, fines for the same matter side by side, revisits, opinions; a case's earlier findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Connection, func, select

from data.domain.board import Bar, Bars, Board, Cell, Layer, Listing, Number, Numbers, Part
from data.domain.enforcement import DECISIONS, OBSERVERS
from data.store.modules.enforcement import enforcement_cases, matters, observer_opinions, observers
from data.views.facts.reading import frame_of
from data.views.modules.enforcement_card import CASE, card_of
from data.views.modules.enforcement_checks import card_of_check, checks_of_board
from data.views.modules.view import Asked, Located, ModuleView, spots_of, today_of
from data.world import World

C, M, O = enforcement_cases.c, matters.c, observer_opinions.c  # noqa: E741
YEAR, RECENT = timedelta(days=365), timedelta(days=90)
ROWS_SHOWN, MINIMUM_FINES = 20, 3


def board(world: World, asked: Asked) -> Board:
    """Return the board, with the card of the case that was picked."""
    today = today_of(world, asked.now)
    with world.store.read() as connection:
        year = _year(connection, asked)
        parts: list[Part] = [_figures(connection, year, asked, today), _decisions(year), _spread(year)]
        if asked.may_see_rows:
            parts += [
                _undecided(world, connection),
                _revisits(connection, today),
                _opinions(world, connection),
            ]
        parts += checks_of_board(world, connection, asked)
        card, title = card_of_check(world, connection, asked)
        if not card and asked.may_see_rows:
            card, title = card_of(world, connection, asked)
    return Board(tuple(parts), card, title)


def _year(connection: Connection, asked: Asked) -> pd.DataFrame:
    """The decisions of the last year, with the name of the matter."""
    query = select(C.decision, C.fine_yuan, C.matter_code, M.name).outerjoin(matters, M.code == C.matter_code)
    return frame_of(connection, query.where(C.decided_at > asked.now - YEAR))


def _figures(connection: Connection, year: pd.DataFrame, asked: Asked, today: date) -> Numbers:
    def count(*wanted: object) -> int:
        query = select(func.count()).select_from(enforcement_cases).where(*wanted)  # type: ignore[arg-type]
        return int(connection.execute(query).scalar_one())

    late = count(C.revisit_due_on < today, C.revisited_at.is_(None))
    waiting = select(func.count()).select_from(observer_opinions).where(O.answered_at.is_(None))
    unanswered = int(connection.execute(waiting).scalar_one())
    kinds = connection.execute(select(observers.c.kind, func.count()).group_by(observers.c.kind)).all()
    words = "、".join(f"{OBSERVERS.get(kind, kind)} {n}" for kind, n in kinds)
    return Numbers(
        "综合执法",
        (
            Number("近 30 天案件", f"{count(C.found_at > asked.now - timedelta(days=30))}", "件"),
            Number("未决案件", f"{count(C.decided_at.is_(None))}", "件"),
            Number("近一年决定", f"{len(year)}", "件"),
            Number("近一年黄牌", f"{count(C.yellow_card_on > today - YEAR)}", "张"),
            Number("回访超期", f"{late}", "张", tone="bad" if late else "good"),
            Number("观察意见待答复", f"{unanswered}", "条", tone="soon" if unanswered else "good"),
            Number("执法观察员", f"{sum(n for _kind, n in kinds)}", "人", words),
        ),
    )


def _decisions(year: pd.DataFrame) -> Bars:
    """Each kind of decision for itself: 首违不罚, 免罚 and 轻罚 are never summed up."""
    counts = year["decision"].value_counts().to_dict()
    most, whole = max(counts.values(), default=1), max(len(year), 1)
    bars = tuple(
        Bar(
            word,
            f"{counts.get(key, 0)} 件",
            counts.get(key, 0) / most,
            f"{100 * counts.get(key, 0) / whole:.1f}%",
        )
        for key, word in DECISIONS.items()
        if len(year)
    )
    return Bars("近一年的决定（首违不罚、免罚、轻罚分开计）", bars, "" if len(year) else "暂无决定")


def _spread(year: pd.DataFrame) -> Listing:
    """Fines for the same matter: where they lie apart, somebody should look; no fine is called right or wrong."""
    fined = year[year["fine_yuan"].notna() & (pd.to_numeric(year["fine_yuan"]) > 0)]
    found = []
    for name, part in fined.groupby(fined["name"].fillna(fined["matter_code"])):
        fines = pd.to_numeric(part["fine_yuan"]).astype("float64")
        if len(fines) >= MINIMUM_FINES:
            found.append((fines.max() / fines.min(), str(name), fines))
    rows = tuple(
        (name, f"{len(f)}", f"{f.min():,.0f}", f"{f.median():,.0f}", f"{f.max():,.0f}", f"{ratio:.1f}")
        for ratio, name, f in sorted(found, key=lambda one: (-one[0], one[1]))
    )
    heads = ("事项", "件数", "最低（元）", "中位", "最高", "最高/最低")
    note = f"近一年有罚款的决定，不足 {MINIMUM_FINES} 件的事项不列；只列差异，不作评判"
    return Listing("同一事项的裁量差异", heads, rows, (1, 2, 3, 4, 5), note, is_wide=True)


def _undecided(world: World, connection: Connection) -> Listing:
    query = (
        select(C.number, C.found_at, M.name)
        .outerjoin(matters, M.code == C.matter_code)
        .where(C.decided_at.is_(None))
        .order_by(C.found_at)
    )
    rows = connection.execute(query).all()
    zone = world.town.profile.zone
    told = tuple(
        (
            Cell(row.number, pick=f"{CASE}{row.number}"),
            row.name or "—",
            f"{row.found_at.astimezone(zone):%m-%d}",
        )
        for row in rows[:ROWS_SHOWN]
    )
    note = "点案件查看同一对象、同一事项在回溯期内的记录与条件；是否不罚由执法人员决定"
    return Listing(f"未决案件 {len(rows)} 件（首违不罚核对）", ("案件", "事项", "发现"), told, (), note)


def _revisits(connection: Connection, today: date) -> Listing:
    query = (
        select(C.number, C.yellow_card_on, C.revisit_due_on, M.name)
        .outerjoin(matters, M.code == C.matter_code)
        .where(C.revisit_due_on.is_not(None), C.revisited_at.is_(None))
        .order_by(C.revisit_due_on)
    )
    rows = connection.execute(query).all()
    late = sum(row.revisit_due_on < today for row in rows)
    told = tuple(
        (
            Cell(row.number, pick=f"{CASE}{row.number}"),
            row.name or "—",
            "—" if row.yellow_card_on is None else f"{row.yellow_card_on:%m-%d}",
            Cell(f"{row.revisit_due_on:%m-%d}", "bad" if row.revisit_due_on < today else ""),
        )
        for row in rows[:ROWS_SHOWN]
    )
    title = f"黄牌待回访 {len(rows)} 张，超期 {late} 张"
    return Listing(title, ("案件", "事项", "黄牌", "回访日"), told, (), _more(len(rows)))


def _opinions(world: World, connection: Connection) -> Listing:
    query = (
        select(O.number, O.enforcement_number, O.given_at, O.opinion, observers.c.kind)
        .outerjoin(observers, observers.c.code == O.observer_code)
        .where(O.answered_at.is_(None))
        .order_by(O.given_at)
    )
    rows = connection.execute(query).all()
    zone = world.town.profile.zone
    told = tuple(
        (
            Cell(row.enforcement_number, pick=f"{CASE}{row.enforcement_number}"),
            OBSERVERS.get(row.kind or "", "—"),
            row.opinion,
            f"{row.given_at.astimezone(zone):%m-%d}",
        )
        for row in rows[:ROWS_SHOWN]
    )
    return Listing(
        f"待答复的观察意见 {len(rows)} 条",
        ("案件", "观察员", "意见", "提出"),
        told,
        (),
        _more(len(rows)),
        is_wide=True,
    )


def _more(count: int) -> str:
    return f"列出前 {ROWS_SHOWN} 条" if count > ROWS_SHOWN else ""


def layers(world: World, asked: Asked) -> Sequence[Layer]:
    """Return the cases of the last ninety days by their decision; a visitor sees points without a name."""
    kinds = (*DECISIONS.items(), ("waiting", "未决"))
    query = select(C.number, C.decision, C.lon, C.lat).where(
        C.lon.is_not(None), C.found_at > asked.now - RECENT
    )
    with world.store.read() as connection:
        rows: list[Located] = [
            (
                row.lon,
                row.lat,
                row.number if asked.may_see_rows else "",
                row.decision or "waiting",
                f"{CASE}{row.number}" if asked.may_see_rows else "",
            )
            for row in connection.execute(query)
        ]
    return (Layer("cases", f"近 90 天案件 {len(rows)}", kinds, spots_of(world, asked.now, rows)),)


VIEW = ModuleView(board, layers)
