"""A small world with a case in it, and a desk that presses."""

import itertools

import pytest

from callbacks.desk.press import outcome_of
from data.domain.people import Actor
from data.domain.vocabulary import IntakeChannel, Role
from data.services.report import ReportCase, report_case
from data.world import utc_now
from tests.worlds import make_world

ZHANG = Actor("zhang", Role.DISPATCHER, "张三", user_id=1)
LI = Actor("li", Role.SHIFT_LEAD, "李四", user_id=2)
WANG = Actor("wang", Role.INTAKE, "王五", user_id=3)


@pytest.fixture
def world(sqlite_url):
    """The home town with its grids."""
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def case_id(world):
    """A hotline case that waits for its dispatch."""
    command = ReportCase("占道", "0103", IntakeChannel.HOTLINE, 120.63, 31.77, external_number="12345-7")
    return report_case(world, command, WANG, utc_now()).id


@pytest.fixture
def desk(world, case_id):
    """A function that presses once, under a key of its own unless one is named."""
    keys = itertools.count(1)

    def pressed(action, version, actor=ZHANG, key=None, words=None, **fields):
        intent = {
            "key": f"k{next(keys)}" if key is None else key,
            "action": action,
            "case_id": case_id,
            "version": version,
            "fields": fields,
            "words": words,
        }
        return outcome_of(world, intent, actor)

    return pressed
