"""The parts of the situation: open cases, grids, sources and the day's trend, each one query."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from data.domain.asking import Asking
from data.domain.vocabulary import Freshness, WallSensitivity
from data.store.tables import changes, loads, visible_cases
from data.town import Town
from data.views.asking import asking_cases
from data.views.lens import Lens, moment
from data.world import World

WEEKS_COMPARED = 8

CASE_COLUMNS = tuple(
    visible_cases.c[name]
    for name in (
        "id",
        "number",
        "title",
        "category_code",
        "severity",
        "state",
        "version",
        "intake_channel",
        "reported_at",
        "due_at",
        "is_due_provisional",
        "lon",
        "lat",
        "address",
        "location_grade",
        "comprehensive_code",
        "police_code",
        "professional_code",
        "is_demo",
    )
)


Held = tuple[tuple[str | None, ...], datetime | None]
"""What counts of an open case whether it is listed or not: the codes of its grids, and its deadline."""


@dataclass(frozen=True, slots=True)
class OpenCases:
    """The open cases by id: what a screen may list, what counts of every one, and the sensitive ones unmasked.

    `plain` is for seats alone (see `LivePicture.plain_cases`); it is never part of a picture.
    """

    shown: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    held: Mapping[str, Held] = field(default_factory=dict)
    plain: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def hidden_count(self) -> int:
        """How many open cases no screen may list."""
        return len(self.held) - len(self.shown)

    def merged(self, ids: Iterable[int], newer: OpenCases) -> OpenCases:
        """Return these cases with the given ids replaced by what `newer` says of them."""
        keys = set(map(str, ids))
        return OpenCases(
            _without(self.shown, keys) | newer.shown,
            _without(self.held, keys) | newer.held,
            _without(self.plain, keys) | newer.plain,
        )

    def per_grid(self) -> dict[str, int]:
        """Count the open cases of each grid of any kind."""
        count: dict[str, int] = {}
        for codes, _due in self.held.values():
            for code in codes:
                if code:
                    count[code] = count.get(code, 0) + 1
        return count

    def deadlines(self) -> list[datetime | None]:
        """Return the deadline of every open case."""
        return [due for _codes, due in self.held.values()]


def open_cases(connection: Connection, lens: Lens, ids: Iterable[int] | None = None) -> OpenCases:
    """Read the open cases, all or those of `ids`."""
    query = select(*CASE_COLUMNS).where(visible_cases.c.is_open.is_(True))
    if ids is not None:
        query = query.where(visible_cases.c.id.in_(list(ids)))
    rows = connection.execute(query.order_by(visible_cases.c.id)).mappings().all()
    return as_open_cases(rows, lens, asking_cases(connection, ids))


def as_open_cases(
    rows: Sequence[Mapping[str, Any]], lens: Lens, asks: Mapping[int, Asking] | None = None
) -> OpenCases:
    """Return rows of open cases (`CASE_COLUMNS`) as screens know them, and what counts of each.

    `asks` are the cases that wait for a decision besides their next step, by id.
    """
    places = lens.relative([r["lon"] for r in rows], [r["lat"] for r in rows])
    held = {str(r["id"]): (_grid_codes(r), r["due_at"]) for r in rows}
    placed = [
        (row, place, lens.sensitivity(row["category_code"])) for row, place in zip(rows, places, strict=True)
    ]
    shown = {
        str(row["id"]): lens.case(row, x, y) | _asks(row, asks)
        for row, (x, y), sensitivity in placed
        if sensitivity is not WallSensitivity.HIDDEN
    }
    plain = {
        str(row["id"]): lens.case(row, x, y, is_plain=True) | _asks(row, asks)
        for row, (x, y), sensitivity in placed
        if sensitivity is not WallSensitivity.NORMAL
    }
    return OpenCases(shown, held, plain)


def _asks(row: Mapping[str, Any], asks: Mapping[int, Asking] | None) -> dict[str, str]:
    asked = (asks or {}).get(row["id"])
    return {} if asked is None else {"asks": str(asked)}


def _without(rows: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    return {key: row for key, row in rows.items() if key not in keys}


def _grid_codes(row: Mapping[str, Any]) -> tuple[str | None, ...]:
    return row["comprehensive_code"], row["police_code"], row["professional_code"]


def source_ages(connection: Connection, town: Town, at: datetime | None = None) -> list[dict[str, Any]]:
    """Read for each source that has a tolerance the newest instant that its published data speak of.

    With `at`, of the data that were published by then and not taken back until later.
    """
    query = select(loads.c.source_key, func.max(loads.c.data_until)).group_by(loads.c.source_key)
    if at is None:
        query = query.where(loads.c.status == "published")
    else:
        query = query.where(loads.c.published_at <= at, loads.c.data_until <= at)
        query = query.where(or_(loads.c.rolled_back_at.is_(None), loads.c.rolled_back_at > at))
    newest = {key: until for key, until in connection.execute(query)}
    return [
        {
            "key": source.key,
            "name": source.name,
            "last_at": moment(newest.get(source.key)),
            "tolerance_minutes": source.freshness_minutes,
        }
        for source in town.sources.values()
        if source.freshness_minutes is not None
    ]


def with_ages(sources: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Return the sources with their age in minutes and whether that is fresh, late or missing (未到).

    Late up to four times the tolerance, missing beyond that and where nothing ever came.
    """
    return [source | _age(source, now) for source in sources]


def _age(source: dict[str, Any], now: datetime) -> dict[str, Any]:
    if source["last_at"] is None:
        return {"age_minutes": None, "state": str(Freshness.MISSING)}
    age = max(0.0, (now - datetime.fromisoformat(source["last_at"])).total_seconds() / 60)
    tolerance = source["tolerance_minutes"]
    state = Freshness.FRESH if age <= tolerance else Freshness.LATE
    return {"age_minutes": round(age, 1), "state": str(Freshness.MISSING if age > 4 * tolerance else state)}


def late_sources(sources: list[dict[str, Any]], now: datetime) -> int:
    """Count the sources whose data are older than they tolerate, or that never came."""
    return sum(_is_late(source, now) for source in sources)


def _is_late(source: dict[str, Any], now: datetime) -> bool:
    if source["last_at"] is None:
        return True
    return now - datetime.fromisoformat(source["last_at"]) > timedelta(minutes=source["tolerance_minutes"])


@dataclass(frozen=True, slots=True)
class PastDays:
    """Reports of the last eight same weekdays: instants relative to each day's start."""

    day: date
    offsets: tuple[timedelta, ...]
    days_with_data: int


def past_days(connection: Connection, town: Town, today: date) -> PastDays:
    """Read when cases were reported on the last eight same weekdays; days before the first case do not count."""
    days = [today - timedelta(weeks=week) for week in range(1, WEEKS_COMPARED + 1)]
    bounds = [_day_bounds(town, day) for day in days]
    first = connection.execute(select(func.min(visible_cases.c.reported_at))).scalar_one()
    counted = [(a, b) for a, b in bounds if first is not None and b > first]
    if not counted:
        return PastDays(today, (), 0)
    ranges = [and_(visible_cases.c.reported_at >= a, visible_cases.c.reported_at < b) for a, b in counted]
    query = select(visible_cases.c.reported_at).where(or_(*ranges))
    offsets = [
        instant - next(a for a, b in counted if a <= instant < b)
        for instant in connection.execute(query).scalars()
    ]
    return PastDays(today, tuple(sorted(offsets)), len(counted))


def today_reports(
    connection: Connection, town: Town, today: date, ids: Iterable[int] | None = None
) -> dict[int, timedelta]:
    """Read when today's cases were reported, by id, relative to the day's start; all or those of `ids`."""
    start, end = _day_bounds(town, today)
    query = select(visible_cases.c.id, visible_cases.c.reported_at).where(
        visible_cases.c.reported_at >= start, visible_cases.c.reported_at < end
    )
    if ids is not None:
        query = query.where(visible_cases.c.id.in_(list(ids)))
    return {case_id: instant - start for case_id, instant in connection.execute(query)}


def trend(today: Collection[timedelta], past: PastDays, elapsed: timedelta) -> dict[str, Any]:
    """Return today's reports per hour so far beside the mean of the past days."""
    hour = int(elapsed.total_seconds() // 3600)
    counts, means = _per_hour(today), _per_hour(past.offsets)
    return {
        "today": counts[: hour + 1],
        "average": [round(c / past.days_with_data, 2) for c in means] if past.days_with_data else [],
        "hour": hour,
    }


def today_figure(today: Collection[timedelta], past: PastDays, elapsed: timedelta) -> dict[str, Any]:
    """Return today's number of reports and the mean of the past days up to the same time of day."""
    until_now = sum(offset <= elapsed for offset in past.offsets)
    average = round(until_now / past.days_with_data, 1) if past.days_with_data else None
    return {"value": len(today), "average": average}


def last_change(connection: Connection, *topics: str) -> datetime | None:
    """Return when something of these topics last changed."""
    query = select(changes.c.at).where(changes.c.topic.in_(topics)).order_by(changes.c.id.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def revision(world: World) -> int:
    """Return the number of the newest committed change; fails where the database does not answer."""
    return world.store.revision()


def _per_hour(offsets: Iterable[timedelta]) -> list[int]:
    counts = [0] * 24
    for offset in offsets:
        counts[min(23, int(offset.total_seconds() // 3600))] += 1
    return counts


def _day_bounds(town: Town, day: date) -> tuple[datetime, datetime]:
    zone = town.profile.zone
    start = datetime.combine(day, datetime.min.time(), zone)
    return start, datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
