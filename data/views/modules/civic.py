"""Board and layers of 法治民生: legal services against the published figure, suggestions followed to done, surveys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from math import sqrt

from sqlalchemy import Connection

from data.domain.board import (
    Bar,
    Bars,
    Board,
    Cell,
    Lane,
    Lanes,
    Layer,
    Listing,
    Number,
    Numbers,
    Part,
    Slip,
)
from data.domain.civic import ServiceKind
from data.views.modules.civic_book import Book, Meeting, Suggestion, Survey, read_book
from data.views.modules.civic_card import card_of
from data.views.modules.levels import levels_of
from data.views.modules.monthly import monthly
from data.views.modules.view import Asked, ModuleView, published_note, today_of
from data.world import World

SLIPS_SHOWN, MEETINGS_SHOWN, SURVEYS_SHOWN = 6, 15, 12
DONE_LATELY = timedelta(days=30)
NORMAL_95 = 1.96


def board(world: World, asked: Asked) -> Board:
    """Return the board, with the card of the meeting or the suggestion that was picked."""
    with world.store.read() as connection:
        book, (card, title) = _read(world, connection, asked)
    parts: list[Part] = [
        _figures(world, book, asked),
        *monthly(world, asked.now, "legal_service_persons", "法律服务人次（按月）"),
        _kinds(book),
        _places(world, book),
        _suggestions(world, book, asked),
        _meetings(world, book, asked),
        _surveys(book.surveys),
        *monthly(world, asked.now, "hotline_satisfaction", "热线满意率（按月）"),
    ]
    return Board(tuple(parts), card, title)


def _read(world: World, connection: Connection, asked: Asked) -> tuple[Book, tuple[tuple[Part, ...], str]]:
    book = read_book(connection, today_of(world, asked.now))
    return book, card_of(world, connection, asked, book) if asked.may_see_rows else ((), "")


def _figures(world: World, book: Book, asked: Asked) -> Numbers:
    today = today_of(world, asked.now)
    asked_people, safe = (sum(getattr(one, name) for one in book.surveys) for name in ("sample", "safe"))
    late = sum(one.is_overdue(today) for one in book.suggestions)
    due = [one for one in book.suggestions if one.due_on < today]
    done = sum(one.done_on is not None for one in due)
    items = (
        Number("法律服务", f"{sum(book.persons.values()):,}", "人次", _year_note(world, book)),
        Number("协商议事", f"{len(book.meetings)}", "场", "近一年“有事好商量”"),
        Number("建议办结", _share(done, len(due)), "%" if due else "", f"到期 {len(due)} 条中办结 {done} 条"),
        Number("逾期建议", f"{late}", "条", "期限已过未办结", "soon" if late else "good"),
        Number(
            "安全感",
            _share(safe, asked_people),
            "%" if asked_people else "",
            f"近一年样本 {asked_people:,} 人",
        ),
    )
    return Numbers("法治民生（近一年）", items)


def _year_note(world: World, book: Book) -> str:
    published = published_note(world, "legal_services_year")
    return "；".join(filter(None, [published, f"{book.services:,} 场次"]))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "—"


def _kinds(book: Book) -> Bars:
    counts = {kind: sum(n for (_v, k), n in book.persons.items() if k == kind) for kind in ServiceKind}
    whole, most = sum(counts.values()), max(counts.values(), default=0)
    bars = tuple(
        Bar(kind.label, f"{count:,} 人次", count / most, f"{100 * count / whole:.1f}%")
        for kind, count in sorted(counts.items(), key=lambda item: -item[1])
        if most
    )
    return Bars("法律服务按种类（近一年）", bars)


def _places(world: World, book: Book) -> Listing:
    """Person-times by village and kind."""
    names = world.town.unit_names
    rows = []
    for village in sorted({village for village, _kind in book.persons}):
        counts = [book.persons.get((village, kind), 0) for kind in ServiceKind]
        rows.append(
            (names.get(village, village or "未注明"), *(f"{n:,}" for n in counts), f"{sum(counts):,}")
        )
    rows.sort(key=lambda row: -int(row[-1].replace(",", "")))
    heads = ("村社区", *(kind.label for kind in ServiceKind), "合计人次")
    return Listing("法律服务按地点（近一年）", heads, tuple(rows), tuple(range(1, len(heads))), is_wide=True)


def _suggestions(world: World, book: Book, asked: Asked) -> Lanes:
    """What meetings asked for, followed to done."""
    today = today_of(world, asked.now)
    waiting = [one for one in book.suggestions if one.done_on is None]
    late = [one for one in waiting if one.is_overdue(today)]
    running = [one for one in waiting if not one.is_overdue(today)]
    lately = [one for one in book.suggestions if one.done_on and one.done_on > today - DONE_LATELY]
    on_time = sum(one.done_on is not None and one.done_on <= one.due_on for one in lately)
    lanes = (
        _lane(world, "逾期未办", late, "soon", asked),
        _lane(world, "办理中", running, "", asked),
        _lane(world, "近 30 天办结", lately, "good", asked, f"按期 {on_time} 条" if lately else ""),
    )
    return Lanes("协商建议跟办", lanes)


def _lane(
    world: World, name: str, found: Sequence[Suggestion], tone: str, asked: Asked, note: str = ""
) -> Lane:
    shown = sorted(found, key=lambda one: (one.due_on, one.code))[: SLIPS_SHOWN if asked.may_see_rows else 0]
    slips = tuple(
        Slip(one.words, (_village(world, one.village), _days(one)), tone, f"suggestion:{one.code}")
        for one in shown
    )
    return Lane(name, len(found), note, slips, len(found) - len(shown))


def _days(one: Suggestion) -> str:
    return f"期限 {one.due_on}" + (f"，{one.done_on:%m-%d} 办结" if one.done_on else "")


def _village(world: World, code: str) -> str:
    return world.town.unit_names.get(code, code)


def _meetings(world: World, book: Book, asked: Asked) -> Listing:
    rows = tuple(_meeting(world, one, book, asked) for one in book.meetings[:MEETINGS_SHOWN])
    more = (
        f"共 {len(book.meetings)} 场，列出最近 {MEETINGS_SHOWN} 场"
        if len(book.meetings) > MEETINGS_SHOWN
        else ""
    )
    return Listing(
        "有事好商量", ("日期", "议题", "村社区", "人数", "建议办结"), rows, (3, 4), more, is_wide=True
    )


def _meeting(world: World, one: Meeting, book: Book, asked: Asked) -> tuple[Cell | str, ...]:
    own = [row for row in book.suggestions if row.meeting == one.code]
    done = sum(row.done_on is not None for row in own)
    title = Cell(one.title, pick=f"meeting:{one.code}" if asked.may_see_rows else "")
    return (
        one.held_on.isoformat(),
        title,
        _village(world, one.village),
        f"{one.attended}",
        f"{done}/{len(own)}",
    )


def _surveys(found: Sequence[Survey]) -> Listing:
    """Each survey with its sample and the half width of its 95 % interval."""
    rows = tuple(
        (
            f"{one.period:%Y-%m}",
            one.source,
            f"{one.sample}",
            f"{100 * one.safe / one.sample:.1f}%",
            _margin(one),
        )
        for one in found[:SURVEYS_SHOWN]
    )
    note = "误差为 95% 置信半宽（Wilson）；公布口径：连续两年接近 100%（2023年公布）"
    return Listing("安全感调查", ("调查期", "调查机构", "样本", "安全感", "误差"), rows, (2, 3, 4), note)


def _margin(one: Survey) -> str:
    """Half the width of Wilson's interval, which stays honest close to one."""
    n, p, z = one.sample, one.safe / one.sample, NORMAL_95
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"±{100 * half:.1f}"


def layers(world: World, asked: Asked) -> tuple[Layer, ...]:
    """Return person-times, meetings and open suggestions of each village."""
    with world.store.read() as connection:
        book = read_book(connection, today_of(world, asked.now))
    persons: Counter[str] = Counter()
    for (village, _kind), count in book.persons.items():
        persons[village] += count
    meetings = Counter(one.village for one in book.meetings)
    waiting = Counter(one.village for one in book.suggestions if one.done_on is None)
    return (
        Layer("services", "法律服务人次", villages=levels_of(persons, "人次"), note="近一年"),
        Layer("meetings", "协商议事", villages=levels_of(meetings, "场"), note="近一年"),
        Layer("suggestions", "在办建议", villages=levels_of(waiting, "条在办")),
    )


VIEW = ModuleView(board, layers)
