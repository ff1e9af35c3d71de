"""Disputes, stations, mediators and agreements as the board of 多元解纷 needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from data.domain.mediation import Level
from data.store.modules.mediation import agreements, disputes, mediation_stations, mediators

MONTHS_LOOKED_AT = 12
LOOKED_AT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute; instants aware, None where something has not happened."""

    number: str
    station: str
    kind: str
    mechanism: str | None
    level: Level
    opened_at: datetime
    town_at: datetime | None
    city_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    is_warning: bool
    signals: int
    is_relapse: bool
    grid: str | None
    case_id: int | None
    load_id: int | None
    line: int | None

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.closed_at is None

    @property
    def came_at(self) -> datetime:
        """When it came to the level on which it stands."""
        at = {Level.TOWN: self.town_at, Level.CITY: self.city_at}.get(self.level)
        return at or self.town_at or self.opened_at

    def days_here(self, now: datetime) -> int:
        """How many whole days it has stood on its level."""
        return max(0, ((self.closed_at or now) - self.came_at).days)


@dataclass(frozen=True, slots=True)
class Station:
    """A station with how many of each team it has."""

    code: str
    name: str
    village: str
    lon: float | None
    lat: float | None
    teams: dict[str, int]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A written agreement and the dispute that it ended."""

    number: str
    dispute: str
    station: str
    grid: str | None
    due_on: date
    performed_on: date | None

    def is_overdue(self, today: date) -> bool:
        """Whether its day is over and nobody has performed it."""
        return self.performed_on is None and self.due_on < today


def read_disputes(connection: Connection, now: datetime) -> list[Dispute]:
    """Return the open disputes and those that were opened or ended in the last twelve months, oldest first."""
    c, since = disputes.c, now - LOOKED_AT
    wanted = or_(c.closed_at.is_(None), c.closed_at >= since, c.opened_at >= since)
    rows = connection.execute(select(disputes).where(wanted).order_by(c.opened_at, c.id))
    return [
        Dispute(
            number=row.number,
            station=row.station_code,
            kind=row.kind,
            mechanism=row.mechanism_key,
            level=Level(row.level),
            opened_at=row.opened_at,
            town_at=row.town_at,
            city_at=row.city_at,
            closed_at=row.closed_at,
            outcome=row.outcome,
            is_warning=row.warning,
            signals=row.signals,
            is_relapse=row.is_relapse,
            grid=row.comprehensive_code,
            case_id=row.case_id,
            load_id=row.load_id,
            line=row.source_line,
        )
        for row in rows
    ]


def read_stations(connection: Connection) -> list[Station]:
    """Return the stations with their people, by code."""
    m, c = mediators.c, mediation_stations.c
    teams: dict[str, dict[str, int]] = {}
    counted = select(m.station_code, m.team, func.count().label("people")).group_by(m.station_code, m.team)
    for row in connection.execute(counted):
        teams.setdefault(row.station_code, {})[row.team] = row.people
    columns = (c.code, c.name, c.village_code, c.lon, c.lat)
    return [
        Station(row.code, row.name, row.village_code, row.lon, row.lat, teams.get(row.code, {}))
        for row in connection.execute(select(*columns).order_by(c.code))
    ]


def read_agreements(connection: Connection, today: date) -> list[Agreement]:
    """Return the agreements that fell due in the last twelve months or will, and those overdue, by their day."""
    a, d = agreements.c, disputes.c
    wanted = or_(a.due_on >= today - LOOKED_AT, a.performed_on.is_(None))
    columns = (a.number, a.dispute_number, a.due_on, a.performed_on, d.station_code, d.comprehensive_code)
    query = select(*columns).join(disputes, d.number == a.dispute_number).where(wanted)
    return [
        Agreement(
            row.number,
            row.dispute_number,
            row.station_code,
            row.comprehensive_code,
            row.due_on,
            row.performed_on,
        )
        for row in connection.execute(query.order_by(a.due_on, a.id))
    ]


def days_on_level(found: Sequence[Dispute], level: Level) -> list[float]:
    """Return how many days each dispute that has left a level stood on it."""
    days = []
    for one in found:
        begin = {Level.VILLAGE: one.opened_at, Level.TOWN: one.town_at, Level.CITY: one.city_at}[level]
        ends = {
            Level.VILLAGE: one.town_at or one.city_at or one.closed_at,
            Level.TOWN: one.city_at or one.closed_at,
            Level.CITY: one.closed_at,
        }
        if begin is not None and (end := ends[level]) is not None:
            days.append((end - begin).total_seconds() / 86_400)
    return days
