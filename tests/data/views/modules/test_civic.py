"""Board and layers of 法治民生 on the few rows that its facts are counted from."""

from dataclasses import asdict

from data.domain.board import Bars, Columns, Lanes, Listing, Numbers
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import Role
from data.views.modules.civic import VIEW
from data.views.modules.view import Asked
from tests.data.views.facts.records import MONDAY
from tests.data.views.facts.test_civic import ONE, TWO, world
from tests.worlds import make_world

__all__ = ["world"]
ZHANG = Actor("zhang", Role.DISPATCHER)


def shown(world, kind, title="", actor=ZHANG):
    board = VIEW.board(world, Asked(actor, MONDAY))
    return next(part for part in board.parts if isinstance(part, kind) and part.title.startswith(title))


def test_figures_carry_what_the_town_published(world):
    found = {one.name: one for one in shown(world, Numbers).items}
    assert (found["法律服务"].value, found["法律服务"].note) == ("142", "2023年公布约 50,000 人次；4 场次")
    assert (found["建议办结"].value, found["逾期建议"].value) == ("50.0", "1")
    assert (found["安全感"].value, found["安全感"].note) == ("99.0", "近一年样本 500 人")


def test_services_by_kind_and_place(world):
    assert [(bar.name, bar.value) for bar in shown(world, Bars).bars][:2] == [
        ("法律咨询", "112 人次"), ("普法讲座", "30 人次"),
    ]  # fmt: skip
    rows = shown(world, Listing, "法律服务按地点").rows
    assert [row[-1] for row in rows] == ["112", "30"]
    assert shown(world, Columns, "法律服务人次").values[-2:] == (None, 42)  # October was not counted whole


def test_suggestions_are_followed_to_done(world):
    lanes = {lane.name: [slip.pick for slip in lane.slips] for lane in shown(world, Lanes).lanes}
    assert lanes == {
        "逾期未办": ["suggestion:Y-2"], "办理中": ["suggestion:Y-3"], "近 30 天办结": ["suggestion:Y-1"],
    }  # fmt: skip
    [row] = shown(world, Listing, "有事好商量").rows
    assert (row[1].words, row[4]) == ("有事好商量：肖家巷停车位", "1/3")


def test_a_survey_is_told_with_its_sample_and_margin(world):
    rows = {row[1]: row[2:] for row in shown(world, Listing, "安全感调查").rows}
    assert rows == {"甲": ("400", "99.0%", "±1.1"), "乙": ("100", "99.0%", "±2.6")}


def test_cards_lead_to_the_origin(world):
    board = VIEW.board(world, Asked(ZHANG, MONDAY, "meeting:Y"))
    told = str([asdict(part) for part in board.card])
    assert board.card_title == "议事 Y"
    assert "平台登记" in told
    assert "逾期 3 天" in told
    assert VIEW.board(world, Asked(ZHANG, MONDAY, "suggestion:Y-1")).card_title == "建议 Y-1"
    assert VIEW.board(world, Asked(VISITOR, MONDAY, "meeting:Y")).card == ()


def test_layers_are_numbers_of_villages(world):
    services, _meetings, waiting = VIEW.layers(world, Asked(ZHANG, MONDAY))
    assert services.villages == {ONE: ("30 人次", 1), TWO: ("112 人次", 5)}
    assert waiting.villages == {TWO: ("2 条在办", 5)}


def test_an_empty_town_says_so(sqlite_url):
    opened = make_world(sqlite_url)
    assert {one.value for one in shown(opened, Numbers).items} == {"0", "—"}
    assert shown(opened, Listing, "安全感调查").rows == ()
    opened.close()
