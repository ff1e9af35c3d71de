"""Demo rows of 经济发展: enterprises, their months with a few breaks, targets, projects and their stages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np

from data.demo.modules.enterprises import Enterprise, enterprises_of
from data.demo.modules.projects import milestone_rows, project_rows
from data.demo.modules.rows import Row, Rows, Stage
from data.domain.periods import shifted
from data.store.modules.economy import (
    economy_targets,
    enterprise_months,
    enterprises,
    project_milestones,
    projects,
)
from data.store.modules.shared import subjects

PART = 32
LEAST_MONTHS = 14
"""Even a short demo shows a month beside the same month a year before."""

YEARLY_OUTPUT = 52_000_000_000.0
GROWTH = 1.065
SEASON = (0.97, 0.78, 1.03, 1.01, 1.02, 1.04, 0.99, 0.97, 1.03, 1.02, 1.04, 1.10)
LEADING_SHARE = (0.688, 0.698)
"""Just under seventy of a hundred, as the town has published."""

TAX, INVESTMENT, POWER = 0.048, 0.115, 0.021
"""Tax and investment per yuan of output, kilowatt hours per yuan."""

BROKEN, LONGEST_BREAK = 8, 3
TARGETS = ("output_yuan", "tax_yuan", "investment_yuan")
TARGET_OVER_OUTCOME = (0.97, 1.06)


def rows(stage: Stage) -> Rows:
    """Return the rows of the economy."""
    all_of_them = enterprises_of(stage)
    months = _month_rows(stage, [one for one in all_of_them if one.since is not None])
    return {
        subjects: [{"key": one.subject_key, "kind": "enterprise", "name": one.name} for one in all_of_them],
        enterprises: [_enterprise_row(stage, one) for one in all_of_them],
        enterprise_months: months,
        economy_targets: list(_target_rows(stage, months)),
        projects: project_rows(stage),
        project_milestones: milestone_rows(stage),
    }


def _enterprise_row(stage: Stage, one: Enterprise) -> Row:
    return {
        "code": one.code,
        "name": one.name,
        "industry": one.industry,
        "is_above_scale": one.since is not None,
        "above_scale_since": one.since,
        "listed_on": one.listed_on,
        "opened_on": one.opened_on,
        "closed_on": one.closed_on,
        **stage.spot(one.place),
    }


def told_months(stage: Stage) -> list[date]:
    """Return the months that are told of, the last complete one included."""
    running = stage.today.replace(day=1)
    return [shifted(running, -n) for n in range(max(stage.plan.months, LEAST_MONTHS), 0, -1)]


def _month_rows(stage: Stage, above: list[Enterprise]) -> list[dict[str, Any]]:
    """Draw the months of those above scale; output is scaled so that the leading industries carry their share."""
    rng, months = stage.rng(PART), told_months(stage)
    size = np.array([one.size for one in above])
    leading = np.array([one.industry != "other" for one in above])
    holes = _holes(months, above, rng)
    found: list[dict[str, Any]] = []
    for number, month in enumerate(months):
        noise = rng.lognormal(0, 0.06, len(above))
        output = size * noise
        is_told = np.array(
            [
                one.since is not None and one.since <= month and (n, number) not in holes
                for n, one in enumerate(above)
            ]
        )
        share = rng.uniform(*LEADING_SHARE)
        whole = YEARLY_OUTPUT / 12 * SEASON[month.month - 1] * GROWTH ** ((number - len(months)) / 12)
        for part, of_whole in ((leading, share), (~leading, 1 - share)):
            output[part] *= whole * of_whole / output[part & is_told].sum()
        ratios = rng.lognormal(0, 0.12, (4, len(above)))
        for n in np.flatnonzero(is_told):
            found.append(_month_row(above[n], month, float(output[n]), ratios[:, n]))
    return found


def _month_row(one: Enterprise, month: date, output: float, ratio: np.ndarray) -> dict[str, Any]:
    jobs = max(8, round(one.size * 160 * float(ratio[3]) ** 0.2))
    return {
        "enterprise_code": one.code,
        "month": month,
        "output_yuan": int(round(output, -3)),
        "tax_yuan": int(output * TAX * ratio[0]),
        "investment_yuan": int(output * INVESTMENT * ratio[1]),
        "power_kwh": int(output * POWER * ratio[2]),
        "employees": jobs,
    }


def _holes(months: list[date], above: list[Enterprise], rng: np.random.Generator) -> set[tuple[int, int]]:
    """Return (enterprise, month) pairs that were never told: breaks of one to three months, one up to the newest."""
    old = [
        n for n, one in enumerate(above) if one.since is not None and one.since < months[0] and one.size < 2
    ]
    holes: set[tuple[int, int]] = set()
    for number, n in enumerate(rng.choice(old, min(BROKEN, len(old)), replace=False).tolist()):
        length = int(rng.integers(1, LONGEST_BREAK + 1))
        last = len(months) - 1 if number == 0 else int(rng.integers(len(months) - 12, len(months)))
        holes |= {(n, month) for month in range(max(0, last - length + 1), last + 1)}
    return holes


def _target_rows(stage: Stage, months: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield a target per month and measure, those of the rest of the year besides."""
    rng = stage.rng(PART, 1)
    told = told_months(stage)
    sums = {(month, name): 0.0 for month in told for name in TARGETS}
    for row in months:
        for name in TARGETS:
            sums[row["month"], name] += row[name]
    left = [told[-1]]
    while left[-1].month != 12:
        left.append(shifted(left[-1], 1))
    for month in [*told, *left[1:]]:
        known = month if (month, TARGETS[0]) in sums else shifted(month, -12)
        for name in TARGETS:
            over = rng.uniform(*TARGET_OVER_OUTCOME) * (1 if known == month else GROWTH)
            target = sums.get((known, name), 0.0) * over
            yield {"month": month, "measure": name, "target": round(target, -4)}
