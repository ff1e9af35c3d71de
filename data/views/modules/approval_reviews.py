"""好差评 on the board of 审批服务: by month, and each bad review with its case and the clock of its repair."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_

from data.domain.approval import REPAIR_LIMIT, RepairState
from data.domain.board import Cell, Listing, Part
from data.store.modules.approval import reviews
from data.views.facts.reviews import Repaired, read_repairs
from data.views.modules.monthly import monthly
from data.views.modules.view import Asked
from data.world import World

REVIEWS_SHOWN = 20
LATELY, SOON, DAY = timedelta(days=30), timedelta(days=2), timedelta(days=1)
TONES = {
    RepairState.UNSENT: "soon",
    RepairState.OVERDUE: "bad",
    RepairState.LATE: "bad",
    RepairState.IN_TIME: "good",
}
R = reviews.c


def review_months(world: World, now: datetime) -> tuple[Part, ...]:
    """Return the bad reviews of each month: how many, which share, and how many were made good in time."""
    return (
        *monthly(world, now, "reviews_bad", "差评件数（按月）"),
        *monthly(world, now, "reviews_bad_share", "差评占比（按月）"),
        *monthly(world, now, "bad_repaired", "差评按期整改率（按月）"),
    )


def bad_reviews(world: World, connection: Connection, asked: Asked) -> Listing:
    """Return the bad reviews that wait for their repair, the most urgent first, then those repaired lately."""
    recent = or_(R.repaired_at.is_(None), R.repaired_at > asked.now - LATELY)
    found = read_repairs(world, connection, asked.now, recent)
    waiting = sorted((one for one in found if one.repair.state.is_waiting), key=_urgency)
    done = [one for one in reversed(found) if one.row.repaired_at is not None]
    late = sum(one.repair.state is RepairState.OVERDUE for one in waiting)
    kept = sum(one.repair.state is RepairState.IN_TIME for one in done)
    shown = [*waiting, *done][:REVIEWS_SHOWN] if asked.may_see_rows else []
    note = (
        f"近 30 天整改 {len(done)} 件，按期 {kept} 件；立案的看案卷办结时限，"
        f"未立案的看评价后 {REPAIR_LIMIT.days} 日（样例，2026-11-26，非国家标准）"
    )
    title = f"差评待整改 {len(waiting)} 件，超期 {late} 件"
    heads = ("评价", "整改", "星级", "事项", "案卷")
    rows = tuple(_row(one, asked.now) for one in shown)
    return Listing(title, heads, rows, (), note, is_wide=True)


def _urgency(one: Repaired) -> tuple[bool, datetime]:
    """Those whose clock does not run yet come first: nobody has been sent."""
    return one.repair.due_at is not None, one.repair.due_at or one.row.reviewed_at


def _row(one: Repaired, now: datetime) -> tuple[Cell | str, ...]:
    row = one.row
    case = (
        Cell("未立案")
        if row.case_id is None
        else Cell(row.case_number, href=f"/desk?tab=all&case={row.case_id}")
    )
    return (row.number, _clock(one, now), f"{row.stars} 星", row.item or "—", case)


def _clock(one: Repaired, now: datetime) -> Cell:
    """Say how long is left or over, or how it ended."""
    state, due_at = one.repair.state, one.repair.due_at
    if due_at is None or not state.is_waiting or state is RepairState.SUSPENDED:
        return Cell(state.label, TONES.get(state, ""))
    left = (due_at - now) / DAY
    if left < 0:
        return Cell(f"超期 {-left:.1f} 天", "bad")
    return Cell(f"剩 {left:.1f} 天", "soon" if due_at - now < SOON else "")
