"""Medians without the rows: fixed logarithmic buckets whose counts add up over days, grids and units.

Bucket n holds the values from BASE·GROWTH^n up to BASE·GROWTH^(n+1). A median is told as the geometric middle of
its bucket, so it is off by at most √GROWTH − 1 = 1.98 %. Values below BASE stand in bucket 0 as themselves zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import floor, log

GROWTH = 1.04
BASE = 0.5
"""The shortest duration that is told apart from none, in the unit of the measure (minutes: 30 seconds)."""

MOST_ERROR = GROWTH**0.5 - 1
NOTHING = -1
"""The bucket of what is shorter than BASE."""

Counts = Mapping[int, int]


def bucket_of(value: float) -> int:
    """Return the bucket of a value of zero or more; raise `ValueError` for a negative one."""
    if value < 0:
        raise ValueError(f"a duration is never negative: {value}")
    return NOTHING if value < BASE else floor(log(value / BASE) / log(GROWTH))


def middle_of(bucket: int) -> float:
    """Return the value that stands for a bucket: its geometric middle, 0 for what is too short to tell."""
    return 0.0 if bucket == NOTHING else BASE * GROWTH ** (bucket + 0.5)


def merged(many: Iterable[Counts]) -> dict[int, int]:
    """Return the sum of histograms."""
    total: dict[int, int] = {}
    for counts in many:
        for bucket, count in counts.items():
            total[bucket] = total.get(bucket, 0) + count
    return total


def size(counts: Counts) -> int:
    """Return how many values a histogram holds."""
    return sum(counts.values())


def median(counts: Counts) -> float | None:
    """Return the lower median to within `MOST_ERROR`, None of an empty histogram."""
    left = (size(counts) + 1) // 2
    for bucket in sorted(counts):
        left -= counts[bucket]
        if left <= 0 and counts[bucket]:
            return middle_of(bucket)
    return None
