"""Demo rows of 综合执法: matters, inspections, cases with decisions and yellow cards, observers and their opinions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from data.demo.modules.enterprises import enterprises_of
from data.demo.modules.matters import MATTERS, matter_rows
from data.demo.modules.rows import Row, Rows, Stage
from data.store.modules.enforcement import (
    enforcement_cases,
    inspections,
    matters,
    observer_opinions,
    observers,
)
from data.store.modules.shared import subjects

PART = 51
INSPECTIONS_PER_YEAR, CASES_PER_YEAR, OPINIONS_PER_YEAR = 5200, 940, 150
SHOPS, PEOPLE, LEAST = 260, 160, 24
OBSERVERS = {"entrepreneur": 10, "educator": 6, "community": 8}
AGAIN = 0.12
"""Share of the cases that concern a subject and matter which were found before."""

DECISIONS, CHANCES = ("first_exempt", "exempt", "light", "fined"), (0.42, 0.09, 0.22, 0.27)
WORDS = (
    "程序告知清楚",
    "建议说明裁量依据",
    "现场执法文明规范",
    "建议加强事前提醒",
    "整改期限偏短",
    "建议公开同类案例",
)


def rows(stage: Stage) -> Rows:
    """Return the rows of enforcement."""
    found = _cases(stage)
    return {
        subjects: [
            {"key": f"place:DEMO-CS{n:03d}", "kind": "place", "name": f"演示·{n:03d} 号门店"}
            for n in range(1, SHOPS + 1)
        ],
        matters: matter_rows(),
        inspections: _inspections(stage),
        enforcement_cases: found,
        observers: [
            {"code": f"DEMO-GC{kind[:3].upper()}{n + 1:02d}", "kind": kind}
            for kind, count in OBSERVERS.items()
            for n in range(count)
        ],
        observer_opinions: _opinions(stage, found),
    }


def _count(stage: Stage, per_year: int) -> int:
    days = len(stage.plan.days(stage.scene.town.profile.zone))
    return max(LEAST, round(per_year * stage.scale * days / 365))


def _instants(stage: Stage, count: int, rng: np.random.Generator) -> list[datetime]:
    """Return instants of working days' daytime, in order, none after the reference."""
    zone = stage.scene.town.profile.zone
    days = [day for day in stage.plan.days(zone) if stage.scene.calendar.is_workday(day)]
    found = []
    for n in sorted(rng.integers(0, len(days), count)):
        begin = datetime.combine(days[n], time(9), zone)
        found.append(min(begin + timedelta(seconds=int(rng.integers(0, 7 * 3600))), stage.reference))
    return sorted(found)


def _subject(stage: Stage, rng: np.random.Generator) -> str:
    kind = rng.random()
    if kind < 0.5:
        return f"place:DEMO-CS{int(rng.integers(1, SHOPS + 1)):03d}"
    if kind < 0.85:
        clients = enterprises_of(stage)
        return clients[int(rng.integers(len(clients)))].subject_key
    return stage.person(f"演示{int(rng.integers(PEOPLE))}")


def _matter(rng: np.random.Generator) -> int:
    return int(len(MATTERS) * rng.random() ** 1.7)


def _spot(stage: Stage, rng: np.random.Generator) -> dict[str, Any]:
    return stage.spot(int(rng.integers(len(stage.scene.places.lon))))


def _inspections(stage: Stage) -> list[Row]:
    rng = stage.rng(PART)
    return [
        {
            "number": f"演示-JC{number + 1:06d}",
            "subject_key": _subject(stage, rng),
            "matter_code": MATTERS[_matter(rng)].code,
            "unit_code": "enforcement",
            "inspected_at": at,
            "found": bool(rng.random() < 0.17),
            **_spot(stage, rng),
        }
        for number, at in enumerate(_instants(stage, _count(stage, INSPECTIONS_PER_YEAR), rng))
    ]


def _cases(stage: Stage) -> list[dict[str, Any]]:
    """Draw the cases in the order of time: whoever was found within the matter's window is not a first offender."""
    rng = stage.rng(PART, 1)
    last: dict[tuple[str, int], datetime] = {}
    found = []
    for number, at in enumerate(_instants(stage, _count(stage, CASES_PER_YEAR), rng)):
        if last and rng.random() < AGAIN:
            subject, matter = list(last)[int(rng.integers(len(last)))]
        else:
            subject, matter = _subject(stage, rng), _matter(rng)
        before = last.get((subject, matter))
        months = MATTERS[matter].window_months
        is_again = before is not None and before > at - timedelta(days=30 * months)
        last[subject, matter] = at
        row = {
            "number": f"演示-AJ{number + 1:05d}",
            "subject_key": subject,
            "matter_code": MATTERS[matter].code,
            "unit_code": "enforcement",
            "found_at": at,
            "relapsed": before is not None and before > at - timedelta(days=365),
            **_spot(stage, rng),
        }
        found.append(row | _decision(stage, at, matter, is_again=is_again, rng=rng))
    return found


def _decision(
    stage: Stage, at: datetime, matter: int, *, is_again: bool, rng: np.random.Generator
) -> dict[str, Any]:
    """Decide some days later; a first exemption comes with a yellow card and a day for the revisit."""
    decided = at + timedelta(hours=float(rng.uniform(2, 24 * 12)))
    kind = str(rng.choice(("light", "fined"), p=(0.3, 0.7)) if is_again else rng.choice(DECISIONS, p=CHANCES))
    nominal = MATTERS[matter].fine
    amount = {"light": 0.4, "fined": 1.0}.get(kind)
    fine = None if amount is None else max(50, int(round(nominal * amount * rng.lognormal(0, 0.35), -1)))
    if decided > stage.reference:
        return {"decided_at": None, "decision": None, "fine_yuan": None}
    told: dict[str, Any] = {"decided_at": decided, "decision": kind, "fine_yuan": fine}
    return told | (_card(stage, decided, rng) if kind == "first_exempt" else {})


def _card(stage: Stage, decided: datetime, rng: np.random.Generator) -> dict[str, Any]:
    day: date = decided.astimezone(stage.scene.town.profile.zone).date()
    due = day + timedelta(days=int(rng.integers(15, 31)))
    late = int(rng.integers(1, 9)) if rng.random() < 0.07 else -int(rng.integers(0, 8))
    revisited = decided + timedelta(days=(due - day).days + late)
    is_done = revisited <= stage.reference
    return {"yellow_card_on": day, "revisit_due_on": due, "revisited_at": revisited if is_done else None}


def _opinions(stage: Stage, cases: list[dict[str, Any]]) -> list[Row]:
    rng = stage.rng(PART, 2)
    codes = [f"DEMO-GC{kind[:3].upper()}{n + 1:02d}" for kind, many in OBSERVERS.items() for n in range(many)]
    found: list[Row] = []
    for number, n in enumerate(sorted(rng.integers(0, len(cases), _count(stage, OPINIONS_PER_YEAR)))):
        given = cases[n]["found_at"] + timedelta(hours=float(rng.uniform(3, 200)))
        answered = given + timedelta(hours=float(rng.uniform(12, 600)))
        if given > stage.reference:
            continue
        found.append(
            {
                "number": f"演示-YJ{number + 1:05d}",
                "observer_code": codes[int(rng.integers(len(codes)))],
                "enforcement_number": cases[n]["number"],
                "given_at": given,
                "answered_at": answered if answered <= stage.reference else None,
                "opinion": f"（演示）{WORDS[int(rng.integers(len(WORDS)))]}",
            }
        )
    return found
