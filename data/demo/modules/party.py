"""Demo rows of 党建绩效: activities, the tasks shared with the partner town since the beginning, yearly methods."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
from pydantic import Field

from data.demo.modules.rows import Row, Rows, Stage
from data.domain.party import Project, StaffKind
from data.domain.periods import shifted
from data.store.modules.party import assessment_methods, assessments, partnership_tasks, party_activities
from data.town.base import TownModel
from data.town.reading import read_document

PART = 63
TASK_EVERY_MONTHS = 1
AHEAD_MONTHS = 3
ON_TIME_SHARE, STUCK_SHARE = 0.95, 0.02
STUCK_AT_MOST = timedelta(days=90)
ASSESSED_KINDS = ("office", "bureau", "centre")
POINTS, SPREAD = 89.5, 3.2


class Method(TownModel):
    """The weights of a year, by kind of staff."""

    year: int
    weights: dict[StaffKind, dict[str, float]]


class PartyWords(TownModel):
    """demo/party.yaml of the town folder."""

    partner: str = ""
    partnership_since: date | None = None
    belt_villages: tuple[str, ...] = ()
    belt_activity: str = "联席"
    activities: dict[str, float] = Field(default={})
    activities_per_village_month: float = 0
    tasks: dict[Project, tuple[str, ...]] = Field(default={})
    methods: tuple[Method, ...] = ()


def rows(stage: Stage) -> Rows:
    """Return the rows of every table; none for a town whose folder has no demo/party.yaml."""
    path = stage.scene.town.folder / "demo" / "party.yaml"
    if not path.exists():
        return {}
    words = read_document(path, PartyWords).value
    return {
        party_activities: _activities(stage, words),
        partnership_tasks: _tasks(stage, words),
        assessment_methods: _methods(words),
        assessments: _assessments(stage, words),
    }


def _activities(stage: Stage, words: PartyWords) -> Iterator[Row]:
    """Yield activities of every village, and the belt's monthly meetings of its villages."""
    rng = stage.rng(PART, 1)
    kinds, shares = list(words.activities), np.array(list(words.activities.values()))
    villages = sorted(village.code for village in stage.scene.town.villages)
    per_day = words.activities_per_village_month * 12 / 365
    for day in stage.plan.days(stage.scene.town.profile.zone):
        found = []
        for village in villages:
            if village in words.belt_villages and day.day == 15:
                found.append((village, words.belt_activity))
            for _ in range(int(rng.poisson(per_day)) if kinds else 0):
                found.append((village, kinds[int(rng.choice(len(kinds), p=shares / shares.sum()))]))
        for number, (village, kind) in enumerate(found, 1):
            code, attended = f"DJ-{day:%Y%m%d}-{number:03d}", int(rng.integers(10, 61))
            yield {"code": code, "village_code": village, "held_on": day, "kind": kind, "attended": attended}


def _tasks(stage: Stage, words: PartyWords) -> Iterator[Row]:
    """Yield a task of each project every month, from the beginning of the partnership to some months ahead."""
    if words.partnership_since is None:
        return
    rng, last = stage.rng(PART, 2), shifted(stage.today.replace(day=1), AHEAD_MONTHS)
    month, number = words.partnership_since.replace(day=1), 0
    while month <= last:
        for project, names in words.tasks.items():
            due = shifted(month, 1) + timedelta(days=int(rng.integers(10, 28)))
            name = f"{names[number % len(names)]}（第{number // len(names) + 1}轮）"
            yield {
                "code": f"GJ-{month:%Y%m}-{list(Project).index(project) + 1}",
                "project": str(project),
                "name": name,
                "partner": words.partner,
                "due_on": due,
                "done_on": _done(rng, due, stage.today),
            }
        month, number = shifted(month, TASK_EVERY_MONTHS), number + 1


def _done(rng: np.random.Generator, due: date, today: date) -> date | None:
    chance, early, late = rng.random(), int(rng.integers(0, 21)), int(rng.integers(1, 16))
    done = due - timedelta(days=early) if chance < ON_TIME_SHARE else due + timedelta(days=late)
    is_stuck = chance > 1 - STUCK_SHARE and due > today - STUCK_AT_MOST
    return None if is_stuck or done > today else done


def _methods(words: PartyWords) -> Iterator[Row]:
    for method in words.methods:
        for kind, weights in method.weights.items():
            yield {
                "version": f"{method.year}-1",
                "staff_kind": str(kind),
                "weights": json.dumps(weights, ensure_ascii=False),
                "valid_from": date(method.year, 1, 1),
            }


def _assessments(stage: Stage, words: PartyWords) -> Iterator[Row]:
    """Yield of each month that is over an assessment of each office, bureau and centre by kind of staff."""
    rng, versions = stage.rng(PART, 3), {method.year for method in words.methods}
    units = [unit.code for unit in stage.scene.town.units if unit.kind in ASSESSED_KINDS]
    month = shifted(stage.plan.days(stage.scene.town.profile.zone)[0].replace(day=1), 1)
    quality = {unit: float(rng.normal(0, 1.8)) for unit in units}
    while shifted(month, 1) <= stage.today:
        for place, unit in enumerate(units if month.year in versions else (), 1):
            for kind in StaffKind:
                score = min(99.5, POINTS + quality[unit] + float(rng.normal(0, SPREAD)))
                yield {
                    "code": f"KH-{month:%Y%m}-{place:02d}-{list(StaffKind).index(kind) + 1}",
                    "period": month,
                    "staff_kind": str(kind),
                    "unit_code": unit,
                    "method_version": f"{month.year}-1",
                    "score": round(score, 1),
                    "exempted": int(rng.poisson(0.6)),
                }
        month = shifted(month, 1)
