"""What stands in the economy at this instant: enterprises, projects by stage, enterprise requests that wait."""

from __future__ import annotations

from datetime import date, datetime

import pandas as pd
from sqlalchemy import Connection, func, or_, select

from data.store.modules.economy import enterprises, project_milestones, projects
from data.store.tables import visible_cases
from data.views.facts.reading import frame_of
from data.views.facts.records import present_rows
from data.world import World

REQUESTS = "营商诉求"
"""The major category of what enterprises ask for, by its name in the town's table."""

STANDING = ("standing_sold", "standing_land", "standing_permit", "standing_started")
ENTERPRISES = ("enterprises", "above_scale", "above_scale_new", "listed")
PRESENT = (*ENTERPRISES, "projects_open", *STANDING, "projects_slipping", "requests_open", "requests_overdue")


def read_present(world: World, connection: Connection, now: datetime) -> pd.DataFrame:
    """Return enterprises by grid and industry, open projects by stage, and open requests."""
    today = now.astimezone(world.town.profile.zone).date()
    parts = [_enterprises(connection, today), _projects(connection, today), _requests(world, connection, now)]
    return present_rows([part for part in parts if len(part)] or parts[:1], PRESENT)


def _enterprises(connection: Connection, today: date) -> pd.DataFrame:
    e = enterprises.c
    is_above = e.is_above_scale.is_(True) & or_(e.above_scale_since.is_(None), e.above_scale_since <= today)
    counts = (
        func.count().label("enterprises"),
        func.count().filter(is_above).label("above_scale"),
        func.count().filter(is_above, e.above_scale_since > year_before(today)).label("above_scale_new"),
        func.count().filter(e.listed_on <= today).label("listed"),
    )
    keys = (e.comprehensive_code.label("grid_code"), e.industry.label("category"))
    is_alive = or_(e.closed_on.is_(None), e.closed_on > today)
    return frame_of(connection, select(*keys, *counts).where(is_alive).group_by(*keys))


def year_before(day: date) -> date:
    """Return the same day a year before; the end of February where there is none."""
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _projects(connection: Connection, today: date) -> pd.DataFrame:
    """Each open project by the last stage that it has reached; it slips where a planned day has passed in vain."""
    s, p = project_milestones.c, projects.c
    order = {"sold": 1, "land": 2, "permit": 3, "started": 4, "completed": 5}
    query = select(p.code, p.comprehensive_code, s.stage, s.planned_on, s.reached_on).join(
        project_milestones, s.project_code == p.code
    )
    found = frame_of(connection, query)
    if found.empty:
        return found
    found["rank"] = found["stage"].map(order).where(found["reached_on"].notna(), 0)
    found["slips"] = found["reached_on"].isna() & (pd.to_datetime(found["planned_on"]) < pd.Timestamp(today))
    each = found.groupby("code").agg(
        grid_code=("comprehensive_code", "first"), rank=("rank", "max"), slips=("slips", "any")
    )
    each = each[each["rank"] < order["completed"]]
    stages = {f"standing_{name}": (each["rank"] == rank).astype(float) for name, rank in order.items()}
    stages.pop("standing_completed")
    category = each["rank"].map({rank: name for name, rank in order.items()}).fillna("")
    return each.assign(
        category=category, projects_open=1.0, projects_slipping=each["slips"].astype(float), **stages
    ).drop(columns=["rank", "slips"])


def _requests(world: World, connection: Connection, now: datetime) -> pd.DataFrame:
    c = visible_cases.c
    counts = (
        func.count().label("requests_open"),
        func.count().filter(c.due_at < now).label("requests_overdue"),
    )
    keys = (
        c.comprehensive_code.label("grid_code"),
        c.main_unit.label("unit_code"),
        c.category_code.label("category"),
    )
    codes = [row.code for row in world.town.categories if row.major_name == REQUESTS]
    is_request = (c.is_open.is_(True), c.is_withdrawn.is_(False), c.category_code.in_(codes))
    return frame_of(connection, select(*keys, *counts).where(*is_request).group_by(*keys))
