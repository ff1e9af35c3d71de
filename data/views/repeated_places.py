"""Places that come back (多发点位): three cases or more in thirty days, whatever their category."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from data.domain.duplicates import REPEATED_WITHIN, repeated_place, repeated_places
from data.domain.vocabulary import LocationGrade
from data.views.lens import moment
from data.views.nearby import C, ReadCase, around, cases_between, read_case
from data.world import World

MOST = 50
TRUSTED = (LocationGrade.A, LocationGrade.B)
"""Grades C and D put cases on a village's own point: many matters there are no place that comes back."""


@dataclass(frozen=True, slots=True)
class PlaceCase:
    """One case of a place, without what it says."""

    id: int
    number: str
    category: str
    category_name: str
    reported_at: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class RepeatedPlace:
    """One place: where its newest case is (EPSG:4490), and its cases, oldest first."""

    lon: float
    lat: float
    address: str | None
    comprehensive: str | None
    count: int
    open_count: int
    categories: dict[str, int]
    first_at: str | None
    last_at: str | None
    cases: tuple[PlaceCase, ...]


def repeated_place_of(world: World, case_id: int) -> RepeatedPlace | None:
    """Return the place of a case with the cases of the thirty days up to it; None where it does not come back.

    Raises `NotFound` for an unknown case.
    """
    radius_m = world.town.profile.duplicate_radius_m
    with world.store.read() as connection:
        case = read_case(world, connection, case_id)
        if case.row["location_grade"] not in TRUSTED:
            return None
        at = case.placed.reported_at
        here = around(case.row["lon"], case.row["lat"], radius_m)
        near = cases_between(world, connection, at - REPEATED_WITHIN, at, C.location_grade.in_(TRUSTED), here)
    found = repeated_place(case.placed, [one.placed for one in near], radius_m)
    by_id = {one.placed.id: one for one in (*near, case)}
    return _place(world, [by_id[placed.id] for placed in found]) if found else None


def repeated_place_list(
    world: World, now: datetime, grid: str | None = None, most: int = MOST
) -> list[RepeatedPlace]:
    """Return the places of the last thirty days, the most frequent first; `grid` is a comprehensive grid's code."""
    conditions = [C.location_grade.in_(TRUSTED)]
    if grid is not None:
        conditions.append(C.comprehensive_code == grid)
    with world.store.read() as connection:
        read = cases_between(world, connection, now - REPEATED_WITHIN, now, *conditions)
    by_id = {one.placed.id: one for one in read}
    groups = repeated_places([one.placed for one in read], world.town.profile.duplicate_radius_m)
    return [_place(world, [by_id[placed.id] for placed in group]) for group in groups[:most]]


def _place(world: World, group: list[ReadCase]) -> RepeatedPlace:
    newest = group[-1].row
    cases = tuple(_case(world, one) for one in group)
    return RepeatedPlace(
        lon=newest["lon"],
        lat=newest["lat"],
        address=newest["address"],
        comprehensive=newest["comprehensive_code"],
        count=len(cases),
        open_count=sum(case.is_open for case in cases),
        categories=dict(Counter(case.category_name for case in cases).most_common()),
        first_at=cases[0].reported_at,
        last_at=cases[-1].reported_at,
        cases=cases,
    )


def _case(world: World, one: ReadCase) -> PlaceCase:
    code = one.row["category_code"]
    category = world.town.category(code)
    name = category.name if category else code
    return PlaceCase(
        one.placed.id, one.placed.number, code, name, moment(one.placed.reported_at), one.row["is_open"]
    )
