"""The seat: its name, what waits for its role, its sensitive cases whole, or the sentence why there is none."""

import asyncio

import pytest

from callbacks.actors import acting
from callbacks.context import Context
from callbacks.desk.seat import seat_of
from callbacks.hub import Hub
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import Role, WallSensitivity
from data.services.report import ReportCase, report_case
from data.world import utc_now
from tests.callbacks.desk.conftest import LI, WANG, ZHANG

PATIENCE = 20


def seated(world, actor):
    """The answer that an actor's desk gets, once the hub has its first picture."""

    async def asked():
        hub = Hub(world)
        task = asyncio.create_task(hub.run())
        try:
            await asyncio.wait_for(hub.full(), PATIENCE)
            with acting(actor):
                return await seat_of(Context(world, hub))
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("actor", "words", "mine"),
    [
        (ZHANG, ("张三", "派遣员"), {"reported", "accepted", "filed", "returned", "handled", "verified"}),
        (
            LI,
            ("李四", "值班长"),
            {"reported", "accepted", "filed", "returned", "handled", "verified", "adjudicating"},
        ),
        (WANG, ("王五", "受理员"), {"reported", "accepted"}),
        (Actor("zhou", Role.LEADER), ("zhou", "领导"), set()),
    ],
)
def test_a_seat_knows_who_sits_there_and_what_waits_for_him(world, actor, words, mine):
    answer = seated(world, actor)
    assert (answer["seat"]["name"], answer["seat"]["role_words"]) == words
    assert set(answer["seat"]["mine"]) == mine
    assert answer["refusal"] is None


def test_a_seat_sees_a_sensitive_case_whole(world):
    dimmed = next(c for c in world.town.categories if c.wall_sensitivity is WallSensitivity.DIMMED)
    told = ReportCase("敏感事项的标题", dimmed.code, "patrol", 120.63, 31.77)
    case_id = report_case(world, told, WANG, utc_now()).id
    answer = seated(world, ZHANG)
    assert answer["cases"][str(case_id)]["title"] == "敏感事项的标题"


@pytest.mark.parametrize("actor", [VISITOR, None, Actor("x", Role.UNIT_HANDLER, unit_code="enforcement")])
def test_who_has_no_desk_hears_why_and_sees_nothing(world, actor):
    answer = seated(world, actor)
    assert (answer["seat"], answer["cases"]) == (None, None)
    assert answer["refusal"]


@pytest.mark.parametrize(
    ("actor", "decides"),
    [(LI, ["extension", "appeal"]), (Actor("zhou", Role.LEADER), ["appeal"]), (ZHANG, [])],
)
def test_a_seat_knows_what_its_role_decides(world, actor, decides):
    assert seated(world, actor)["seat"]["decides"] == decides
