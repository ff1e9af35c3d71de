"""The journal of a case over REST: pages, rights, masks, and the chain that a program can recompute."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

import pytest

from data.domain import rights
from data.domain.journal import GENESIS, Entry, entry_hash
from data.domain.people import Actor
from data.domain.rights import Right
from data.domain.vocabulary import Action, CaseState, Role
from data.services.report import report_case
from tests.data.services.test_report import ACTOR, COMMAND
from tests.worlds import NOW, advance

LEAD = Actor("li", Role.SHIFT_LEAD, "李四")
ROAD = (Action.ACCEPT, Action.FILE, Action.DISPATCH, Action.SIGN)


@pytest.fixture
def case_id(world):
    number = report_case(world, COMMAND, ACTOR, NOW).id
    walk(world, number, *ROAD)
    return number


def walk(world, case_id, *actions):
    for minute, action in enumerate(actions, 1):
        advance(world, case_id, action, LEAD, NOW + minute * timedelta(minutes=1))


@pytest.fixture
def get(client):
    """Return a function that gets a page with the demo token."""
    return lambda case_id, **query: client.get(f"/api/v1/cases/{case_id}/journal", params=query)


def test_the_whole_journal_oldest_first(get, case_id):
    body = get(case_id).json()
    assert [item["action"] for item in body["items"]] == ["report", *ROAD]
    assert [item["sequence"] for item in body["items"]] == [1, 2, 3, 4, 5]
    assert (body["next_cursor"], body["is_masked"]) == (None, False)
    assert body["items"][3]["action_label"] == "派遣"
    assert body["items"][4]["to_state_label"] == "已签收"
    assert body["items"][0]["payload"]["category"] == COMMAND.category


def test_a_program_can_recompute_the_chain(get, case_id):
    previous = GENESIS
    for item in get(case_id).json()["items"]:
        entry = Entry(
            case_id,
            item["sequence"],
            datetime.fromisoformat(item["recorded_at"]),
            datetime.fromisoformat(item["happened_at"]),
            item["actor"],
            Role(item["actor_role"]),
            Action(item["action"]),
            item["from_state"] and CaseState(item["from_state"]),
            CaseState(item["to_state"]),
            item["reason"],
            item["payload"],
        )
        assert item["previous_hash"] == previous
        assert item["hash"] == entry_hash(entry, previous)
        previous = item["hash"]


def test_pages_meet_without_gap_whatever_is_added_meanwhile(get, world, case_id):
    first = get(case_id, limit=2).json()
    second = get(case_id, limit=2, cursor=first["next_cursor"]).json()
    advance(world, case_id, Action.ARRIVE, LEAD, NOW + timedelta(hours=1))
    third = get(case_id, limit=2, cursor=second["next_cursor"]).json()
    numbers = [item["sequence"] for page in (first, second, third) for item in page["items"]]
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert third["next_cursor"] is None
    again = get(case_id, limit=2, cursor=first["next_cursor"]).json()
    assert again == second


@pytest.mark.parametrize("cursor", ["", "2", "garbage", "_____"])
def test_a_cursor_that_was_never_given_is_refused(get, case_id, cursor):
    answer = get(case_id, cursor=cursor)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert (error["field"], error["value"]) == ("cursor", cursor)
    assert "next_cursor" in error["cure"]


def test_a_cursor_of_another_case_is_refused(get, world, case_id):
    other = report_case(world, COMMAND, ACTOR, NOW).id
    assert get(other, cursor=get(case_id, limit=1).json()["next_cursor"]).status_code == 422


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 501}, {"limit": "x"}, {"cursor": "x" * 201}])
def test_a_wrong_question_is_422(get, case_id, query):
    assert get(case_id, **query).status_code == 422


@pytest.mark.parametrize("number", [0, -1, 4711, 2**63])
def test_an_unknown_case_is_404(get, number):
    answer = get(number)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["cure"]


@pytest.mark.parametrize(
    ("actor", "status"),
    [
        (LEAD, 200),
        (Actor("b", Role.LEADER), 200),
        (Actor("w", Role.WALL), 403),
        (Actor("u", Role.UNIT_HANDLER, unit_code="enforcement"), 200),
        (Actor("u", Role.UNIT_HANDLER, unit_code="office"), 403),
        (Actor("nobody", Role.GRID_MEMBER), 403),
    ],
)
def test_who_may_read_it(as_actor, world, actor, status):
    number = report_case(world, replace(COMMAND, category="0103"), ACTOR, NOW).id
    assert as_actor(actor).get(f"/api/v1/cases/{number}/journal").status_code == status


def test_of_a_sensitive_case_the_words_are_for_whoever_may_see_them(as_actor, world, monkeypatch):
    code = next(c.code for c in world.town.categories if c.wall_sensitivity != "normal")
    number = report_case(world, replace(COMMAND, category=code), ACTOR, NOW).id
    walk(world, number, Action.ACCEPT)
    address = f"/api/v1/cases/{number}/journal"
    assert as_actor(LEAD).get(address).json()["items"][1]["reason"] == "试"
    narrower = dict(rights.ROLES) | {Right.SEE_SENSITIVE: frozenset({Role.LEADER})}
    monkeypatch.setattr(rights, "ROLES", MappingProxyType(narrower))
    body = as_actor(LEAD).get(address).json()
    assert body["is_masked"] is True
    assert [(item["action"], item["reason"], item["payload"]) for item in body["items"]] == [
        ("report", None, None),
        ("accept", None, None),
    ]


def test_openapi_describes_the_page(client):
    described = client.get("/api/openapi.json").json()
    operation = described["paths"]["/api/v1/cases/{case_id}/journal"]["get"]
    assert {parameter["name"] for parameter in operation["parameters"]} == {"case_id", "cursor", "limit"}
    assert "JournalPage" in str(operation["responses"]["200"])
