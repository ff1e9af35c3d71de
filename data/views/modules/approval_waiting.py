"""What waits in 审批服务: jobs of the agents by how they stand."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from data.domain.board import Lane, Lanes, Slip
from data.store.modules.approval import assist_jobs, service_items
from data.store.modules.shared import subjects
from data.views.modules.view import Asked
from data.world import World

SOON, LATELY = timedelta(days=3), timedelta(days=30)
SLIPS_SHOWN = 5
J = assist_jobs.c


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
