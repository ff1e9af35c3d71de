"""The search of the desk: what is found, in which order, and that signs of a pattern are signs of a text."""

from datetime import timedelta

import pytest

from data.domain.errors import Forbidden
from data.domain.people import Actor
from data.domain.vocabulary import Action, CaseState, Role
from data.services.report import ReportCase, report_case
from data.views.desk_search import MOST_CASES, search_cases, search_places
from data.views.gazetteer import GazetteerBook
from tests.data.domain.clock_oracle import local
from tests.data.services.life import DISPATCHER, INTAKE, LEADER, STREET
from tests.worlds import NOW, advance

DAY = timedelta(days=1)


@pytest.fixture
def told(world):
    """A function that reports a case."""

    def reported(title="占道经营", at=NOW, **fields):
        channel = fields.pop("intake_channel", "patrol")
        return report_case(world, ReportCase(title, STREET, channel, 120.63, 31.77, **fields), INTAKE, at)

    return reported


def titles(world, text, now=NOW, actor=DISPATCHER):
    return [hit.title for hit in search_cases(world, text, actor, now)]


def test_title_address_number_and_sender_s_number_are_searched(world, told):
    case = told("井盖松动", address="恬庄古街 12 号", intake_channel="hotline", external_number="12345-88")
    told("路灯不亮", address="河边步道")
    for text in ("井盖", "古街 12", case.number, case.number[-6:], "12345-88", "  井盖  "):
        [hit] = search_cases(world, text, DISPATCHER, NOW)
        assert (hit.id, hit.number, hit.place) == (case.id, case.number, "恬庄古街 12 号")
    assert titles(world, "12345-8") == []


def test_letters_are_found_whatever_their_case(world, told):
    told("A座电梯停运", address="Building b")
    assert titles(world, "a座") == titles(world, "building B") == ["A座电梯停运"]


@pytest.mark.parametrize("text", ["%%", "__", "100%", "a_b", "\\%", "'; DROP TABLE cases; --"])
def test_signs_of_a_pattern_are_signs_of_a_text(world, told, text):
    told("占道经营")
    assert titles(world, text) == []
    told(f"标语 {text} 破损")
    assert titles(world, text) == [f"标语 {text} 破损"]


@pytest.mark.parametrize("text", ["", " ", "占", " 占 "])
def test_a_text_too_short_finds_no_case(world, told, text):
    told("占道经营")
    assert titles(world, text) == []


def test_open_ones_come_first_then_the_newest(world, told):
    closed = told("占道甲")
    advance(world, closed.id, Action.DECLINE, DISPATCHER, NOW)
    told("占道乙", NOW - 2 * DAY)
    told("占道丙", NOW - DAY)
    assert titles(world, "占道") == ["占道丙", "占道乙", "占道甲"]
    assert search_cases(world, "占道甲", DISPATCHER, NOW)[0].state is CaseState.DECLINED


def test_what_ended_is_found_for_thirty_days_and_what_is_open_for_ever(world, told):
    ended, waits = told("占道旧"), told("占道未结")
    advance(world, ended.id, Action.DECLINE, DISPATCHER, NOW)
    assert waits.id != ended.id
    assert titles(world, "占道", NOW + 29 * DAY) == ["占道未结", "占道旧"]
    assert titles(world, "占道", NOW + 31 * DAY) == ["占道未结"]


def test_only_the_first_few_are_listed(world, told):
    for number in range(MOST_CASES + 2):
        told(f"占道 {number}", NOW - number * timedelta(minutes=1))
    assert titles(world, "占道") == [f"占道 {number}" for number in range(MOST_CASES)]


def test_the_leader_searches_and_who_has_no_desk_does_not(world, told):
    told("占道经营")
    assert titles(world, "占道", actor=LEADER) == ["占道经营"]
    for role in (Role.WALL, Role.UNIT_HANDLER, Role.GRID_MEMBER):
        with pytest.raises(Forbidden):
            titles(world, "占道", actor=Actor("x", role, unit_code="enforcement"))


def test_places_lead_to_a_grid_or_to_a_point_in_metres(world):
    today = local("11-23 12:00").date()
    book, grids = GazetteerBook(world), world.grids.current(today)

    def places(text):
        return search_places(world, book.current(today), grids, text)

    assert places("") == []
    assert places("没有这个地方xyz") == []
    village = places("杏市村")[0]
    assert (village.name, village.grid, village.grid_kind) == ("杏市村", None, None)
    assert abs(village.x) + abs(village.y) > 0
    named = str(grids.frame["name"].iloc[0])
    grid = next(hit for hit in places(named) if hit.grid)
    assert (grid.grid_kind, grid.grid) == (grids.frame["kind"].iloc[0], grids.frame["code"].iloc[0])
