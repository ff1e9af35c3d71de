"""What the board of 指挥调度 rests on: where the time goes, why work is late, who gives back, the load of alarms."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from data.domain.alarms import AlarmLoad
from data.domain.vocabulary import CaseState, ReturnCode, Word
from data.store.tables import orders, visible_cases
from data.store.work_tables import alarms
from data.views.alarms import load_of
from data.views.facts.reading import frame_of
from data.world import World

RECENTLY = timedelta(days=30)
MOST_NAMED = 12
HOUR = timedelta(hours=1)
HOURS_BACK = 24


class Stage(Word):
    """The parts that the life of a case falls into, in their order; together they are the whole of it."""

    DISPATCH = "dispatch", "待派遣"
    REDIRECT = "redirect", "退单改派"
    SIGN = "sign", "待签收"
    TRAVEL = "travel", "到场"
    HANDLE = "handle", "处置"
    VERIFY = "verify", "核查结案"


STAGES = tuple(Stage)
MOMENTS = (
    "reported_at",
    "dispatched_at",
    "sent_at",
    "signed_at",
    "arrived_at",
    "handled_at",
    "closed_at",
)
"""The instants between which the stages lie: first dispatch, and the sending of the order that was carried out."""


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """Mean minutes per stage of the cases closed in 30 days, of all, of a unit or of a major category."""

    name: str
    cases: int
    minutes: tuple[float, ...]

    @property
    def total(self) -> float:
        """Mean minutes from report to closing."""
        return sum(self.minutes)


@dataclass(frozen=True, slots=True)
class LateCause:
    """How many late cases spent most of their time in a stage."""

    stage: Stage
    cases: int


@dataclass(frozen=True, slots=True)
class Returned:
    """What a unit gave back in 30 days: how many of how many orders, and for what, the commonest first."""

    unit: str
    orders: int
    returned: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class AlarmHour:
    """How many alarms were raised in an hour that is over or running."""

    begins_at: datetime
    raised: int


@dataclass(frozen=True, slots=True)
class DispatchWork:
    """Everything the board shows; `late` counts the late among the closed."""

    everything: TimeSpent
    by_unit: tuple[TimeSpent, ...]
    by_category: tuple[TimeSpent, ...]
    late: int
    late_causes: tuple[LateCause, ...]
    returned: tuple[Returned, ...]
    alarm_hours: tuple[AlarmHour, ...]
    alarm_load: AlarmLoad


def read_work(world: World, connection: Connection, now: datetime) -> DispatchWork:
    """Read it as of `now`."""
    closed = _closed(connection, now)
    minutes = stage_minutes(closed)
    late = minutes[closed["handled_at"] > closed["due_at"]]
    causes = Counter(STAGES[int(place)] for place in np.argmax(late.to_numpy(), axis=1)) if len(late) else {}
    units, majors = world.town.unit_names, {one.major: one.major_name for one in world.town.categories}
    return DispatchWork(
        everything=_spent("全部", minutes),
        by_unit=_by(minutes, closed["unit_code"].map(lambda code: units.get(code, code))),
        by_category=_by(minutes, closed["category_code"].map(lambda code: majors.get(code[:2], code))),
        late=len(late),
        late_causes=tuple(LateCause(stage, causes[stage]) for stage in STAGES if causes.get(stage)),
        returned=_returned(world, connection, now),
        alarm_hours=_alarm_hours(connection, now),
        alarm_load=load_of(connection, now),
    )


def _closed(connection: Connection, now: datetime) -> pd.DataFrame:
    """Read the cases closed lately with the main order that was carried out."""
    c, o = visible_cases.c, orders.c
    columns = (c.category_code, o.unit_code, c.reported_at, c.dispatched_at, c.closed_at)
    of_order = (o.sent_at, o.signed_at, o.arrived_at, o.handled_at, o.due_at)
    query = (
        select(*columns, *of_order)
        .join(orders, o.case_id == c.id)
        .where(o.is_main.is_(True), o.returned_at.is_(None), o.recalled_at.is_(None))
        .where(c.closed_at > now - RECENTLY, c.closed_at <= now, c.is_withdrawn.is_(False))
        .where(c.state.not_in((str(CaseState.DECLINED), str(CaseState.MERGED))))
    )
    frame = frame_of(connection, query)
    for name in (*MOMENTS, "due_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def stage_minutes(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the minutes of each case in each stage, columns in the order of `STAGES`.

    An instant that was never noted counts as the one before it, so that the stages of a case always add up to its
    whole life; so does one that lies before its predecessor.
    """
    instants = cases[list(MOMENTS)].apply(lambda column: column.astype("int64").where(column.notna(), 0))
    steps = np.maximum.accumulate(instants.to_numpy(), axis=1)
    per_minute = pd.Timedelta(minutes=1) / pd.Timedelta(1, cases[MOMENTS[0]].dt.unit)
    return pd.DataFrame(np.diff(steps, axis=1) / per_minute, columns=list(STAGES), index=cases.index)


def _spent(name: str, minutes: pd.DataFrame) -> TimeSpent:
    means = minutes.mean() if len(minutes) else pd.Series(0.0, index=minutes.columns)
    return TimeSpent(name, len(minutes), tuple(float(mean) for mean in means))


def _by(minutes: pd.DataFrame, names: pd.Series) -> tuple[TimeSpent, ...]:
    """Return the groups in which most time was spent altogether, the greatest first."""
    found = [_spent(str(name), part) for name, part in minutes.groupby(names)]
    return tuple(sorted(found, key=lambda one: (-one.total * one.cases, one.name))[:MOST_NAMED])


def _returned(world: World, connection: Connection, now: datetime) -> tuple[Returned, ...]:
    o, names = orders.c, world.town.unit_names
    query = (
        select(o.unit_code, o.return_code, func.count())
        .where(o.sent_at > now - RECENTLY, o.sent_at <= now, o.is_main.is_(True))
        .group_by(o.unit_code, o.return_code)
    )
    sent: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = {}
    for unit, code, count in connection.execute(query):
        sent[unit] += count
        if code is not None:
            reasons.setdefault(unit, Counter())[ReturnCode(code).label] += count
    rows = [
        Returned(names.get(unit, unit), sent[unit], of_unit.total(), tuple(of_unit.most_common()))
        for unit, of_unit in reasons.items()
    ]
    return tuple(sorted(rows, key=lambda one: (-one.returned, one.unit))[:MOST_NAMED])


def _alarm_hours(connection: Connection, now: datetime) -> tuple[AlarmHour, ...]:
    hour = now.replace(minute=0, second=0, microsecond=0)
    begins = [hour - n * HOUR for n in reversed(range(HOURS_BACK))]
    c = alarms.c
    raised = connection.execute(select(c.raised_at).where(c.raised_at >= begins[0], c.raised_at <= now))
    counts = Counter(at.replace(minute=0, second=0, microsecond=0) for at in raised.scalars())
    return tuple(AlarmHour(begin, counts[begin]) for begin in begins)
