"""Board of 审批服务: windows today by hour, departments and items, key classes, agents' jobs, bad reviews."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from data.domain.approval import CLASSES, KEY_CLASSES
from data.domain.board import (
    Bar,
    Bars,
    Board,
    Cell,
    Facts,
    Line,
    Listing,
    Matrix,
    Number,
    Numbers,
    Part,
)
from data.views.modules.approval_book import RECENT_DAYS, Book, read_book, sums_by
from data.views.modules.approval_layers import layers
from data.views.modules.approval_reviews import bad_reviews, review_months
from data.views.modules.approval_waiting import assist_lanes
from data.views.modules.view import Asked, ModuleView, published_note
from data.world import World

HOURS = tuple(range(8, 18))
LEVELS, ON_TIME_WANTED = 5, 98.0
DEPARTMENT = "department:"


def board(world: World, asked: Asked) -> Board:
    """Return the board, with the items of the department that was picked."""
    with world.store.read() as connection:
        book = read_book(world, connection, asked.now)
        jobs, said = assist_lanes(world, connection, asked), bad_reviews(world, connection, asked)
    parts: tuple[Part, ...] = (
        _figures(world, book),
        _windows(book),
        _classes(book),
        _departments(book),
        jobs,
        said,
        *review_months(world, asked.now),
    )
    code = asked.pick.removeprefix(DEPARTMENT)
    if asked.pick.startswith(DEPARTMENT) and code in book.departments:
        return Board(parts, _items(book, code), book.departments[code])
    return Board(parts)


def _figures(world: World, book: Book) -> Numbers:
    now = book.recent[book.recent["day"] == book.today]
    return Numbers(
        "审批服务",
        (
            Number("窗口", f"{len(book.windows)}", "个", published_note(world, "approval_windows")),
            Number(
                "进驻部门", f"{len(book.departments)}", "个", published_note(world, "approval_departments")
            ),
            Number("审批事项", f"{len(book.items)}", "项", published_note(world, "approval_items")),
            Number("近一年办件", f"{book.in_a_year:,}", "件", published_note(world, "approval_cases_year")),
            Number("今日受理", f"{len(now):,}", "件"),
            Number("在办", f"{book.open:,}", "件"),
            Number("超期在办", f"{book.overdue:,}", "件", tone="bad" if book.overdue else "good"),
        ),
    )


def _windows(book: Book) -> Matrix:
    """Each window's approvals of today by hour, the busiest first; one that has none stands there too."""
    today = book.recent[(book.recent["day"] == book.today) & book.recent["window_code"].notna()]
    counts = today.groupby(["window_code", "hour"]).size().to_dict()
    most, whole = max(counts.values(), default=1), today.groupby("window_code").size().to_dict()
    lines = tuple(
        Line(name.removesuffix("（演示）"), tuple(_cell(counts.get((code, hour), 0), most) for hour in HOURS))
        for code, name in sorted(book.windows, key=lambda one: (-whole.get(one[0], 0), one[0]))
    )
    busy = today["window_code"].nunique()
    note = f"今日 {busy} 个窗口有业务，共 {len(today)} 件；按今日件数排列，颜色越暖越忙"
    return Matrix("今日各窗口受理量（按小时）", tuple(f"{hour}时" for hour in HOURS), lines, note)


def _cell(count: int, most: int) -> tuple[str, int]:
    return (f"{count}" if count else "", -(-LEVELS * count // most))


def _classes(book: Book) -> Bars:
    """The three key classes, and the rest."""
    sums = sums_by(book.recent, "item_class")
    most = max(sums["count"].max(), 1) if len(sums) else 1
    bars = tuple(
        Bar(
            CLASSES[key],
            f"{int(row['count']):,} 件",
            float(row["count"]) / most,
            _said(row),
            _tone(row["share"]),
        )
        for key in (*KEY_CLASSES, "other")
        if key in sums.index
        for row in [sums.loc[key]]
    )
    return Bars(f"三类重点事项（近 {RECENT_DAYS} 天）", bars, "" if bars else "暂无办件")


def _said(row: pd.Series) -> str:
    """The bar's note is short; the median stands among the indicators, split by class."""
    return f"按时 {_share(row['share'])}"


def _hours(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:.1f} 小时"


def _share(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:.1f}%"


def _tone(share: float) -> str:
    return "soon" if share < ON_TIME_WANTED else ""


def _departments(book: Book) -> Listing:
    sums = sums_by(book.recent, "department_code")
    count = book.items.groupby("department_code").size().to_dict()
    ranked = sorted(book.departments, key=lambda code: -_count(sums, code))
    rows = tuple(
        (
            Cell(book.departments[code].removesuffix("（演示）"), pick=f"{DEPARTMENT}{code}"),
            f"{count.get(code, 0)}",
            *_row(sums, code),
        )
        for code in ranked
    )
    heads = ("部门", "事项", "办件", "时长中位", "按时率")
    note = "点部门看它的每一项事项；时长含非工作时间"
    return Listing(
        f"{len(rows)} 个部门（近 {RECENT_DAYS} 天）", heads, rows, (1, 2, 3, 4), note, is_wide=True
    )


def _items(book: Book, department: str) -> tuple[Part, ...]:
    """Every item of a department, also those that nobody asked for."""
    own = book.items[book.items["department_code"] == department]
    sums = sums_by(book.recent[book.recent["department_code"] == department], "item_code")
    names: Sequence[tuple[str, str, str]] = list(
        zip(own["code"], own["name"], own["item_class"], strict=True)
    )
    ranked = sorted(names, key=lambda one: (-_count(sums, one[0]), one[0]))
    rows = tuple((name, CLASSES.get(kind, kind), *_row(sums, code)) for code, name, kind in ranked)
    heads = ("事项", "类别", "办件", "时长中位", "按时率")
    return (
        Facts("部门", (("名称", book.departments[department]), ("事项", f"{len(rows)} 项"))),
        Listing(f"事项（近 {RECENT_DAYS} 天）", heads, rows, (2, 3, 4), is_wide=True),
    )


def _count(sums: pd.DataFrame, code: str) -> int:
    return int(sums.loc[code, "count"]) if code in sums.index else 0


def _row(sums: pd.DataFrame, code: str) -> tuple[str, str, Cell]:
    if code not in sums.index:
        return ("0", "—", Cell("—"))
    row = sums.loc[code]
    return (f"{int(row['count']):,}", _hours(row["hours"]), Cell(_share(row["share"]), _tone(row["share"])))


VIEW = ModuleView(board, layers)
