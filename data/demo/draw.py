"""Drawing the demo's reports: when, of which category, through which channel, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from data.demo.phrases import PLACE_KINDS
from data.demo.scene import Scene
from data.demo.working import HOUR, SECOND, micros
from data.domain.vocabulary import LocationGrade
from data.town import MajorArrival

SECONDS_PER_HOUR = 3600
OTHER_CHANNEL = "other"
GRADES = (LocationGrade.A, LocationGrade.B, LocationGrade.NONE)
GRADE_SHARES = (0.85, 0.115, 0.035)


@dataclass(frozen=True, slots=True, eq=False)
class Reports:
    """The reports of some days in order of time; one array per property.

    `reported` are microseconds since 1970, `day` indexes the days, `number` counts from 1 within a
    day, `place` indexes the pool (-1 = none), `title` is an index into the category's titles (drawn
    wide, to be taken modulo their number).
    """

    reported: np.ndarray
    day: np.ndarray
    number: np.ndarray
    category: np.ndarray
    channel: np.ndarray
    place: np.ndarray
    grade: np.ndarray
    title: np.ndarray

    def __len__(self) -> int:
        return len(self.reported)


def draw_reports(
    scene: Scene, days: list[date], counts: dict[str, np.ndarray], rng: np.random.Generator
) -> Reports:
    """Return as many reports as `counts` says for each major and day."""
    zone = scene.town.profile.zone
    midnights = np.array([micros(datetime.combine(day, datetime.min.time(), zone)) for day in days])
    parts = [
        _of_major(scene, major, scene.town.arrivals.majors[major], count, rng)
        for major, count in counts.items()
    ]
    day, offset, category, channel, kind = (np.concatenate(values) for values in zip(*parts, strict=True))
    reported = midnights[day] + offset
    order = np.argsort(reported, kind="stable")
    reported, day, category, channel, kind = (v[order] for v in (reported, day, category, channel, kind))
    place = scene.places.draw(rng, kind)
    grade = rng.choice(len(GRADES), len(reported), p=GRADE_SHARES)
    place[grade == GRADES.index(LocationGrade.NONE)] = -1
    return Reports(
        reported=reported,
        day=day,
        number=_within_day(day),
        category=category,
        channel=channel,
        place=place,
        grade=grade,
        title=rng.integers(0, 1 << 30, len(reported)),
    )


def _of_major(
    scene: Scene, major: str, row: MajorArrival, count: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Return day, offset within the day (µs), category, channel and kind of place of one major's reports."""
    size = int(count.sum())
    hour = rng.choice(24, size, p=_normal(row.hours))
    offset = hour * HOUR + rng.integers(0, SECONDS_PER_HOUR, size) * SECOND
    minors = np.array([major + minor for minor in row.minors], dtype=object)
    channels = np.array([str(channel) for channel in row.channels] or [OTHER_CHANNEL], dtype=object)
    return (
        np.repeat(np.arange(len(count)), count),
        offset,
        minors[rng.choice(len(minors), size, p=_normal(row.minors.values()))],
        channels[rng.choice(len(channels), size, p=_normal(row.channels.values() or [1.0]))],
        rng.choice(len(PLACE_KINDS), size, p=_normal(scene.phrases.place_weights(major))),
    )


def _normal(weights: object) -> np.ndarray:
    values = np.array(list(weights), dtype=float)  # type: ignore[call-overload]
    return values / values.sum()


def _within_day(day: np.ndarray) -> np.ndarray:
    """Number the sorted days' members from 1 within each day."""
    first = np.searchsorted(day, day, side="left")
    return np.arange(len(day)) - first + 1
