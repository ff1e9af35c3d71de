"""Which cases may be one, in which order, and which places come back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.domain.duplicates import PlacedCase, duplicate_candidates, repeated_place, repeated_places

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


def test_places_are_listed_once_the_most_frequent_first():
    """Four at the origin (one 29 days old, one of another category), three 200 m away, two 400 m away."""
    four = [other(1), other(2, hours=1), other(3, hours=2, category="0207"), other(4, x=-30.0, hours=24 * 29)]
    three = [other(5, x=200.0), other(6, x=240.0, hours=1), other(7, x=160.0, hours=2)]
    two = [other(8, x=400.0), other(9, x=400.0, hours=1)]
    found = repeated_places([*two, *three, *four, replace(other(10), x=None)])
    assert [[case.id for case in place] for place in found] == [[4, 3, 2, 1], [7, 6, 5]]


@pytest.mark.parametrize("radius", [0, 1.0, 50.0, 130.0])
def test_the_list_finds_whatever_the_judge_of_one_case_finds(radius):
    """Squares lose nobody: a case that the list leaves out has fewer than three cases left at its place."""
    cases = [other(n, x=float(n * 37 % 400 - 200), hours=n % 11 * 24) for n in range(1, 60)]
    found = repeated_places(cases, radius)
    listed = {case.id for place in found for case in place}
    assert sum(len(place) for place in found) == len(listed)
    for case in (case for case in cases if case.id not in listed):
        left = [one for one in cases if one.id not in listed]
        assert repeated_place(case, left, radius) == ()
