"""What the simulation would do next: pure plans from what stands open, a random generator and the present instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import numpy as np

from data.demo.actors import return_code
from data.demo.phrases import PLACE_KINDS
from data.demo.rows import REPORTER
from data.demo.scene import Scene
from data.demo.settle import OPEN, REPORTS_PER_DAY
from data.domain.vocabulary import Action, CaseState, IntakeChannel
from data.services.report import ReportCase
from data.town import MajorArrival

SOURCE_KEY = "simulation"
UNPLACED_SHARE = 0.035
UNKNOWN_ADDRESS = "地点待核实"
RETURNED_SHARE, REWORKED_SHARE = 0.04, 0.02
STEPS_AT_ONCE = 4
FINISHING = 8
"""How many of the usual open cases are handled already and wait for 核查 and 结案."""

LATE_SHARE = 0.2
LAST_MINUTES, SHORTEST_DELAY, LONGEST_DELAY = (
    timedelta(minutes=4),
    timedelta(minutes=10),
    timedelta(minutes=100),
)
SENDER_LIMITS = {IntakeChannel.HOTLINE: timedelta(days=7), IntakeChannel.SUPERIOR: timedelta(days=3)}
MIXING, NEAR = timedelta(hours=6), timedelta(hours=3)
LONG_AGO = timedelta(days=3650)
T = TypeVar("T")

NEXT = {
    CaseState.REPORTED: (Action.ACCEPT, 3.0),
    CaseState.ACCEPTED: (Action.FILE, 2.0),
    CaseState.FILED: (Action.DISPATCH, 3.0),
    CaseState.DISPATCHED: (Action.SIGN, 6.0),
    CaseState.SIGNED: (Action.ARRIVE, 20.0),
    CaseState.RETURNED: (Action.DISPATCH, 6.0),
    CaseState.HANDLED: (Action.VERIFY, 6.0),
    CaseState.VERIFIED: (Action.CLOSE, 3.0),
}
"""The next step of each state that takes its time alone, and its median in minutes."""

FINISHING_STATES = frozenset({CaseState.HANDLED, CaseState.VERIFIED})
WAITING = frozenset({CaseState.ON_SCENE, CaseState.REWORK})
"""States that end when the case is handled; when that is, the number of open cases decides."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open demo case: its state, since when it is in it, and its present deadline."""

    id: int
    state: CaseState
    since: datetime
    due_at: datetime | None
    returns: int
    reworks: int


@dataclass(frozen=True, slots=True)
class Step:
    """An action to carry out on a case, with a reason where it is a step back."""

    case_id: int
    action: Action
    reason: str | None = None
    reason_code: str | None = None


def plan_steps(scene: Scene, open_cases: Sequence[OpenCase], now: datetime, per_day: float) -> list[Step]:
    """Return the next few steps: what its time has come for, and handling to keep the number of open cases level."""
    ripe = [case for case in open_cases if case.state in NEXT and case.since + _patience(case) <= now]
    ripe.sort(key=lambda case: case.since)
    handled = _to_handle(open_cases, now, per_day)
    steps = [Step(case.id, Action.HANDLE) for case in handled[: STEPS_AT_ONCE // 2]]
    return steps + [_step(scene, case) for case in ripe[: STEPS_AT_ONCE - len(steps)]]


def _patience(case: OpenCase) -> timedelta:
    """How long a case stays in its state; the same whenever it is asked."""
    _, minutes = NEXT[case.state]
    chance = np.random.default_rng([case.id, list(CaseState).index(case.state)])
    return timedelta(minutes=minutes * float(np.exp(chance.normal(0, 0.5))))


def _to_handle(open_cases: Sequence[OpenCase], now: datetime, per_day: float) -> list[OpenCase]:
    """Choose who is handled next: those whose last minutes run, then as many as stand open beyond the usual number."""
    waiting = [case for case in open_cases if case.state in WAITING]
    pressing = [case for case in waiting if case.due_at is not None and _latest(case, now) <= now]
    usual = round((OPEN - FINISHING) * per_day / REPORTS_PER_DAY)
    surplus = sum(case.state not in FINISHING_STATES for case in open_cases) - usual - len(pressing)
    others = [case for case in waiting if case not in pressing and not _is_late(case, now)]
    others.sort(key=lambda case: (case.due_at or now + LONG_AGO) + MIXING * _chance(case, 2))
    return sorted(pressing, key=lambda case: case.since) + others[: max(0, surplus)]


def _latest(case: OpenCase, now: datetime) -> datetime:
    """When a case is handled at the latest: shortly before its deadline, but for the few late ones."""
    due = case.due_at or now + LONG_AGO
    if not _is_late(case, now):
        return due - LAST_MINUTES
    return due + SHORTEST_DELAY + (LONGEST_DELAY - SHORTEST_DELAY) * _chance(case, 3)


def _is_late(case: OpenCase, now: datetime) -> bool:
    """Whether a case is overdue or, where its deadline is near, one of the few that will be."""
    if case.due_at is None or case.due_at > now + NEAR:
        return False
    return case.due_at < now or _chance(case, 1) < LATE_SHARE


def _chance(case: OpenCase, purpose: int) -> float:
    """A number from 0 to 1 that belongs to a case, and stays the same."""
    return ((case.id * 2654435761 + purpose * 40503) % 65521) / 65521


def _step(scene: Scene, case: OpenCase) -> Step:
    """The next step of a case; now and then one back."""
    chance = _chance(case, 4)
    phrases = scene.phrases
    if case.state is CaseState.DISPATCHED and not case.returns and chance < RETURNED_SHARE:
        phrase = case.id % len(phrases.return_reasons)
        return Step(case.id, Action.RETURN, phrases.return_reasons[phrase], str(return_code(phrase)))
    if case.state is CaseState.HANDLED and not case.reworks and chance > 1 - REWORKED_SHARE:
        return Step(case.id, Action.REWORK, phrases.rework_reasons[case.id % len(phrases.rework_reasons)])
    return Step(case.id, NEXT[case.state][0])


def plan_report(scene: Scene, rng: np.random.Generator, now: datetime) -> ReportCase:
    """Return a report as the arrival pattern has them at this hour of this day."""
    majors = scene.town.arrivals.majors
    local = now.astimezone(scene.town.profile.zone)
    major = _choose(list(majors), [_intensity(row, local) for row in majors.values()], rng)
    row = majors[major]
    code = major + _choose(list(row.minors), list(row.minors.values()), rng)
    titles = scene.phrases.titles_of(scene.town, code)
    title = titles[int(rng.integers(len(titles)))]
    channel = _choose(list(row.channels) or [IntakeChannel.OTHER], list(row.channels.values()) or [1.0], rng)
    place = _place(scene, major, rng)
    address = UNKNOWN_ADDRESS if place is None else scene.places.address[place]
    return ReportCase(
        title=title,
        category=code,
        intake_channel=channel,
        lon=None if place is None else float(scene.places.lon[place]),
        lat=None if place is None else float(scene.places.lat[place]),
        crs="cgcs2000",
        address=address,
        description=f"（演示）{address or '网格内'}，{title}，请派人查看。",
        reporter_name=REPORTER,
        source_key=SOURCE_KEY,
        is_demo=True,
        **_sender(channel, now, rng),
    )


def _sender(channel: IntakeChannel, now: datetime, rng: np.random.Generator) -> dict[str, Any]:
    """Return the number and deadline that 12345 and superior orders bring along; nothing for other channels."""
    if not IntakeChannel(channel).must_be_answered:
        return {}
    due = now + SENDER_LIMITS[IntakeChannel(channel)]
    return {
        "external_number": f"演示-{channel}-{now:%y%m%d%H%M%S}-{rng.integers(10**6):06}",
        "external_due_at": due,
    }


def _intensity(row: MajorArrival, local: datetime) -> float:
    """How often a major's cases come at a local time, relative to the other majors."""
    hour = row.hours[local.hour] / sum(row.hours)
    weekday = row.weekdays[local.weekday()] / sum(row.weekdays)
    return row.share * hour * weekday * row.months[local.month - 1] / sum(row.months)


def _place(scene: Scene, major: str, rng: np.random.Generator) -> int | None:
    if rng.random() < UNPLACED_SHARE:
        return None
    kind = _choose(list(range(len(PLACE_KINDS))), scene.phrases.place_weights(major), rng)
    return int(scene.places.draw(rng, np.array([kind]))[0])


def _choose(values: list[T], weights: Sequence[float], rng: np.random.Generator) -> T:
    chances = np.array(weights, dtype=float)
    return values[int(rng.choice(len(values), p=chances / chances.sum()))]
