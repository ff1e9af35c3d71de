"""Demo rows of 法治民生: legal services that add up to the published figure, deliberations, suggestions, surveys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.demo.modules.rows import Row, Rows, Stage
from data.domain.civic import ServiceKind
from data.domain.periods import shifted
from data.store.modules.civic import deliberations, legal_services, safety_surveys, suggestions
from data.town.base import TownModel
from data.town.reading import read_document

PART = 62
YEAR_DAYS = 365
KINDS = {
    ServiceKind.CONSULTATION: (0.66, 3, 11),
    ServiceKind.MEDIATION_AID: (0.12, 2, 7),
    ServiceKind.LEGAL_AID: (0.05, 1, 4),
    ServiceKind.NOTARY: (0.05, 1, 4),
    ServiceKind.LECTURE: (0.12, 30, 110),
}
"""Of each kind the share of the services, and how many people are served at least and at most."""

PLACES = {
    ServiceKind.CONSULTATION: "公共法律服务工作室",
    ServiceKind.MEDIATION_AID: "非诉服务站",
    ServiceKind.LEGAL_AID: "法律援助工作站",
    ServiceKind.NOTARY: "公证咨询点",
    ServiceKind.LECTURE: "文化礼堂",
}
SERVICES_PER_DAY = 9.6
DONE_SHARE, STANDING_EVERY = 0.965, 30
SURVEYED_ON = 8
"""The day of the month from which on its survey stands."""


class Standing(TownModel):
    """A place whose people meet again and again."""

    village: str
    place: str


class CivicWords(TownModel):
    """demo/civic.yaml of the town folder."""

    person_times_per_year: int = 0
    safe_share: float = 0.99
    asked_per_month: int = 400
    survey_source: str = "演示"
    deliberations_per_month: float = 0
    standing: tuple[Standing, ...] = ()
    topics: tuple[str, ...] = ("村居事务",)
    suggestions: tuple[str, ...] = ("尽快落实",)


def rows(stage: Stage) -> Rows:
    """Return the rows of every table; none for a town whose folder has no demo/civic.yaml."""
    path = stage.scene.town.folder / "demo" / "civic.yaml"
    if not path.exists():
        return {}
    words = read_document(path, CivicWords).value
    held = list(_deliberations(stage, words))
    return {
        legal_services: _services(stage, words),
        deliberations: held,
        suggestions: _suggestions(stage, words, held),
        safety_surveys: _surveys(stage, words),
    }


@dataclass(frozen=True, slots=True)
class _Session:
    day: date
    kind: ServiceKind
    village: str
    persons: int


def _services(stage: Stage, words: CivicWords) -> Iterator[Row]:
    """Yield services; each year back from today has the published number of person-times."""
    for year, days in _years(stage):
        sessions = list(_sessions(stage, year, days))
        wanted = round(words.person_times_per_year * len(days) / YEAR_DAYS)
        persons = _scaled([one.persons for one in sessions], wanted)
        names = stage.scene.town.villages_by_code
        for number, (one, count) in enumerate(zip(sessions, persons, strict=True), 1):
            name = names[one.village].short_name or names[one.village].name
            yield {
                "number": f"FL-{one.day:%Y%m%d}-{number:05d}",
                "kind": str(one.kind),
                "place": f"{name}{PLACES[one.kind]}",
                "unit_code": "justice" if "justice" in stage.scene.town.unit_names else one.village,
                "given_on": one.day,
                "persons": count,
                "village_code": one.village,
            }


def _years(stage: Stage) -> Iterator[tuple[int, list[date]]]:
    days = stage.plan.days(stage.scene.town.profile.zone)
    for year, end in enumerate(range(len(days), 0, -YEAR_DAYS)):
        yield year, days[max(0, end - YEAR_DAYS) : end]


def _sessions(stage: Stage, year: int, days: list[date]) -> Iterator[_Session]:
    rng = stage.rng(PART, 1, year)
    villages = sorted(village.code for village in stage.scene.town.villages)
    kinds = list(KINDS)
    shares = np.array([KINDS[kind][0] for kind in kinds])
    for day in days:
        pace = 1.3 if stage.scene.calendar.is_workday(day) else 0.3
        for _ in range(int(rng.poisson(SERVICES_PER_DAY * pace)) if villages else 0):
            kind = kinds[int(rng.choice(len(kinds), p=shares))]
            village = villages[int(rng.integers(len(villages)))]
            yield _Session(day, kind, village, int(rng.integers(*KINDS[kind][1:])))


def _scaled(counts: list[int], wanted: int) -> list[int]:
    """Return counts in the same proportions, at least 1 each, that add up to the wanted number where they can."""
    total = sum(counts)
    if not total or wanted < len(counts):
        return counts
    edges = np.floor(np.cumsum(counts) * ((wanted - len(counts)) / total) + 1e-9).astype(int)
    return [int(more) + 1 for more in np.diff(edges, prepend=0)]


def _deliberations(stage: Stage, words: CivicWords) -> Iterator[Row]:
    """Yield meetings: those of standing places once in so many days, the others wherever there is a matter."""
    rng, days = stage.rng(PART, 2), stage.plan.days(stage.scene.town.profile.zone)
    villages = sorted(village.code for village in stage.scene.town.villages)
    held: list[tuple[date, str, str]] = []
    for one in words.standing:
        if one.village in villages:
            met = days[::-1][rng.integers(3, 10) :: STANDING_EVERY]
            held += [(day, one.village, f"{one.place}{_one(rng, words.topics)}") for day in met]
    per_day = words.deliberations_per_month * 12 / YEAR_DAYS
    for day in days:
        for _ in range(int(rng.poisson(per_day)) if villages else 0):
            held.append((day, _one(rng, villages), _one(rng, words.topics)))
    for number, (day, village, matter) in enumerate(sorted(held), 1):
        attended = int(rng.integers(12, 46))
        title = f"有事好商量：{matter}"
        code = f"YS-{day:%Y%m%d}-{number:04d}"
        yield {"code": code, "title": title, "village_code": village, "held_on": day, "attended": attended}


def _suggestions(stage: Stage, words: CivicWords, held: list[Row]) -> Iterator[Row]:
    """Yield what meetings asked for; nothing is done after today."""
    rng = stage.rng(PART, 3)
    for meeting in held:
        for number in range(1, int(rng.integers(2, 5))):
            days, pace, is_done = int(rng.integers(20, 91)), rng.uniform(0.3, 1.02), rng.random() < DONE_SHARE
            done = meeting["held_on"] + timedelta(days=round(days * pace))
            yield {
                "code": f"{meeting['code']}-{number}",
                "deliberation_code": meeting["code"],
                "words": _one(rng, words.suggestions),
                "due_on": meeting["held_on"] + timedelta(days=days),
                "done_on": done if is_done and done <= stage.today else None,
            }


def _surveys(stage: Stage, words: CivicWords) -> Iterator[Row]:
    """Yield a survey a month since the first whole one of the plan."""
    rng = stage.rng(PART, 4)
    month = shifted(stage.plan.days(stage.scene.town.profile.zone)[0].replace(day=1), 1)
    while month + timedelta(days=SURVEYED_ON) <= stage.today:
        asked = words.asked_per_month + int(rng.integers(-30, 31))
        safe = int(rng.binomial(asked, words.safe_share))
        yield {"period": month, "sample": asked, "safe": safe, "source": words.survey_source}
        month = shifted(month, 1)


def _one(rng: np.random.Generator, words: tuple[str, ...] | list[str]) -> str:
    return words[int(rng.integers(len(words)))]
