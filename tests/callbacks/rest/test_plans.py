"""A plan over REST: for whoever may see plans, with reasons as words; refusals as problem+json."""

import pytest

from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.services.report import report_case
from tests.data.services.test_report import ACTOR, COMMAND
from tests.worlds import NOW


@pytest.fixture
def case_id(world):
    return report_case(world, COMMAND, ACTOR, NOW).id


@pytest.fixture
def get(as_actor):
    """Return a function that asks for the plan of a case in somebody's name."""
    return lambda case_id, role: as_actor(Actor("zhang", role)).get(f"/api/v1/cases/{case_id}/plan")


def test_a_dispatcher_sees_the_plan(get, case_id):
    answer = get(case_id, Role.DISPATCHER)
    plan = answer.json()
    assert answer.status_code == 200
    assert (plan["case_id"], plan["version"], plan["channels"]) == (case_id, 1, ["web"])
    main = plan["responders"][0]
    assert (main["is_main"], main["is_proposed"], main["kind_label"]) == (True, True, "承办单位")
    assert main["points"] == sum(reason["points"] for reason in main["reasons"]) > 0
    assert plan["shortfalls"][0]["reason_label"] == "无人在岗"
    assert plan["queue_after"][main["unit_code"]]["after"] == 1
    assert plan["due_at"].endswith(("Z", "+00:00"))


@pytest.mark.parametrize("role", [Role.WALL, Role.GRID_MEMBER, Role.UNIT_HANDLER])
def test_who_may_not_see_plans(get, case_id, role):
    answer = get(case_id, role)
    assert answer.status_code == 403
    assert "派遣方案" in answer.json()["title"]


def test_an_unknown_case(get):
    assert get(4711, Role.DISPATCHER).status_code == 404


def test_a_stranger_is_asked_to_log_in(client, case_id):
    del client.headers["Authorization"]
    assert client.get(f"/api/v1/cases/{case_id}/plan").status_code == 401
