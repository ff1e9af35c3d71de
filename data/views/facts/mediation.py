"""Facts of 多元解纷: disputes opened and ended, days on each level of the ladder, warnings, agreements that fell due.

A dispute is sensitive: of a row behind a figure the station and the level are told, neither its matter nor its grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from data.domain.mediation import SIGNALS_NEEDED, Level, Outcome
from data.store.modules.mediation import agreements, disputes, mediation_stations
from data.views.facts.reading import frame_of, instants, local_days, minutes_between
from data.views.facts.records import (
    NOWHERE,
    describe_records,
    present_rows,
    record_facts,
    span_of_columns,
)
from data.views.facts.source import Asked, FactSource, joined
from data.world import World

MEASURES = (
    "opened",
    "relapsed",
    "warned",
    "ended",
    "agreed",
    "in_court",
    "agreements_due",
    "agreements_performed",
)
DURATIONS = ("on_village", "on_town", "on_city")
PRESENT = ("open", "open_village", "open_town", "open_city")

D = disputes.c
S = mediation_stations.c
A = agreements.c
PLACE = (
    func.coalesce(D.comprehensive_code, S.village_code).label("grid_code"),
    S.village_code.label("unit_code"),
    D.kind.label("category"),
)
"""Of a dispute without a grid the village of its station is known."""


def read(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Return the facts of disputes and agreements that count on the days asked for."""
    begun = _begun(world, connection, asked)
    ended = _moved(world, connection, asked)
    parts = [
        *_opened(world, begun),
        _ended(world, asked, ended),
        *_levels(world, asked, ended),
        _due(world, connection, asked),
    ]
    return joined(SOURCE.columns, DURATIONS, parts)


def _disputes(connection: Connection, *wanted: ColumnElement[bool]) -> pd.DataFrame:
    columns = (D.id, D.opened_at, D.town_at, D.city_at, D.closed_at, D.outcome, D.warning, D.signals)
    query = select(*columns, D.is_relapse, *PLACE)
    return frame_of(connection, query.outerjoin(mediation_stations, S.code == D.station_code).where(*wanted))


def _begun(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    begin, end = instants(asked, world.town.profile.zone)
    return _disputes(connection, D.opened_at >= begin, D.opened_at < end)


def _opened(world: World, found: pd.DataFrame) -> list[pd.DataFrame]:
    """Disputes by the day they were opened; warnings apart, those with too few signs listed and not counted."""
    day = local_days(found["opened_at"], world.town.profile.zone)
    relapsed = found["is_relapse"].astype("float64")
    opened = record_facts(found, "dispute", day, opened=1.0, relapsed=relapsed)
    is_warning = found["warning"].astype(bool)
    early, day = found[is_warning], day[is_warning]
    has_signs = early["signals"] >= SIGNALS_NEEDED
    warned = record_facts(early, "warning", day, warned=has_signs.astype("float64"))
    flags = has_signs.map({True: "", False: "unconfirmed"})
    return [opened, warned.assign(flag=flags)]


def _moved(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Disputes that climbed or ended in the days."""
    begin, end = instants(asked, world.town.profile.zone)
    moments = (D.town_at, D.city_at, D.closed_at)
    return _disputes(connection, or_(*(moment.between(begin, end) for moment in moments)))


def _ended(world: World, asked: Asked, found: pd.DataFrame) -> pd.DataFrame:
    day = local_days(found["closed_at"], world.town.profile.zone)
    outcome = found["outcome"]
    facts = record_facts(
        found,
        "dispute",
        day,
        ended=1.0,
        agreed=(outcome == Outcome.AGREED).astype("float64"),
        in_court=(outcome == Outcome.COURT).astype("float64"),
    )
    return _within(facts, asked)


def _levels(world: World, asked: Asked, found: pd.DataFrame) -> list[pd.DataFrame]:
    """How long disputes stood on each level, by the day they left it."""
    zone = world.town.profile.zone
    instant = {
        name: pd.to_datetime(found[name], utc=True)
        for name in ("opened_at", "town_at", "city_at", "closed_at")
    }
    left = {
        Level.VILLAGE: instant["town_at"].fillna(instant["city_at"]).fillna(instant["closed_at"]),
        Level.TOWN: instant["city_at"].fillna(instant["closed_at"]),
        Level.CITY: instant["closed_at"],
    }
    came = {
        Level.VILLAGE: instant["opened_at"],
        Level.TOWN: instant["town_at"],
        Level.CITY: instant["city_at"],
    }
    parts = []
    for level, end in left.items():
        took = minutes_between(came[level], end)
        facts = record_facts(found, "dispute", local_days(end, zone), **{f"on_{level}": took})
        parts.append(_within(facts[took.notna()], asked))
    return parts


def _within(facts: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Keep the facts of the days that are asked for; the others moved on another day."""
    is_known = facts["day"].notna()
    facts = facts[is_known]
    return facts[(facts["day"] >= asked.begin) & (facts["day"] < asked.end)]


def _due(world: World, connection: Connection, asked: Asked) -> pd.DataFrame:
    """Agreements by the day on which they fell due, once that day is over."""
    query = (
        select(A.id, A.due_on, A.performed_on, *PLACE)
        .join(disputes, D.number == A.dispute_number)
        .outerjoin(mediation_stations, S.code == D.station_code)
        .where(A.due_on >= asked.begin, A.due_on < min(asked.end, _today(world, asked.now)))
    )
    found = frame_of(connection, query)
    performed = found["performed_on"].notna().astype("float64")
    return record_facts(
        found, "agreement", found["due_on"], agreements_due=1.0, agreements_performed=performed
    )


def _today(world: World, now: datetime) -> date:
    return now.astimezone(world.town.profile.zone).date()


def read_present(world: World, connection: Connection, now: datetime) -> pd.DataFrame:
    """Return the open disputes, by the level on which they stand."""
    query = select(D.level, *PLACE).outerjoin(mediation_stations, S.code == D.station_code)
    found = frame_of(connection, query.where(D.closed_at.is_(None)))
    on_level = {f"open_{level}": (found["level"] == level).astype("float64") for level in Level}
    return present_rows([found.assign(open=1.0, **on_level)], PRESENT)


def span(world: World, connection: Connection, _now: datetime) -> tuple[date, date] | None:
    """Return the days from the first dispute to the last day on which an agreement falls due."""
    columns = (D.opened_at, D.town_at, D.city_at, D.closed_at, A.due_on)
    return span_of_columns(connection, columns, world.town.profile.zone)


def describe(
    world: World, connection: Connection, kind: str, ids: Sequence[int]
) -> dict[int, dict[str, object]]:
    """Return what to say of disputes and agreements: station and level; matter and grid stay hidden."""
    stations = {row.code: row.name for row in connection.execute(select(S.code, S.name))}

    def dispute(row: Row[Any]) -> dict[str, object]:
        ended = Outcome(row.outcome).label if row.outcome else "在办"
        title = f"{stations.get(row.station_code, row.station_code)} · {Level(row.level).label}（内容遮蔽）"
        return {"number": row.number, "title": title, "state": ended, **NOWHERE}

    def agreement(row: Row[Any]) -> dict[str, object]:
        state = "已履行" if row.performed_on else "未履行"
        return {"number": row.number, "title": "调解协议（内容遮蔽）", "state": state, **NOWHERE}

    if kind == "agreement":
        return describe_records(connection, agreements, ids, agreement)
    return describe_records(connection, disputes, ids, dispute)


SOURCE = FactSource(
    "mediation", MEASURES, DURATIONS, read, describe, span, ("loads", "demo"), PRESENT, read_present
)
