"""Demo rows of 多元解纷: a station in every village, three teams, six mechanisms, disputes that climb a ladder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import numpy as np
from pydantic import Field

from data.demo.modules.rows import Row, Rows, Stage
from data.domain.mediation import Level, Outcome, Team
from data.store.modules.mediation import agreements, disputes, mechanisms, mediation_stations, mediators
from data.town.base import Flag, TownModel
from data.town.reading import read_document

T = TypeVar("T")
PART = 61
LEVEL_SHARES = {Level.VILLAGE: 0.87, Level.TOWN: 0.11, Level.CITY: 0.02}
MEDIAN_DAYS = {Level.VILLAGE: 3.2, Level.TOWN: 6.5, Level.CITY: 13.0}
SPREAD = 0.65
OUTCOMES = {
    Level.VILLAGE: (0.975, 0.018, 0.007),
    Level.TOWN: (0.92, 0.05, 0.03),
    Level.CITY: (0.82, 0.08, 0.10),
}
"""Shares of agreed, failed, court."""

WARNING_SHARE, LONE_SIGNAL_SHARE = 0.09, 0.06
RELAPSE_SHARE = 0.021
WRITTEN_SHARE, PERFORMED_SHARE = 0.72, 0.965
TEAM_SIZES = {Team.GRID_MEDIATOR: (3, 6), Team.LAW_VOLUNTEER: (2, 5), Team.LEGAL_WORKER: (1, 2)}
YEAR_DAYS = 365.25


class Mechanism(TownModel):
    """A row of the table of mechanisms."""

    key: str
    name: str
    is_published: Flag


class MediationWords(TownModel):
    """demo/mediation.yaml of the town folder."""

    disputes_per_year: float = 0
    kinds: dict[str, float] = Field(default={})
    mechanisms: tuple[Mechanism, ...] = ()
    grave_mechanism: str | None = None


def rows(stage: Stage) -> Rows:
    """Return the rows of every table; none for a town whose folder has no demo/mediation.yaml."""
    path = stage.scene.town.folder / "demo" / "mediation.yaml"
    if not path.exists():
        return {}
    words = read_document(path, MediationWords).value
    stations = [_station(stage, number, village.code) for number, village in _villages(stage)]
    drawn = list(_Disputes(stage, words, stations).draw())
    return {
        mediation_stations: stations,
        mediators: _people(stage, stations),
        mechanisms: [mechanism.model_dump() for mechanism in words.mechanisms],
        disputes: drawn,
        agreements: _agreements(stage, drawn),
    }


def _villages(stage: Stage) -> Iterator[tuple[int, Any]]:
    return enumerate(sorted(stage.scene.town.villages, key=lambda one: one.code), 1)


def _station(stage: Stage, number: int, village: str) -> Row:
    """Return a station at a place of its village."""
    town, places = stage.scene.town, stage.scene.places
    name = town.villages_by_code[village].short_name or town.villages_by_code[village].name
    at = {} if (place := _place_in(stage, places, village)) is None else stage.spot(place)
    return {"code": f"FS-{number:02d}", "name": f"{name}非诉服务站", "village_code": village, **at}


def _place_in(stage: Stage, places: Any, village: str) -> int | None:
    villages = stage.scene.roster.villages
    inside = [i for i, code in enumerate(places.comprehensive) if code and villages.get(code) == village]
    return max(inside, key=lambda i: float(places.weight[i])) if inside else None


def _people(stage: Stage, stations: list[Row]) -> Iterator[Row]:
    """Yield the mediators of each station, by number and team alone."""
    rng = stage.rng(PART, 1)
    for station in stations:
        teams = [team for team, bounds in TEAM_SIZES.items() for _ in range(int(rng.integers(*bounds)))]
        for number, team in enumerate(teams, 1):
            code = f"{station['code'].replace('FS', 'TJ')}{number:02d}"
            yield {"code": code, "station_code": station["code"], "team": str(team)}


@dataclass(slots=True)
class _Disputes:
    """Draws the disputes of the plan's days, oldest first."""

    stage: Stage
    words: MediationWords
    stations: list[Row]

    def draw(self) -> Iterator[Row]:
        """Yield every dispute up to the reference as it stands then."""
        if not self.stations or not self.words.kinds:
            return
        rng = self.stage.rng(PART, 2)
        kinds, weights = list(self.words.kinds), np.array(list(self.words.kinds.values()))
        grids = self._grids()
        for number, opened in enumerate(self._moments(rng), 1):
            station = self.stations[int(rng.integers(len(self.stations)))]
            kind = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
            yield {
                "number": f"JF-{opened:%Y%m}-{number:05d}",
                "station_code": station["code"],
                "kind": kind,
                "opened_at": opened,
                **self._course(rng, opened),
                **_signs(rng),
                "is_relapse": bool(rng.random() < RELAPSE_SHARE),
                "comprehensive_code": _one_of(rng, grids.get(station["village_code"], [])),
            }

    def _grids(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code, village in self.stage.scene.roster.villages.items():
            if village is not None:
                found.setdefault(village, []).append(code)
        return {village: sorted(codes) for village, codes in found.items()}

    def _moments(self, rng: np.random.Generator) -> Iterator[datetime]:
        """Yield the instants of opening, more of them on workdays and in working hours."""
        zone = self.stage.scene.town.profile.zone
        per_day = self.words.disputes_per_year / YEAR_DAYS
        for day in self.stage.plan.days(zone):
            share = 1.2 if self.stage.scene.calendar.is_workday(day) else 0.55
            minutes = rng.integers(8 * 60, 19 * 60, int(rng.poisson(per_day * share)))
            start = datetime(day.year, day.month, day.day, tzinfo=zone)
            for minute in np.sort(minutes):
                opened = start + timedelta(minutes=int(minute))
                if opened <= self.stage.reference:
                    yield opened

    def _course(self, rng: np.random.Generator, opened: datetime) -> Row:
        """Climb to a drawn level, step by step, as far as the reference lets it."""
        reached = list(Level).index(_drawn(rng, LEVEL_SHARES))
        outcome = _drawn(rng, dict(zip(Outcome, OUTCOMES[list(Level)[reached]], strict=True)))
        mechanism = self._mechanism(rng, reached)
        found: dict[str, Any] = dict.fromkeys(("town_at", "city_at", "closed_at", "outcome"))
        at = opened
        for step, level in enumerate(list(Level)[: reached + 1]):
            found["level"] = str(level)
            days = MEDIAN_DAYS[level] * float(np.exp(rng.normal(0, SPREAD)))
            at += timedelta(minutes=round(days * 24 * 60))
            if at > self.stage.reference:
                break
            if step == reached:
                found |= {"closed_at": at, "outcome": str(outcome)}
            else:
                found[f"{list(Level)[step + 1]}_at"] = at
        climbed = [level for level in (Level.CITY, Level.TOWN) if found.get(f"{level}_at")]
        return found | {"level": str(climbed[0] if climbed else Level.VILLAGE), "mechanism_key": mechanism}

    def _mechanism(self, rng: np.random.Generator, reached: int) -> str | None:
        """Only published mechanisms are used; what climbs is settled by the one for grave disputes."""
        grave = self.words.grave_mechanism
        keys = [one.key for one in self.words.mechanisms if one.is_published and one.key != grave]
        return grave if reached else _one_of(rng, keys)


def _signs(rng: np.random.Generator) -> Row:
    """Return whether it was opened as a warning, and on how many independent signs."""
    is_warning = bool(rng.random() < WARNING_SHARE)
    signs = 1 if rng.random() < LONE_SIGNAL_SHARE else int(rng.integers(2, 5))
    return {"warning": is_warning, "signals": signs if is_warning else 0}


def _agreements(stage: Stage, drawn: list[Row]) -> Iterator[Row]:
    """Yield the written agreements of settled disputes; nothing is performed after today."""
    rng = stage.rng(PART, 3)
    zone = stage.scene.town.profile.zone
    for dispute in drawn:
        is_written, days, share = rng.random() < WRITTEN_SHARE, int(rng.integers(7, 61)), rng.random()
        is_performed = rng.random() < PERFORMED_SHARE
        if dispute["outcome"] != Outcome.AGREED or not is_written:
            continue
        signed = dispute["closed_at"].astimezone(zone).date()
        performed = signed + timedelta(days=round(days * share))
        yield {
            "number": dispute["number"].replace("JF", "XY"),
            "dispute_number": dispute["number"],
            "signed_on": signed,
            "due_on": signed + timedelta(days=days),
            "performed_on": performed if is_performed and performed <= stage.today else None,
        }


def _drawn(rng: np.random.Generator, shares: Mapping[T, float]) -> T:
    keys, weights = list(shares), np.array(list(shares.values()))
    return keys[int(rng.choice(len(keys), p=weights / weights.sum()))]


def _one_of(rng: np.random.Generator, codes: list[str]) -> str | None:
    return codes[int(rng.integers(len(codes)))] if codes else None
