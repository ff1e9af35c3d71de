"""Projects by stage: how long each stage took, what comes next, and which ones slip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy import Connection, select

from data.store.modules.economy import project_milestones, projects

STAGES = (("sold", "成交"), ("land", "拿地"), ("permit", "发证"), ("started", "开工"), ("completed", "竣工"))


@dataclass(frozen=True, slots=True)
class Milestone:
    """A stage of a project: when it was planned and reached."""

    planned_on: date | None = None
    reached_on: date | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its milestones, one for each stage in their order."""

    code: str
    name: str
    enterprise_code: str | None
    investment_yuan: int | None
    is_key: bool
    place: tuple[float, float] | None
    milestones: tuple[Milestone, ...]

    @property
    def at(self) -> int | None:
        """The number of the farthest stage that was reached, None before the first."""
        reached = [n for n, one in enumerate(self.milestones) if one.reached_on is not None]
        return max(reached, default=None)

    @property
    def awaited(self) -> int | None:
        """The number of the stage that comes next, None where the last is reached."""
        following = 0 if self.at is None else self.at + 1
        return following if following < len(STAGES) else None

    def days_here(self, today: date) -> int | None:
        """Return the days since the farthest stage was reached."""
        since = None if self.at is None else self.milestones[self.at].reached_on
        return None if since is None else (today - since).days

    def days_late(self, today: date) -> int:
        """Return by how many days the awaited stage is late, 0 where it is not."""
        planned = None if self.awaited is None else self.milestones[self.awaited].planned_on
        return 0 if planned is None else max(0, (today - planned).days)

    def days_for(self, stage: int) -> int | None:
        """Return the days from the stage before to this one, None where one of them is not known."""
        if stage == 0:
            return None
        begin, end = (self.milestones[n].reached_on for n in (stage - 1, stage))
        return None if begin is None or end is None or end < begin else (end - begin).days


def read_projects(connection: Connection) -> tuple[Project, ...]:
    """Return every project, the key ones first."""
    known: dict[str, dict[str, Milestone]] = {}
    for row in connection.execute(select(project_milestones)):
        known.setdefault(row.project_code, {})[row.stage] = Milestone(row.planned_on, row.reached_on)
    rows = connection.execute(select(projects).order_by(projects.c.is_key.desc(), projects.c.code))
    return tuple(
        Project(
            row.code,
            row.name,
            row.enterprise_code,
            row.investment_yuan,
            row.is_key,
            None if row.lon is None else (row.lon, row.lat),
            tuple(known.get(row.code, {}).get(key, Milestone()) for key, _ in STAGES),
        )
        for row in rows
    )


def typical_days(found: Sequence[Project], stage: int) -> tuple[float, int] | None:
    """Return the median of days that a stage took, and over how many projects; None where none reached it."""
    days = [each for one in found if (each := one.days_for(stage)) is not None]
    return (median(days), len(days)) if days else None
