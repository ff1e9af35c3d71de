"""What waits in 审批服务: jobs of the agents by how they stand, and bad reviews with the clock of their repair."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from data.domain.approval import BAD_STARS, REPAIR_LIMIT
from data.domain.board import Cell, Lane, Lanes, Listing, Slip
from data.store.modules.approval import approvals, assist_jobs, reviews, service_items
from data.store.modules.shared import subjects
from data.views.modules.view import Asked
from data.world import World

SOON, LATELY = timedelta(days=3), timedelta(days=30)
SLIPS_SHOWN, REVIEWS_SHOWN = 5, 20
J, R = assist_jobs.c, reviews.c


def assist_lanes(world: World, connection: Connection, asked: Asked) -> Lanes:
    """Return the agents' jobs: with time, due within three days, overdue, finished within thirty days."""
    item, client = service_items.c, subjects.c
    query = (
        select(J.number, J.agent_no, J.due_at, J.closed_at, item.name, client.name.label("client"))
        .outerjoin(service_items, item.code == J.item_code)
        .outerjoin(subjects, client.key == J.subject_key)
        .where(J.closed_at.is_(None) | (J.closed_at > asked.now - LATELY))
        .order_by(J.due_at)
    )
    lanes: dict[str, list[Slip]] = {"办理中": [], "三日内到期": [], "超期": [], "近 30 天办结": []}
    zone = world.town.profile.zone
    for row in connection.execute(query):
        late = row.due_at < (row.closed_at or asked.now)
        name = _lane(row.closed_at, row.due_at, asked.now)
        lines = (row.client or "个人", f"代办员 {row.agent_no}", f"承诺 {row.due_at.astimezone(zone):%m-%d}")
        tone = "bad" if late else "soon" if name == "三日内到期" else ""
        lanes[name].append(Slip(row.name or row.number, lines, tone))
    shown = SLIPS_SHOWN if asked.may_see_rows else 0
    told = tuple(
        Lane(name, len(slips), "", tuple(slips[:shown]), max(0, len(slips) - shown))
        for name, slips in lanes.items()
    )
    return Lanes(f"帮代办 在办 {sum(lane.count for lane in told[:3])} 件", told)


def _lane(closed_at: datetime | None, due_at: datetime, now: datetime) -> str:
    if closed_at is not None:
        return "近 30 天办结"
    return "超期" if due_at < now else "三日内到期" if due_at < now + SOON else "办理中"


def bad_reviews(connection: Connection, asked: Asked) -> Listing:
    """Return the bad reviews that wait for their repair, the most urgent first."""
    item = service_items.c
    query = (
        select(R.number, R.stars, R.reviewed_at, R.case_id, item.name)
        .outerjoin(approvals, approvals.c.number == R.approval_number)
        .outerjoin(service_items, item.code == approvals.c.item_code)
        .where(R.stars <= BAD_STARS, R.repaired_at.is_(None))
        .order_by(R.reviewed_at)
    )
    rows = connection.execute(query).all()
    late = sum(row.reviewed_at + REPAIR_LIMIT < asked.now for row in rows)
    told = tuple(
        (
            Cell(row.number, href=f"/desk?tab=all&case={row.case_id}" if row.case_id else ""),
            row.name or "—",
            f"{row.stars} 星",
            _left(row.reviewed_at + REPAIR_LIMIT - asked.now),
        )
        for row in rows[:REVIEWS_SHOWN]
    )
    note = f"评价后 {REPAIR_LIMIT.days} 日内整改（样例，2026-11-26，非国家标准）"
    title = f"待整改差评 {len(rows)} 件，超期 {late} 件"
    return Listing(title, ("评价", "事项", "星级", "整改时限"), told if asked.may_see_rows else (), (), note)


def _left(left: timedelta) -> Cell:
    days = left / timedelta(days=1)
    return (
        Cell(f"超期 {-days:.1f} 天", "bad")
        if days < 0
        else Cell(f"剩 {days:.1f} 天", "soon" if days < 2 else "")
    )
