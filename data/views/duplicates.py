"""What may be the same matter as a case, or as one that is being typed: read here, judged by the domain alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.domain.duplicates import SAME_WITHIN, PlacedCase, duplicate_candidates
from data.domain.vocabulary import CaseState
from data.views.lens import moment
from data.views.nearby import C, ReadCase, around, cases_between, metres, read_case
from data.world import World

MOST = 5
UNWRITTEN = 0
"""The key of a case that is only being typed."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One case that may be the same: points out of 100 with their reasons, metres, likeness from 0 to 1.

    Only an open one can be merged with (`is_open`); of grade C or D a place is no more than a village's.
    """

    id: int
    number: str
    title: str
    reported_at: str | None
    state: str
    state_label: str
    is_open: bool
    location_grade: str
    distance_m: int
    likeness: float
    points: int
    reasons: tuple[str, ...]


def duplicates_of(world: World, case_id: int, most: int = MOST) -> list[Duplicate]:
    """Return what may be the same as a case, likeliest first; raise `NotFound` for an unknown one."""
    with world.store.read() as connection:
        read = read_case(world, connection, case_id)
        case, here = (
            read.placed,
            around(read.row["lon"], read.row["lat"], world.town.profile.duplicate_radius_m),
        )
        begin, end = case.reported_at - SAME_WITHIN, case.reported_at + SAME_WITHIN
        near = cases_between(world, connection, begin, end, C.category_code == case.category, here)
    return _judged(world, case, near)[:most]


def duplicates_at(
    world: World, category: str, lon: float, lat: float, title: str, now: datetime, most: int = MOST
) -> list[Duplicate]:
    """Return the open cases that may be what is being typed for a point (EPSG:4490), likeliest first."""
    typed = PlacedCase(UNWRITTEN, "", category, now, *metres(world, lon, lat), title)
    here = around(lon, lat, world.town.profile.duplicate_radius_m)
    of_kind = (C.category_code == category, C.is_open.is_(True), here)
    with world.store.read() as connection:
        near = cases_between(world, connection, now - SAME_WITHIN, now, *of_kind)
    return _judged(world, typed, near)[:most]


def _judged(world: World, case: PlacedCase, near: list[ReadCase]) -> list[Duplicate]:
    rows = {one.placed.id: one.row for one in near}
    placed = (one.placed for one in near)
    found = duplicate_candidates(case, placed, likeness, world.town.profile.duplicate_radius_m)
    return [
        Duplicate(
            id=candidate.case.id,
            number=candidate.case.number,
            title=candidate.case.text,
            reported_at=moment(candidate.case.reported_at),
            state=rows[candidate.case.id]["state"],
            state_label=CaseState(rows[candidate.case.id]["state"]).label,
            is_open=rows[candidate.case.id]["is_open"],
            location_grade=rows[candidate.case.id]["location_grade"],
            distance_m=round(candidate.distance_m),
            likeness=round(candidate.likeness, 2),
            points=candidate.points,
            reasons=candidate.reasons,
        )
        for candidate in found
    ]


def likeness(first: str, second: str) -> float:
    """Return how alike two texts are, from 0 to 1 (rapidfuzz: normalised indel similarity)."""
    from rapidfuzz import fuzz  # here: a server that compares nothing starts without it

    return fuzz.ratio(first, second) / 100
