"""The picture of the town, kept up to date: computed once per change in each process, never per screen."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from data.domain.situation import Picture
from data.store.grids import GridSet
from data.store.tables import changes
from data.views.duty import Duty, duty, last_patrols, watched_grids
from data.views.lens import Lens, moment
from data.views.situation import (
    OpenCases,
    PastDays,
    last_change,
    late_sources,
    open_cases,
    past_days,
    source_ages,
    today_figure,
    today_reports,
    trend,
)
from data.world import World

ONE_HOUR = timedelta(hours=1)
MANY = 200
LOOK_BACK = 500


@dataclass(frozen=True, slots=True)
class Parts:
    """What a picture is made of, each part read only when its topic changed."""

    revision: int
    grids: GridSet
    lens: Lens
    cases: OpenCases
    duty: Duty
    patrols: dict[str, datetime]
    sources: list[dict[str, Any]]
    past: PastDays
    today: dict[int, timedelta]
    today_day: date
    cases_as_of: datetime | None
    sources_as_of: datetime | None


@dataclass(frozen=True, slots=True)
class PlainCases:
    """What the picture masks or leaves out: open sensitive cases by id, whole, as of a revision."""

    revision: int
    cases: Mapping[str, dict[str, Any]]


class LivePicture:
    """Holds the newest picture of one world; `refresh` brings it up to date and is safe between threads."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._parts: Parts | None = None
        self._seen: frozenset[int] = frozenset()
        self._plain_since = 0

    def refresh(self, now: datetime) -> Picture:
        """Return the picture as of `now`, reading only what changed since the last call."""
        with self._lock:
            today = now.astimezone(self._world.town.profile.zone).date()
            grids = self._world.grids.current(today)
            with self._world.store.read() as connection:
                self._parts = self._read(connection, grids, today, now)
            return {**compose(self._world, self._parts, now), "plain_since": self._plain_since}

    def plain_cases(self, now: datetime) -> PlainCases:
        """Return the sensitive open cases with nothing left out, as of `now`; for seats with the right alone."""
        self.refresh(now)
        with self._lock:
            parts = self._parts
            return PlainCases(parts.revision, parts.cases.plain) if parts else PlainCases(0, {})

    def _read(self, connection: Connection, grids: GridSet, today: date, now: datetime) -> Parts:
        revision = _newest_change(connection)
        known = self._parts
        if known is None or known.grids is not grids or known.today_day != today:
            parts = read_all(connection, self._world, grids, today, now, revision)
        else:
            parts = self._update(connection, known, now, revision)
        self._seen = frozenset(_recent_changes(connection, revision))
        if known is None or known.cases.plain != parts.cases.plain:
            self._plain_since = revision
        return parts

    def _update(self, connection: Connection, known: Parts, now: datetime, revision: int) -> Parts:
        """Read again the parts whose topics changed; several processes may commit out of number order."""
        fresh = [row for row in _changes_since(connection, known.revision) if row.id not in self._seen]
        topics = {row.topic for row in fresh}
        if topics & {"loads", "demo", "grids"}:
            return read_all(connection, self._world, known.grids, known.today_day, now, revision)
        parts = replace(known, revision=revision, duty=duty(connection, known.lens, now))
        if "cases" in topics:
            parts = _with_cases(
                connection, self._world, parts, [row.ref for row in fresh if row.topic == "cases"]
            )
        return parts


def read_all(
    connection: Connection, world: World, grids: GridSet, today: date, now: datetime, revision: int
) -> Parts:
    """Read every part of the picture."""
    lens = Lens.build(world.town, grids)
    return Parts(
        revision=revision,
        grids=grids,
        lens=lens,
        cases=open_cases(connection, lens),
        duty=duty(connection, lens, now),
        patrols=last_patrols(connection),
        sources=source_ages(connection, world.town),
        past=past_days(connection, world.town, today),
        today=today_reports(connection, world.town, today),
        today_day=today,
        cases_as_of=last_change(connection, "cases", "loads", "demo"),
        sources_as_of=last_change(connection, "loads", "demo"),
    )


def compose(world: World, parts: Parts, now: datetime) -> Picture:
    """Put the parts together into the picture that REST answers and screens draw."""
    midnight = datetime.combine(parts.today_day, datetime.min.time(), world.town.profile.zone)
    elapsed = now - midnight
    return {
        "revision": parts.revision,
        "server_time": moment(now),
        "is_simulated": world.is_simulated,
        "demo_progress": None,
        "geometry": parts.grids.stamp,
        "figures": _figures(parts, now, elapsed),
        "hidden": parts.cases.hidden_count,
        "cases": parts.cases.shown,
        "grids": _grids(parts),
        "staff": parts.duty.layer,
        "sources": parts.sources,
        "trend": trend(parts.today.values(), parts.past, elapsed),
    }


def _figures(parts: Parts, now: datetime, elapsed: timedelta) -> dict[str, Any]:
    """Return the key figures, each with the instant that its data are as of."""
    due = parts.cases.deadlines()
    cases_as_of = {"as_of": moment(parts.cases_as_of)}
    duty_as_of = {"as_of": moment(parts.duty.newest_fix)}
    return {
        "open": {"value": len(due)} | cases_as_of,
        "overdue": {"value": sum(d is not None and d <= now for d in due)} | cases_as_of,
        "due_within_hour": {"value": sum(d is not None and now < d <= now + ONE_HOUR for d in due)}
        | cases_as_of,
        "on_duty": _on_duty(parts.duty) | duty_as_of,
        "grids_without_duty": _without_duty(parts) | duty_as_of,
        "late_sources": _late_sources(parts, now) | {"as_of": moment(parts.sources_as_of)},
        "today": today_figure(parts.today.values(), parts.past, elapsed) | cases_as_of,
    }


def _on_duty(duty: Duty) -> dict[str, int | None]:
    return {"value": duty.present if duty.is_known else None, "of": duty.scheduled}


def _without_duty(parts: Parts) -> dict[str, int | None]:
    watched = watched_grids(parts.grids)
    empty = sum(not parts.duty.per_grid.get(code) for code in watched)
    return {"value": empty if parts.duty.is_known else None, "of": len(watched)}


def _late_sources(parts: Parts, now: datetime) -> dict[str, int | None]:
    """A town whose sources promise no freshness has no late ones, and no figure."""
    late = late_sources(parts.sources, now) if parts.sources else None
    return {"value": late, "of": len(parts.sources)}


def _grids(parts: Parts) -> dict[str, dict[str, Any]]:
    count = parts.cases.per_grid()
    return {
        code: {
            "open": count.get(code, 0),
            "on_duty": parts.duty.per_grid.get(code, 0) if parts.duty.is_known else None,
            "last_patrol": moment(parts.patrols.get(code)),
        }
        for code in parts.grids.frame["code"]
    }


def _with_cases(connection: Connection, world: World, parts: Parts, refs: list[int | None]) -> Parts:
    """Read again the cases that changed: a few by their ids, many or unnamed ones all together."""
    if None in refs or len(refs) > MANY:
        cases = open_cases(connection, parts.lens)
        today = today_reports(connection, world.town, parts.today_day)
    else:
        ids = {ref for ref in refs if ref is not None}
        cases = parts.cases.merged(ids, open_cases(connection, parts.lens, ids))
        kept = {k: v for k, v in parts.today.items() if k not in ids}
        today = kept | today_reports(connection, world.town, parts.today_day, ids)
    cases_as_of = last_change(connection, "cases", "loads", "demo")
    return replace(parts, cases=cases, today=today, cases_as_of=cases_as_of)


def _newest_change(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(changes.c.id), 0))).scalar_one())


def _changes_since(connection: Connection, revision: int) -> Iterable[Any]:
    columns = (changes.c.id, changes.c.topic, changes.c.ref)
    return connection.execute(select(*columns).where(changes.c.id > revision - LOOK_BACK)).all()


def _recent_changes(connection: Connection, revision: int) -> Iterable[int]:
    return connection.execute(select(changes.c.id).where(changes.c.id > revision - LOOK_BACK)).scalars()
