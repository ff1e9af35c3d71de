"""Board and layers of 党建绩效: organisation, tasks of the joint projects, scores with their cases, methods, appeals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from data.domain.board import Bar, Bars, Board, Cell, Lane, Lanes, Layer, Listing, Number, Numbers, Part, Slip
from data.domain.measures import Figure
from data.domain.party import Project, StaffKind
from data.domain.periods import PeriodKind
from data.views.indicators import Wanted, definitions_on, split_of
from data.views.modules.levels import levels_of
from data.views.modules.monthly import monthly
from data.views.modules.party_appeals import appealed_words, appeals_part
from data.views.modules.party_book import YEAR, Book, Task, read_book
from data.views.modules.party_card import card_of
from data.views.modules.view import Asked, ModuleView, published_note, today_of
from data.world import World

SLIPS_SHOWN, APPEALS_SHOWN = 5, 20
SCORE = "unit_score"


def board(world: World, asked: Asked) -> Board:
    """Return the board, with the card of the task or the unit that was picked."""
    today = today_of(world, asked.now)
    with world.store.read() as connection:
        book = read_book(connection, today)
        card, title = card_of(world, connection, asked, book)
    parts: list[Part] = [
        _figures(world, book, today),
        _organisation(world),
        _tasks(book, asked, today),
        _scores(world, asked, today),
        _assessed(world, book, asked),
        _methods(book),
        *monthly(world, asked.now, "assessment_mean", "考核平均分（按月）"),
        _activities(book),
    ]
    if asked.may_see_rows or asked.actor.unit_code:
        parts.append(appeals_part(world, book.contested, asked))
    if asked.may_see_rows:
        parts.append(_appeals(world, book))
    return Board(tuple(parts), card, title)


def _figures(world: World, book: Book, today: date) -> Numbers:
    waiting = [one for one in book.tasks if one.done_on is None]
    late = sum(one.is_overdue(today) for one in waiting)
    partners = "、".join(sorted({one.partner for one in book.tasks})) or "未登记"
    since = min((one.due_on for one in book.tasks), default=None)
    belt = next((row for row in world.town.published if row.key == "party_belt_secretaries"), None)
    items = (
        Number(
            "联合项目",
            f"{len({one.project for one in book.tasks})}",
            "项",
            published_note(world, "party_joint_projects"),
        ),
        Number(
            "示范带村书记",
            f"{belt.value:g}" if belt else "—",
            belt.unit if belt else "",
            belt.citation if belt else "",
        ),
        Number(
            "共建任务",
            f"{len(book.tasks)}",
            "项",
            f"与{partners}，最早期限 {since:%Y年%m月}" if since else partners,
        ),
        Number("在办任务", f"{len(waiting)}", "项", "尚未完成"),
        Number("逾期任务", f"{late}", "项", "期限已过", "soon" if late else "good"),
        Number("党建活动", f"{sum(book.activities.values()):,}", "场", "近一年"),
    )
    return Numbers("共建与活动", items)


def _organisation(world: World) -> Listing:
    """The forms that the town published, and how many units of each kind its table has now."""
    rows = tuple((one.since or "现行", one.form, one.note, one.citation) for one in world.town.organisation)
    kinds = Counter(unit.kind for unit in world.town.units)
    demo = "（名称为演示）" if world.town.profile.is_demo else ""
    now = f"单位表现有 {kinds['office']} 室 {kinds['bureau']} 局 {kinds['centre']} 中心{demo}"
    return Listing("机构沿革", ("起", "设置", "说明", "依据"), rows, note=now, is_wide=True)


def _tasks(book: Book, asked: Asked, today: date) -> Lanes:
    lanes = tuple(_lane(project, book.tasks, asked, today) for project in Project)
    return Lanes("四个联合项目的共建任务", lanes, "按期率取近一年到期的任务")


def _lane(project: Project, tasks: Sequence[Task], asked: Asked, today: date) -> Lane:
    own = [one for one in tasks if one.project is project]
    waiting = [one for one in own if one.done_on is None]
    due = [one for one in own if today - YEAR < one.due_on < today]
    kept = sum(one.done_on is not None and one.done_on <= one.due_on for one in due)
    note = f"按期 {kept}/{len(due)}" if due else "近一年没有到期的"
    slips = tuple(_slip(one, today) for one in waiting[: SLIPS_SHOWN if asked.may_see_rows else 0])
    return Lane(project.label, len(waiting), note, slips, len(waiting) - len(slips))


def _slip(one: Task, today: date) -> Slip:
    late = f"逾期 {(today - one.due_on).days} 天" if one.is_overdue(today) else f"期限 {one.due_on}"
    return Slip(one.name, (late,), "soon" if one.is_overdue(today) else "", f"task:{one.code}")


def _scores(world: World, asked: Asked, today: date) -> Bars:
    """The score of each unit this month; a press opens the orders behind it."""
    known = {one.id: one for one in definitions_on(world.town, "party", today)}
    title = "单位评分（本月，按派遣单）"
    if SCORE not in known:
        return Bars(title, ())
    names = world.town.unit_names
    found = split_of(world, SCORE, "unit", Wanted(PeriodKind.MONTH, today), asked.now)
    told = sorted(
        (row for row in found if row[0]), key=lambda row: (row[1].value is None, -(row[1].value or 0))
    )
    bars = tuple(_score(names, code, figure, asked) for code, figure in told if figure.value is not None)
    few = len(told) - len(bars)
    note = f"{known[SCORE].citation}；另 {few} 个单位样本不足，不评分" if few else known[SCORE].citation
    return Bars(title, bars, note)


def _score(names: dict[str, str], code: str, figure: Figure, asked: Asked) -> Bar:
    value = figure.value or 0.0
    pick = f"unit:{code}" if asked.may_see_unit(code) else ""
    return Bar(names.get(code, code), f"{value:.1f} 分", value / 100, f"{figure.sample} 件", "", pick)


def _assessed(world: World, book: Book, asked: Asked) -> Listing:
    """The newest month's assessments: a unit a row, a kind of staff a column; a unit opens to all its months."""
    names, found, rows = world.town.unit_names, book.assessed, []
    for unit in dict.fromkeys(one.unit for one in found):
        own = {one.kind: one for one in found if one.unit == unit}
        scores = [f"{own[kind].score:.1f}" if kind in own else "—" for kind in StaffKind]
        codes = {one.code for one in own.values()}
        appeals = [one for one in book.contested if one.assessment in codes]
        name = Cell(names.get(unit, unit), pick=f"unit:{unit}" if asked.may_see_unit(unit) else "")
        exempted = sum(one.exempted for one in own.values())
        rows.append((name, *scores, f"{exempted}", appealed_words(appeals)))
    heads = ("单位", *(kind.label for kind in StaffKind), "免计件数", "申诉")
    when = f"{found[0].period:%Y-%m}，办法 {found[0].version}" if found else "暂无"
    note = "按单位打开历次考核和本月评分背后的派遣单；对一次考核不服，打开它提出申诉"
    return Listing(f"考核结果 {when}", heads, tuple(rows), (1, 2, 3, 4), note)


def _methods(book: Book) -> Listing:
    rows = tuple(
        (
            one.version,
            one.kind.label,
            "，".join(f"{part} {weight:g}" for part, weight in one.weights.items()),
            one.valid_from.isoformat(),
        )
        for one in book.methods
    )
    note = "办法每年一版，各类人员权重不同；已生效的版本不改"
    return Listing("考核办法与权重", ("版本", "人员", "权重", "生效"), rows, note=note)


def _activities(book: Book) -> Bars:
    counts: Counter[str] = Counter()
    for (_village, kind), held in book.activities.items():
        counts[kind] += held
    most = max(counts.values(), default=0)
    bars = tuple(Bar(kind, f"{held} 场", held / most) for kind, held in counts.most_common())
    return Bars("党建活动按类型（近一年）", bars)


def _appeals(world: World, book: Book) -> Listing:
    """Appeals of cases, those that wait first; one that was granted is exempted from the figures and stays listed."""
    zone, names = world.town.profile.zone, world.town.unit_names
    ranked = sorted(book.appeals, key=lambda one: one.decided_at is not None)
    rows = tuple(
        (
            Cell(one.number, href=f"/desk?tab=all&case={one.case_id}"),
            names.get(one.unit, one.unit),
            f"{one.asked_at.astimezone(zone):%m-%d %H:%M}",
            Cell("待决定", "soon") if one.decided_at is None else "免责，不计" if one.is_exempt else "维持",
        )
        for one in ranked[:APPEALS_SHOWN]
    )
    waiting = sum(one.decided_at is None for one in book.appeals)
    return Listing(
        f"案卷申诉 待决定 {waiting} 件",
        ("案卷", "单位", "提出", "结果"),
        rows,
        note="申诉在案卷上提出，由领导决定",
    )


def layers(world: World, asked: Asked) -> tuple[Layer, ...]:
    """Return how many activities each village held."""
    with world.store.read() as connection:
        book = read_book(connection, today_of(world, asked.now))
    counts: Counter[str] = Counter()
    for (village, _kind), held in book.activities.items():
        counts[village] += held
    return (Layer("activities", "党建活动", villages=levels_of(counts, "场"), note="近一年"),)


VIEW = ModuleView(board, layers)
