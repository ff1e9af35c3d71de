"""The sheet 登记案卷: what it is told for what is typed, what is refused beside which field, and what is filed."""

import pytest
from sqlalchemy import func, select

from callbacks.alarms import answer as alarm_answer
from callbacks.new_case import Clerk
from callbacks.new_case_checks import police_hint
from data.domain.errors import Forbidden
from data.domain.people import Actor
from data.domain.vocabulary import Role
from data.store.tables import case_contents, cases
from tests.worlds import NOW, make_world

ZHANG = Actor("zhang", Role.DISPATCHER, "张三")
WHOLE = {
    "title": "车间有刺鼻气味",
    "category": "0403",
    "intake_channel": "enterprise",
    "place": "village:320582105207",
    "answers": {"smell": "燃气", "unwell": "否"},
    "reporter_telephone": "000",
}


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def clerk(world):
    return Clerk(world)


def ask(clerk, kind, fields=None, key="k", actor=ZHANG):
    return clerk.answer({"kind": kind, "fields": fields or {}, "key": key}, actor, NOW)


def count(world):
    with world.store.read() as connection:
        return connection.execute(select(func.count()).select_from(cases)).scalar_one()


def test_the_choices_are_the_towns(clerk):
    question = {"kind": "advice", "fields": {}, "key": "k", "needs_choices": True}
    choices = clerk.answer(question, ZHANG, NOW)["choices"]
    assert {"value": "0403", "label": "管道异味", "group": "突发事件", "severity": "urgent"} in choices[
        "categories"
    ]
    assert choices["severities"][-1] == {"value": "critical", "label": "特急"}
    assert {"value": "hotline", "label": "12345热线", "brings_number": True} in choices["channels"]


@pytest.mark.parametrize("channel", ["hotline", "superior"])
def test_who_waits_for_a_reply_brings_a_number(clerk, world, channel):
    """12345 and superior orders; nothing is filed, and the field is named, until the number is there."""
    refused = ask(clerk, "submit", WHOLE | {"intake_channel": channel})
    [problem] = refused["errors"]
    assert (problem["field"], "还没有填写来单编号" in problem["message"]) == ("external_number", True)
    assert "请照来单填写编号和时限" in problem["cure"]
    assert count(world) == 0
    ask(clerk, "submit", WHOLE | {"intake_channel": channel, "external_number": "12345-7"}, key="k2")
    assert count(world) == 1


def test_nothing_typed_gets_an_empty_answer(clerk):
    advice = ask(clerk, "advice")
    assert "choices" not in advice
    assert (advice["hits"], advice["spot"], advice["questions"], advice["duplicates"]) == ([], None, [], [])
    assert advice["police"] is None
    assert "还没有从历史案卷学习过" in advice["suggestion"]["note"]


def test_a_place_is_found_then_chosen_then_located(clerk):
    hits = ask(clerk, "advice", {"address": "杏市村"})["hits"]
    assert (hits[0]["name"], hits[0]["grade"]) == ("杏市村", "C")
    advice = ask(clerk, "advice", {"address": "杏市村", "place": hits[0]["key"]})
    assert advice["hits"] == []
    assert (advice["spot"]["grade"], advice["spot"]["grade_label"]) == ("C", "仅到村社区")
    assert advice["spot"]["grids"][0].startswith("杏市")


def test_a_click_on_the_map_is_located_in_three_grids(clerk):
    spot = ask(clerk, "advice", {"x": 900.0, "y": -300.0})["spot"]
    assert spot["grade"] == "A"
    assert (spot["x"], spot["y"]) == pytest.approx((900, -300), abs=0.2)  # where the map marks it
    assert all(spot["grids"][:2])
    assert spot["is_edge"] in (True, False)


def test_a_click_outside_the_town_is_refused_in_words(clerk):
    assert "不在凤凰镇的任何网格内" in ask(clerk, "advice", {"x": 90_000.0, "y": 0.0})["spot"]["error"]


def test_the_default_point_is_graded_as_such(clerk):
    assert ask(clerk, "advice", {"x": 0.0, "y": 0.0})["spot"]["grade"] == "D"


def test_questions_and_police_hint_follow_the_category(clerk):
    advice = ask(clerk, "advice", {"category": "0402"})
    assert (advice["police"]["words"], advice["police"]["tick"]) == (
        "须公安到场：有危险请先拨打 110，火情 119，急救 120",
        "已告知来电人",
    )
    assert [q["key"] for q in advice["questions"]] == ["indoors", "left", "valve"]
    assert ask(clerk, "advice", {"category": "0202"})["police"] is None


def test_every_category_of_the_police_has_its_hint(world):
    town = world.town
    hints = {c.code: police_hint(town, c, "") for c in town.categories}
    assert {code for code, hint in hints.items() if hint} == {
        c.code for c in town.categories if c.major == "07" or c.needs_police
    }
    police = {code for code, hint in hints.items() if hint and hint.words == "警情请拨打 110，镇里不派警"}
    assert police == {c.code for c in town.categories if c.major == "07"}


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("巷子里有人打架斗殴", "打架"),
        ("家里被偷了", "被偷"),
        ("有人持刀威胁店主", "持刀"),
        ("路灯不亮", None),
    ],
)
def test_a_title_that_says_so_is_a_police_matter_before_any_category_is_chosen(clerk, world, title, word):
    hint = ask(clerk, "advice", {"title": title})["police"]
    assert (hint is None) is (word is None)
    if word:
        assert hint["words"] == f"警情请拨打 110，镇里不派警（标题写有“{word}”）"
        errors = ask(clerk, "submit", WHOLE | {"title": title})["errors"]
        assert [error["field"] for error in errors] == ["told_110"]
        assert ask(clerk, "submit", WHOLE | {"title": title, "told_110": True})["receipt"]


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_sheet(clerk, world):
    wrong = {
        "category": "0401", "place": "", "intake_channel": "", "severity": "huge",
        "answers": {"burning": "水"}, "happened_at": "昨天", "external_due_at": "2026-11-01T08:00",
    }  # fmt: skip
    errors = ask(clerk, "submit", wrong)["errors"]
    assert [error["field"] for error in errors] == [
        "title", "address", "severity", "told_110", "answers.trapped", "answers.burning", "answers.called_119",
        "intake_channel", "happened_at", "external_due_at",
    ]  # fmt: skip
    assert all(error["message"] and error["cure"] for error in errors)
    assert count(world) == 0


def test_names_show_again_when_a_place_is_typed_beside_a_click(clerk):
    clicked = {"x": 900.0, "y": -300.0, "address": "杏市村"}
    assert ask(clerk, "advice", clicked)["hits"] == []
    advice = ask(clerk, "advice", clicked | {"is_naming": True})
    assert (advice["hits"][0]["name"], advice["spot"]["grade"]) == ("杏市村", "A")


def test_an_open_case_nearby_is_shown_before_filing(clerk):
    first = ask(clerk, "submit", WHOLE)["receipt"]
    advice = ask(clerk, "advice", WHOLE | {"title": "车间刺鼻气味"})
    assert [d["number"] for d in advice["duplicates"]] == [first["number"]]
    assert advice["duplicates"][0]["likeness"] > 0.8
    far = WHOLE | {"place": "village:320582105001"}
    assert ask(clerk, "advice", far)["duplicates"] == []


def test_a_case_is_filed_with_everything_that_was_typed(clerk, world):
    times = {"happened_at": "2026-11-23T17:00", "external_due_at": "2026-11-23T19:00"}
    receipt = ask(clerk, "submit", WHOLE | times | {"external_number": "12345-9", "severity": "critical"})[
        "receipt"
    ]
    with world.store.read() as connection:
        case = connection.execute(select(cases)).one()
        content = connection.execute(select(case_contents)).one()
    assert (case.number, case.source_key, case.changed_by) == (receipt["number"], "desk", "zhang")
    assert (case.severity, case.location_grade, case.external_number) == ("critical", "C", "12345-9")
    assert case.reported_at.isoformat() == "2026-11-23T09:00:00+00:00"
    assert case.external_due_at.isoformat() == "2026-11-23T11:00:00+00:00"
    assert content.reporter_telephone == "000"


def test_the_same_press_twice_files_once(clerk, world):
    first = ask(clerk, "submit", WHOLE)["receipt"]
    again = ask(clerk, "submit", WHOLE)["receipt"]
    assert (again["id"], again["is_repeated"], count(world)) == (first["id"], True, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"category": ""}, "category"),
        ({"category": "9999"}, "category"),
        ({"intake_channel": ""}, "intake_channel"),
        ({"intake_channel": "dove"}, "intake_channel"),
        ({"severity": "huge"}, "severity"),
        ({"place": None}, "address"),
        ({"place": "place:9:没有"}, "place"),
        ({"x": 9e9, "y": 0}, "lon"),
        ({"answers": {}}, "answers.smell"),
        ({"happened_at": "昨天"}, "happened_at"),
        ({"happened_at": "2027-01-01T08:00"}, "happened_at"),
        ({"external_due_at": "2026-11-01T08:00"}, "external_due_at"),
        ({"category": "0701", "answers": {"source": "广场舞"}}, "told_110"),
    ],
)
def test_a_refusal_names_its_field_and_writes_nothing(clerk, world, change, field):
    error, *_ = ask(clerk, "submit", WHOLE | change)["errors"]
    assert error["field"] == field
    assert error["message"]
    assert count(world) == 0


def test_a_police_matter_is_filed_once_the_caller_knows_of_110(clerk):
    fields = WHOLE | {"category": "0701", "answers": {"source": "广场舞"}, "told_110": True}
    assert ask(clerk, "submit", fields)["receipt"]["number"]


@pytest.mark.parametrize("kind", ["advice", "submit"])
def test_a_visitor_gets_nothing(clerk, world, kind):
    with pytest.raises(Forbidden):
        ask(clerk, kind, WHOLE, actor=Actor("visitor", Role.WALL))
    assert count(world) == 0


def test_the_strip_acknowledges_and_says_who_was_first(clerk, world):
    fire = {
        "category": "0401",
        "answers": {"trapped": "否", "burning": "厂房", "called_119": "是"},
        "told_110": True,
    }
    ask(clerk, "submit", WHOLE | fire)
    board = alarm_answer(world, {"n": 1}, ZHANG, NOW)
    assert (board["sounding"], board["alarms"][0]["title"]) == (1, "车间有刺鼻气味")
    wish = {"verb": "acknowledge", "id": board["alarms"][0]["id"], "reason": "已派消防", "minutes": 15}
    assert alarm_answer(world, wish, ZHANG, NOW)["sounding"] == 0
    second = alarm_answer(world, wish, Actor("li", Role.INTAKE, "李四"), NOW)
    assert (second["refusal"], second["refused"]) == ("已由 张三 于 17:32 确认", wish["id"])
    [alarm] = second["alarms"]
    assert (alarm["acknowledged_by"], alarm["acknowledge_reason"]) == ("张三", "已派消防")


@pytest.mark.parametrize(
    "wish", [{"id": "1", "minutes": 5}, {"id": 1}, {"id": 1, "minutes": "9"}, {"id": 1, "minutes": 0}]
)
def test_a_broken_wish_is_refused_and_the_board_still_comes(world, wish):
    board = alarm_answer(world, wish | {"verb": "shelve", "reason": "x"}, ZHANG, NOW)
    assert board["refusal"]
    assert board["alarms"] == []


def test_the_strip_is_the_desks_alone(world):
    with pytest.raises(Forbidden):
        alarm_answer(world, {}, Actor("visitor", Role.WALL), NOW)
