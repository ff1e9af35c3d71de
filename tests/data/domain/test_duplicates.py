"""Which cases may be one, in which order, and which places come back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.domain.duplicates import PlacedCase, duplicate_candidates, repeated_place

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CASE = PlacedCase(1, "a-1", "0103", NOW, 0.0, 0.0, "路口有摊位占道")


def other(number, *, x=0.0, hours=0.0, category="0103", text="路口有摊位占道"):
    return PlacedCase(number, f"a-{number}", category, NOW - timedelta(hours=hours), x, 0.0, text)


def alike(first, second):
    return 1.0 if first == second else 0.25


def test_points_and_reasons_by_hand():
    [found] = duplicate_candidates(CASE, [other(2, x=10.0, hours=6, text="别的")], alike)
    assert found.points == 57  # 40 × 40/50 + 20 × 18/24 + 40 × 0.25 = 32 + 15 + 10
    assert found.reasons == ("相距 10 米", "相隔 6.0 小时", "同一小类", "文字相似 25%")


@pytest.mark.parametrize(
    ("candidate", "is_found"),
    [
        (other(2, x=50.0), True),
        (other(2, x=50.1), False),
        (other(2, hours=24), True),
        (other(2, hours=24.1), False),
        (other(2, hours=-24), True),
        (other(2, category="0104"), False),
        (replace(other(2), x=None), False),
        (other(1), False),
    ],
)
def test_limits(candidate, is_found):
    assert bool(duplicate_candidates(CASE, [candidate], alike)) is is_found


def test_the_likeliest_stands_first():
    found = duplicate_candidates(CASE, [other(2, x=40.0), other(3), other(4, text="别的")], alike)
    assert [candidate.case.id for candidate in found] == [3, 4, 2]


def test_a_radius_of_nothing_means_the_very_place():
    found = duplicate_candidates(CASE, [other(2), other(3, x=0.1)], alike, 0)
    assert [candidate.case.id for candidate in found] == [2]


def test_a_place_is_repeated_from_the_third_time_on():
    two = [other(2, hours=24 * 29, category="0207"), other(3, hours=24 * 31)]
    assert repeated_place(CASE, two) == ()
    assert [case.id for case in repeated_place(CASE, [*two, other(4, x=20.0, hours=24 * 30)])] == [4, 2, 1]
