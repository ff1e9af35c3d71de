"""Duplicates and repeated places over REST: for whoever may sit at the desk."""

import pytest

from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.report import report_case
from data.world import utc_now
from tests.data.services.test_report import ACTOR, COMMAND


@pytest.fixture
def three(world):
    return [report_case(world, COMMAND, ACTOR, utc_now()).id for _ in range(3)]


@pytest.fixture
def get(as_actor):
    """Return a function that reads a path in somebody's name."""
    return lambda path, role=Role.INTAKE: as_actor(Actor("zhang", role)).get(f"/api/v1/{path}")


def test_a_case_has_its_duplicates_and_its_place(get, three):
    body = get(f"cases/{three[2]}/duplicates").json()
    assert [row["id"] for row in body["items"]] == three[:2]
    assert body["items"][0]["reasons"][0] == "相距 0 米"
    assert body["repeated_place"]["count"] == 3


def test_a_single_case_has_neither(get, world):
    case_id = report_case(world, COMMAND, ACTOR, utc_now()).id
    assert get(f"cases/{case_id}/duplicates").json() == {"items": [], "repeated_place": None}
    assert get("repeated-places").json() == {"items": [], "is_demo": True}


def test_places_are_listed(get, three):
    [place] = get("repeated-places?limit=1").json()["items"]
    assert [case["id"] for case in place["cases"]] == three
    assert get("repeated-places?grid=1").json()["items"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("cases/4711/duplicates", 404),
        ("repeated-places?limit=0", 422),
        ("repeated-places?grid=a%20b", 422),
    ],
)
def test_refusals(get, path, status):
    assert get(path).status_code == status


@pytest.mark.parametrize("role", [Role.WALL, Role.GRID_MEMBER, Role.UNIT_HANDLER])
def test_who_may_not_see_them(get, three, role):
    assert get(f"cases/{three[0]}/duplicates", role).status_code == 403
    assert get("repeated-places", role).status_code == 403
