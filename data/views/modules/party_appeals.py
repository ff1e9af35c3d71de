"""Assessments of a unit month by month, each with its appeals, and what can be said of the score after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from sqlalchemy import Connection, select

from data.domain.board import Cell, Facts, Listing, Part
from data.domain.rights import Right, may
from data.store.appeal_tables import assessment_appeals
from data.store.modules.party import assessments
from data.store.tables import cases
from data.views.assessments import (
    NO_RECOUNT,
    Appeal,
    Assessment,
    assessment_of,
    read_appeals,
    read_assessments,
    recount,
    until_of,
)
from data.views.modules.view import Asked, today_of
from data.views.origins import origin_of
from data.world import World

MONTHS_SHOWN, APPEALS_SHOWN = 36, 20
STATES: Mapping[bool | None, str] = {None: "待裁", True: "免计", False: "照计"}


def appealed_words(found: Sequence[Appeal]) -> Cell:
    """Return in a few words what became of appeals: waiting ones first, else how many cases are exempted."""
    waiting = sum(one.decided_at is None for one in found)
    if waiting:
        return Cell(f"待裁 {waiting}", "soon")
    granted = sum(len(one.granted) for one in found)
    return Cell(f"免计 {granted} 件" if granted else "不予准予" if found else "—")


def months_part(connection: Connection, unit: str) -> Listing:
    """Every assessment of a unit, the newest month first; a press opens it, and the form of its appeal."""
    found = read_assessments(connection, assessments.c.unit_code == unit)
    contested = read_appeals(connection, assessment_appeals.c.unit_code == unit)
    rows = tuple(
        (
            Cell(f"{one.period:%Y-%m}", pick=f"assessed:{one.code}"),
            one.kind.label,
            f"{one.score:.1f}",
            f"{one.exempted}",
            appealed_words([appeal for appeal in contested if appeal.assessment == one.code]),
        )
        for one in found[:MONTHS_SHOWN]
    )
    heads = ("月份", "人员", "得分", "免计", "申诉")
    return Listing("历次考核", heads, rows, (2, 3), "按月份打开这次考核、它的案卷和申诉")


def appeals_part(world: World, found: Sequence[Appeal], asked: Asked) -> Listing:
    """Appeals of assessments that the asker may open, those that wait first."""
    zone, names = world.town.profile.zone, world.town.unit_names
    seen = [one for one in found if asked.may_see_unit(one.unit)]
    ranked = sorted(seen, key=lambda one: one.decided_at is not None)
    rows = tuple(
        (
            Cell(one.number, pick=f"appeal:{one.number}"),
            Cell("待裁定", "soon") if one.outcome is None else one.outcome.label,
            f"{len(one.granted)}/{len(one.cases)}",
            names.get(one.unit, one.unit),
            f"{one.period:%Y-%m} {one.kind.label}",
            f"{one.asked_at.astimezone(zone):%m-%d %H:%M}",
        )
        for one in ranked[:APPEALS_SHOWN]
    )
    waiting = sum(one.decided_at is None for one in seen)
    heads = ("编号", "结果", "免计/申请", "单位", "考核", "提出")
    note = "承办单位、值班长在考核卡片旁提出，由领导逐件裁定；文件里的得分不改"
    return Listing(f"考核申诉 待裁 {waiting} 件", heads, rows, (2,), note, is_wide=True)


def assessment_card(
    world: World, connection: Connection, asked: Asked, code: str
) -> tuple[Assessment | None, tuple[Part, ...]]:
    """Return an assessment with its score beside what its appeals changed; None where it may not be opened."""
    one = assessment_of(connection, code)
    if one is None or not asked.may_see_unit(one.unit):
        return None, ()
    appeals = read_appeals(connection, assessment_appeals.c.assessment_code == code)
    told = (
        ("考核", f"{one.period:%Y-%m} {one.kind.label}人员，办法 {one.version}"),
        ("得分", score_words(world, connection, asked, one, appeals)),
        ("文件免计", f"{one.exempted} 件"),
        ("申诉截至", _until(world, asked, one)),
        ("来源", origin_of(connection, one.load_id, one.line)),
    )
    note = "申诉在看板上方的表里提出" if may(asked.actor, Right.APPEAL_ASSESSMENT) else ""
    return one, (
        Facts("", told, note),
        *chain.from_iterable(_appeal_parts(world, connection, asked, appeal) for appeal in appeals),
    )


def _until(world: World, asked: Asked, one: Assessment) -> str:
    """The last day; past the known calendar weekends alone count, and it may still move."""
    until = until_of(world, one.period)
    over = "，已过期" if today_of(world, asked.now) > until else ""
    return f"{until}{'' if world.calendar.is_known(until) else '（暂定）'}{over}"


def appeal_card(
    world: World, connection: Connection, asked: Asked, number: str
) -> tuple[Appeal | None, tuple[Part, ...]]:
    """Return an appeal with its cases, each to the desk, and the assessment that it is about."""
    found = read_appeals(connection, assessment_appeals.c.number == number)
    if not found or not asked.may_see_unit(found[0].unit):
        return None, ()
    one = found[0]
    names = world.town.unit_names
    told = (
        ("单位", names.get(one.unit, one.unit)),
        ("考核", f"{one.period:%Y-%m} {one.kind.label}人员，办法 {one.version}"),
        ("提出时得分", f"{one.score:.1f}"),
        ("裁定后", _after(world, connection, asked, one)),
    )
    return one, (Facts("", told), *_appeal_parts(world, connection, asked, one))


def _after(world: World, connection: Connection, asked: Asked, one: Appeal) -> str:
    assessed = assessment_of(connection, one.assessment)
    if assessed is None:
        return "这次考核的文件已撤回"
    return score_words(world, connection, asked, assessed, [one])


def score_words(
    world: World, connection: Connection, asked: Asked, one: Assessment, appeals: Sequence[Appeal]
) -> str:
    """Return the score of the file, and what the granted cases change: `原 88.0 · 免计 2 件 · 重算 90.4`."""
    decided = [appeal for appeal in appeals if appeal.granted]
    taken_in = [appeal for appeal in decided if appeal.is_taken_in(one)]
    open_ones = [appeal for appeal in decided if appeal not in taken_in]
    if not open_ones:
        was = f"（申诉时 {taken_in[-1].score:.1f}，已重新考核）" if taken_in else ""
        return f"{one.score:.1f}{was}"
    exempt = sorted({number for appeal in open_ones for number in appeal.granted})
    found = recount(world, connection, one, exempt, asked.now)
    return f"原 {one.score:.1f} · 免计 {len(exempt)} 件 · {found.words if found else NO_RECOUNT}"


def _appeal_parts(world: World, connection: Connection, asked: Asked, one: Appeal) -> tuple[Part, ...]:
    """An appeal, and its cases with what was decided of each."""
    zone = world.town.profile.zone
    told = [("提出", f"{one.asked_at.astimezone(zone):%Y-%m-%d %H:%M}"), ("理由", one.reason)]
    if one.outcome is not None and one.decided_at is not None:
        told += [
            ("裁定", f"{one.outcome.label}，{one.decided_at.astimezone(zone):%Y-%m-%d %H:%M}"),
            ("裁定理由", one.decision),
        ]
    query = select(cases.c.number, cases.c.id).where(cases.c.number.in_(list(one.cases)))
    ids = {row.number: row.id for row in connection.execute(query)} if asked.may_see_rows else {}
    rows = tuple(
        (Cell(number, href=f"/desk?tab=all&case={ids[number]}" if number in ids else ""), STATES[is_exempt])
        for number, is_exempt in one.cases.items()
    )
    return Facts(f"申诉 {one.number}", tuple(told)), Listing("", ("申请免计的案卷", "裁定"), rows)
