"""The scores of units from the orders and journals of a window of days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from data.domain.errors import InvalidInput, NotFound
from data.domain.order_facts import OrderFacts
from data.domain.score import ScoreRules, UnitScore, Window, unit_score
from data.views.lens import moment
from data.views.order_facts import read_order_facts
from data.world import World

USUAL_DAYS = 30
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Days:
    """A window of days in the town's zone, both included."""

    first: date
    last: date


def days_of(world: World, first: date | None, last: date | None, now: datetime) -> Days:
    """Return the days that were asked for; without them the thirty days up to today.

    Raises `InvalidInput` for days in the wrong order or more than a year.
    """
    today = now.astimezone(world.town.profile.zone).date()
    last = last or max(today, first or today)
    first = first or last - timedelta(days=USUAL_DAYS - 1)
    if not first <= last < first + timedelta(days=MOST_DAYS):
        raise InvalidInput(
            f"{first} 至 {last} 不是一段 1 至 {MOST_DAYS} 天的日期",
            field="from",
            value=first.isoformat(),
            cure="请把开始日期填在结束日期之前，时段不超过一年",
        )
    return Days(first, last)


def score_of_unit(world: World, code: str, days: Days, now: datetime) -> dict[str, Any]:
    """Return the score of a unit as plain JSON; raise `NotFound` for an unknown unit or days without a method."""
    names = world.town.unit_names
    if code not in names:
        raise NotFound(f"没有编号为“{code}”的单位", field="code", value=code, cure="请从单位或村社区中选择")
    rules, window = method_of(world, days, now)
    with world.store.read() as connection:
        facts = read_order_facts(connection, window.begin - window.verify, window.end, code)
    return _shown(unit_score(code, facts, rules, window), names, days, window)


def scores_of_units(world: World, days: Days, now: datetime) -> list[dict[str, Any]]:
    """Return the scores of all units with an order in the window, the best first, those without a score last."""
    names = world.town.unit_names
    rules, window = method_of(world, days, now)
    with world.store.read() as connection:
        facts = read_order_facts(connection, window.begin - window.verify, window.end)
    by_unit: dict[str, list[OrderFacts]] = defaultdict(list)
    for one in facts:
        by_unit[one.order.unit_code].append(one)
    scores = [unit_score(code, found, rules, window) for code, found in sorted(by_unit.items())]
    ranked = sorted(scores, key=lambda score: (score.value is None, -(score.value or 0.0)))
    return [_shown(score, names, days, window) for score in ranked]


def method_of(world: World, days: Days, now: datetime) -> tuple[ScoreRules, Window]:
    """Return the method of some days and their window; raise `NotFound` where the town has none."""
    version = world.town.score_version(days.last)
    if version is None:
        raise NotFound(
            f"{days.last} 没有生效的评分办法",
            code="no_score_method",
            field="to",
            value=days.last.isoformat(),
            cure="请把评分办法补进城镇文件夹的 score.yaml",
        )
    zone = world.town.profile.zone
    begin = datetime.combine(days.first, time(), zone)
    end = datetime.combine(days.last + timedelta(days=1), time(), zone)
    return version.rules(), Window(begin, max(begin, min(end, now)), now, world.town.stages.verify)


def _shown(score: UnitScore, names: dict[str, str], days: Days, window: Window) -> dict[str, Any]:
    """Return a score with names, and each rate with its label, share and points."""
    shown = asdict(score)
    for row, rate in zip(shown["rates"], score.rates, strict=True):
        row |= {"label": rate.rate.label, "share": rate.share, "points": rate.points}
    return shown | {
        "unit_name": names.get(score.unit_code, score.unit_code),
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
        "until": moment(window.end),
    }
