"""The demo's projects on their way 成交 → 拿地 → 发证 → 开工 → 竣工; some of them slip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from data.demo.modules.enterprises import Enterprise, enterprises_of
from data.demo.modules.rows import Row, Stage

PART = 33
PROJECTS, KEY = 42, 26
STAGES = ("sold", "land", "permit", "started", "completed")
PLANNED_DAYS = (75, 85, 35, 420)
"""Nominal days from each stage to the next."""

SLIPPING = 5
"""Projects whose next stage is past its planned day at the reference."""

KINDS = ("智能化改造项目", "二期厂房项目", "研发中心项目", "扩产项目", "零碳园区配套项目", "总部基地项目")


@dataclass(frozen=True, slots=True)
class Project:
    """An invented project: planned and reached days by stage."""

    code: str
    name: str
    owner: Enterprise
    investment: int
    is_key: bool
    planned: tuple[date, ...]
    reached: tuple[date | None, ...]


@lru_cache(maxsize=4)
def projects_of(stage: Stage) -> tuple[Project, ...]:
    """Return every project of a demo."""
    rng, today = stage.rng(PART), stage.today
    owners = [one for one in enterprises_of(stage) if one.since is not None]
    chosen = rng.choice(len(owners), PROJECTS, replace=False)
    ages = np.linspace(15, 900, PROJECTS).astype(int)
    found = []
    for number, (n, age) in enumerate(zip(chosen, ages, strict=True)):
        owner, sold = owners[n], today - timedelta(days=int(age))
        planned, reached = _days(sold, today, is_stuck=number % (PROJECTS // SLIPPING) == 4, rng=rng)
        found.append(
            Project(
                code=f"DEMO-XM{number + 1:03d}",
                name=f"{owner.name.removesuffix('有限公司')}{KINDS[number % len(KINDS)]}",
                owner=owner,
                investment=int(rng.lognormal(0, 0.7) * 30) * 10_000_000 + 50_000_000,
                is_key=number % PROJECTS < KEY,
                planned=planned,
                reached=reached,
            )
        )
    return tuple(found)


def _days(
    sold: date, today: date, *, is_stuck: bool, rng: np.random.Generator
) -> tuple[tuple[date, ...], tuple[date | None, ...]]:
    """Plan from the sale on; reach most stages near their day; one that is stuck misses the newest of them."""
    planned, reached = [sold], [sold]
    for nominal in PLANNED_DAYS:
        planned.append(planned[-1] + timedelta(days=nominal))
        drawn = nominal * float(np.clip(rng.lognormal(-0.03, 0.16), 0.6, 1.7))
        reached.append(reached[-1] + timedelta(days=max(1, round(drawn))))
    done: list[date | None] = [day if day <= today else None for day in reached]
    late = [n for n, day in enumerate(planned) if day <= today - timedelta(days=20) and n]
    if is_stuck and late:
        done[late[-1] :] = [None] * (len(done) - late[-1])
    elif not is_stuck:
        planned = [
            max(day, today + timedelta(days=9)) if done[n] is None else day for n, day in enumerate(planned)
        ]
    return tuple(planned), tuple(done)


def project_rows(stage: Stage) -> list[Row]:
    """Return the rows of the projects, each where its enterprise is."""
    return [
        {
            "code": one.code,
            "name": one.name,
            "enterprise_code": one.owner.code,
            "investment_yuan": one.investment,
            "is_key": one.is_key,
            **stage.spot(one.owner.place),
        }
        for one in projects_of(stage)
    ]


def milestone_rows(stage: Stage) -> list[Row]:
    """Return a row per project and stage."""
    return [
        {"project_code": one.code, "stage": name, "planned_on": planned, "reached_on": reached}
        for one in projects_of(stage)
        for name, planned, reached in zip(STAGES, one.planned, one.reached, strict=True)
    ]
