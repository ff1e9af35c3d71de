"""What the form of 网格管理 tells of a change, and that it carries out only what it told."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from callbacks.grid_change import change_shown
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.loaders.boundary_words import read_change
from data.world import utc_now
from tests.worlds import make_world

LEAD = Actor("li", Role.SHIFT_LEAD, "李四")


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def soon(world):
    today = utc_now().astimezone(world.town.profile.zone).date()
    return (today + timedelta(days=7)).isoformat()


def shown(told):
    return json.dumps(
        [part.to_plotly_json() for part in told["told"]],
        ensure_ascii=False,
        default=lambda c: c.to_plotly_json(),
    )


def typed(soon, **more):
    return {"kind": "move", "grids": "凤凰社区01", "village": "凤凰村", "begins_on": soon} | more


def test_a_checked_change_is_told_and_kept_for_carrying_out(world, soon):
    told = change_shown(world, typed(soon), LEAD, is_preview=True)
    assert "检查通过，尚未采用" in shown(told)
    assert (told["checked"], told["is_hidden"]) == (typed(soon), False)
    done = change_shown(world, told["checked"], LEAD, is_preview=False)
    assert "已采用" in shown(done)
    assert (done["checked"], done["is_hidden"]) == (None, True)
    later = world.grids.current(date.fromisoformat(soon)).frame
    assert "凤凰社区01" in set(later.loc[later["village_code"] == "320582105200", "name"])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"grids": "无此网格"}, "没有叫“无此网格”的网格"),
        ({"village": ""}, "没有填写划入的村社区"),
        ({"begins_on": "下周"}, "“下周”不是日期"),
        ({"begins_on": "2020-01-01"}, "没有叫“凤凰社区01”的网格"),
        ({"kind": "draw"}, "没有“draw”这种调整"),
        ({"kind": "split", "line": "无此路"}, "没有叫“无此路”的道路或河流"),
        ({"kind": "merge"}, "应选"),
    ],
)
def test_what_cannot_be_says_why_and_offers_nothing_to_carry_out(world, soon, more, words):
    told = change_shown(world, typed(soon, **more), LEAD, is_preview=True)
    assert words in shown(told)
    assert (told["checked"], told["is_hidden"]) == (None, True)


def test_others_than_the_shift_lead_are_refused_at_once(world, soon):
    told = change_shown(world, typed(soon), Actor("zhang", Role.DISPATCHER), is_preview=False)
    assert told["is_hidden"]
    assert len(world.grids.current(date.fromisoformat(soon)).frame) == 130


def test_a_line_is_a_road_a_river_or_typed_points(world, soon):
    name = world.town.base_layer("road")[0]["properties"]["name"]
    along = read_change(world, typed(soon, kind="split", line=name), utc_now())
    drawn = read_change(world, typed(soon, kind="split", line="120.6,31.7 120.7,31.8"), utc_now())
    assert len(along.line) >= 2
    assert drawn.line == ((120.6, 31.7), (120.7, 31.8))
