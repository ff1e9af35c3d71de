"""The boards of 网格管理 and 指挥调度 as their pages show them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.domain.board import Columns, Listing, Numbers
from data.domain.people import Actor
from data.domain.vocabulary import Action, Role
from data.views.modules import VIEWS
from data.views.modules.dispatch import duration
from data.views.modules.view import Asked
from tests.data.services.presses import DISPATCHER, press, report
from tests.worlds import NOW, advance

LEAD = Actor("li", Role.SHIFT_LEAD, "李四")
WALL = Actor("wall", Role.WALL)


def parts(world, key, actor=LEAD):
    return {part.title: part for part in VIEWS[key].board(world, Asked(actor, NOW)).parts}


@pytest.mark.parametrize("key", ["grid", "dispatch"])
def test_a_town_without_cases_has_a_board_that_says_so(world, key) -> None:
    told = parts(world, key)
    assert all(isinstance(part, Numbers | Columns | Listing) or part.note for part in told.values())
    assert not any(isinstance(part, Columns) for part in told.values()) or key == "dispatch"


def test_without_shifts_nothing_is_said_of_the_night(world) -> None:
    assert "未来 24 小时在班人数" not in parts(world, "grid")


def test_a_return_stands_with_its_reason(world) -> None:
    case_id = report(world)
    press(world, case_id, now=NOW - timedelta(minutes=5))
    advance(world, case_id, Action.RETURN, DISPATCHER, NOW - timedelta(minutes=1))
    (row,) = parts(world, "dispatch")["退单"].rows
    assert row[1:] == ("1", "1", "100.0%", "非本单位职责 1")


def test_a_place_that_comes_back_is_named_to_who_may_see_cases_alone(world) -> None:
    for _ in range(3):
        report(world)
    (named,) = parts(world, "dispatch")["多发点位"].rows
    (masked,) = parts(world, "dispatch", WALL)["多发点位"].rows
    assert named[0].href.startswith("/desk?")
    assert masked[0].href == ""
    assert masked[1] == "3"
    (spots,) = VIEWS["dispatch"].layers(world, Asked(LEAD, NOW))
    (villages,) = VIEWS["dispatch"].layers(world, Asked(WALL, NOW))
    assert (len(spots.spots), len(villages.spots)) == (1, 0)
    assert [words for words, _ in villages.villages.values()] == ["1 处"]


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, ("0", "分钟")), (119, ("119", "分钟")), (120, ("2.0", "小时"))]
)
def test_durations_read_well(minutes, words) -> None:
    assert duration(minutes) == words
