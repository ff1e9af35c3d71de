"""GET /situation of a past instant: who may, which instants can be asked for, and what is refused with its cure."""

from datetime import timedelta

import pytest

from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.report import report_case
from data.world import utc_now
from tests.data.services.test_report import ACTOR, COMMAND

URL = "/api/v1/situation"


def test_without_an_instant_it_is_the_live_picture(client):
    body = client.get(URL).json()
    assert "note" not in body
    assert body["revision"] > 0


@pytest.mark.parametrize("query", [{}, {"as": "known"}, {"as": "happened"}])
def test_a_past_instant(client, world, query):
    now = utc_now()
    report_case(world, COMMAND, ACTOR, now - timedelta(hours=1))
    at = (now - timedelta(minutes=30)).isoformat()
    body = client.get(URL, params={"at": at, **query}).json()
    assert (body["as"], len(body["cases"]), body["note"]) == (query.get("as", "known"), 1, None)
    assert body["town"] == world.town.profile.name
    assert body["at"][:19] == at[:19]
    before = client.get(URL, params={"at": "2001-01-01T00:00:00+08:00", **query}).json()
    assert (before["cases"], before["figures"]["open"]["value"]) == ({}, None)


BAD = [
    "",
    "yesterday",
    "2026-11-23",
    "2026-11-23T09:00:00",
    "2026-11-23T09:00:00 08:00",
    "0001-01-01T00:00:00+23:00",
]


@pytest.mark.parametrize("at", BAD)
def test_what_is_no_instant_is_refused_with_an_example(client, at):
    answer = client.get(URL, params={"at": at})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert (error["field"], error["value"]) == ("at", at)
    assert "%2B" in error["cure"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"at": "2999-01-01T00:00:00Z"}, "at"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "at"),
        ({"as": "known"}, "as"),
        ({"at": "2026-01-01T00:00:00Z", "as": "guessed"}, "as"),
    ],
)
def test_a_wrong_question_is_422_and_names_the_field(client, query, field):
    answer = client.get(URL, params=query)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], bool(error["cure"])) == (field, True)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_the_past_is_for_the_centre_alone(as_actor, role):
    answer = as_actor(Actor("zhang", role)).get(URL, params={"at": "2026-01-01T00:00:00Z"})
    is_centre = role not in (Role.WALL, Role.UNIT_HANDLER, Role.GRID_MEMBER)
    assert answer.status_code == (200 if is_centre else 403)


def test_openapi_says_what_can_be_asked(client):
    parameters = client.get("/api/openapi.json").json()["paths"][URL]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} == {"at", "as"}
    assert all(parameter["description"] for parameter in parameters)
