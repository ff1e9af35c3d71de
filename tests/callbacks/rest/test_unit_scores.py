"""Scores over REST: the centre sees every unit, a unit's handler the own one; refusals as problem+json."""

import pytest

from data.domain.people import Actor
from data.domain.vocabulary import Role

UNIT = "/api/v1/units/enforcement/score"
ALL = "/api/v1/unit-scores"


@pytest.fixture
def get(as_actor):
    """Return a function that reads an address in somebody's name."""
    return lambda path, role, unit=None: as_actor(Actor("zhang", role, unit_code=unit)).get(path)


@pytest.mark.parametrize("role", [Role.SHIFT_LEAD, Role.LEADER, Role.DISPATCHER])
def test_the_centre_sees_scores(get, role):
    score = get(UNIT, role).json()
    assert (score["unit_code"], score["value"]) == ("enforcement", None)
    assert score["missing"]
    assert [row["weight"] for row in score["rates"]] == [30, 20, 20, 20, 10]
    assert get(ALL, role).json() == {"items": [], "is_demo": True}


@pytest.mark.parametrize(
    ("path", "role", "unit", "status"),
    [
        (UNIT, Role.UNIT_HANDLER, "enforcement", 200),
        (UNIT, Role.UNIT_HANDLER, "market", 403),
        (ALL, Role.UNIT_HANDLER, "enforcement", 403),
        (UNIT, Role.GRID_MEMBER, "enforcement", 403),
        (UNIT, Role.WALL, None, 403),
        ("/api/v1/units/nobody/score", Role.LEADER, None, 404),
        (f"{UNIT}?from=2026-11-02&to=2026-11-01", Role.LEADER, None, 422),
        (f"{UNIT}?from=yesterday", Role.LEADER, None, 422),
        (f"{UNIT}?from=2024-01-01&to=2024-01-31", Role.LEADER, None, 404),
    ],
)
def test_who_sees_what(get, path, role, unit, status):
    answer = get(path, role, unit)
    assert answer.status_code == status
    assert status == 200 or answer.headers["content-type"] == "application/problem+json"
