"""Cases that may be one and the same, with the reasons; and places that come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor, hypot

DEFAULT_RADIUS_M = 50.0
SAME_WITHIN = timedelta(hours=24)
REPEATED_WITHIN = timedelta(days=30)
REPEATED_FROM = 3
DISTANCE_POINTS, TIME_POINTS, TEXT_POINTS = 40, 20, 40

Likeness = Callable[[str, str], float]
"""How alike two texts are, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class PlacedCase:
    """A case as far as duplicates go; `x` and `y` in metres of the town's projected system, None without place."""

    id: int
    number: str
    category: str
    reported_at: datetime
    x: float | None
    y: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that may be the same one: points out of 100, and the reasons in words."""

    case: PlacedCase
    points: int
    distance_m: float
    apart: timedelta
    likeness: float
    reasons: tuple[str, ...]


def duplicate_candidates(
    case: PlacedCase,
    others: Iterable[PlacedCase],
    likeness: Likeness,
    radius_m: float = DEFAULT_RADIUS_M,
) -> list[Candidate]:
    """Return the others of the same minor category within `radius_m` metres and 24 hours, likeliest first."""
    found = [_candidate(case, other, likeness, radius_m) for other in others]
    known = [candidate for candidate in found if candidate is not None]
    return sorted(known, key=lambda candidate: (-candidate.points, candidate.distance_m, candidate.case.id))


def _candidate(case: PlacedCase, other: PlacedCase, likeness: Likeness, radius_m: float) -> Candidate | None:
    distance = distance_m(case, other)
    apart = abs(case.reported_at - other.reported_at)
    is_same_kind = other.id != case.id and other.category == case.category
    if not is_same_kind or distance is None or distance > radius_m or apart > SAME_WITHIN:
        return None
    alike = likeness(case.text, other.text)
    near = 1 - distance / radius_m if radius_m else 1.0
    points = DISTANCE_POINTS * near + TIME_POINTS * (1 - apart / SAME_WITHIN) + TEXT_POINTS * alike
    reasons = (f"相距 {distance:.0f} 米", f"相隔 {_words(apart)}", "同一小类", f"文字相似 {alike:.0%}")
    return Candidate(other, round(points), distance, apart, alike, reasons)


def repeated_place(
    case: PlacedCase, others: Iterable[PlacedCase], radius_m: float = DEFAULT_RADIUS_M
) -> Sequence[PlacedCase]:
    """Return the cases of the 30 days up to this one at its place, itself the last; empty below three."""
    at_place = [
        other
        for other in others
        if other.id != case.id
        and timedelta() <= case.reported_at - other.reported_at <= REPEATED_WITHIN
        and (distance := distance_m(case, other)) is not None
        and distance <= radius_m
    ]
    found = (*sorted(at_place, key=lambda other: (other.reported_at, other.id)), case)
    return found if len(found) >= REPEATED_FROM else ()


def repeated_places(
    cases: Iterable[PlacedCase], radius_m: float = DEFAULT_RADIUS_M
) -> list[Sequence[PlacedCase]]:
    """Return the places among some cases as `repeated_place` sees them, the most frequent first.

    Each case counts in one place only: places are taken from the newest case on. Cases are looked for in
    squares of one radius, so that a month of a town takes no longer than its cases are many.
    """
    squares: dict[tuple[int, int], list[PlacedCase]] = defaultdict(list)
    placed = [case for case in cases if case.x is not None and case.y is not None]
    for case in placed:
        squares[_square(case, radius_m)].append(case)
    taken: set[int] = set()
    found = []
    for case in sorted(placed, key=lambda case: (case.reported_at, case.id), reverse=True):
        if case.id in taken:
            continue
        place = repeated_place(
            case, [c for c in _around(squares, case, radius_m) if c.id not in taken], radius_m
        )
        taken |= {member.id for member in place}
        found += [place] if place else []
    return sorted(found, key=len, reverse=True)


def _square(case: PlacedCase, radius_m: float) -> tuple[int, int]:
    side = radius_m or 1.0
    return floor((case.x or 0.0) / side), floor((case.y or 0.0) / side)


def _around(
    squares: Mapping[tuple[int, int], list[PlacedCase]], case: PlacedCase, radius_m: float
) -> Iterator[PlacedCase]:
    column, row = _square(case, radius_m)
    for east in (-1, 0, 1):
        for north in (-1, 0, 1):
            yield from squares.get((column + east, row + north), ())


def distance_m(case: PlacedCase, other: PlacedCase) -> float | None:
    """Return the metres between two cases; None where one has no place."""
    if case.x is None or case.y is None or other.x is None or other.y is None:
        return None
    return hypot(case.x - other.x, case.y - other.y)


def _words(apart: timedelta) -> str:
    minutes = round(apart / timedelta(minutes=1))
    return f"{minutes} 分钟" if minutes < 60 else f"{minutes / 60:.1f} 小时"
