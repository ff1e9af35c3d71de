"""Board and layers of 党建绩效 on the few rows that its facts are counted from, and on scored orders."""

from dataclasses import asdict
from datetime import date

from data.domain.board import Bars, Cell, Lanes, Listing, Numbers
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import Action, Role
from data.services.measures import count_marked
from data.store.modules.party import assessment_methods
from data.views.modules.party import VIEW
from data.views.modules.view import Asked
from tests.data.domain.clock_oracle import local
from tests.data.services.life import DISPATCHER, LEADER, UNIT, Life
from tests.data.views.facts.records import MONDAY, write
from tests.data.views.facts.test_party import VILLAGE, world
from tests.worlds import make_world

__all__ = ["world"]
A = Action
ZHANG = Actor("zhang", Role.DISPATCHER)
TUESDAY = local("11-24 12:00")


def shown(world, kind, title="", actor=ZHANG, now=MONDAY):
    board = VIEW.board(world, Asked(actor, now))
    return next(part for part in board.parts if isinstance(part, kind) and part.title.startswith(title))


def test_figures_carry_what_the_town_published(world):
    found = {one.name: (one.value, one.note) for one in shown(world, Numbers).items}
    assert found["联合项目"] == ("3", "2023年公布 4 项")
    assert found["示范带村书记"] == ("8", "2023年公布")
    assert (found["在办任务"][0], found["逾期任务"][0]) == ("2", "1")


def test_three_forms_of_the_organisation(world):
    rows = shown(world, Listing, "机构沿革").rows
    assert [(row[0], row[1]) for row in rows] == [
        ("2013", "两室七局一中心"), ("2023", "六个机构整合为一个"), ("现行", "一室八局一中心"),
    ]  # fmt: skip
    assert {row[3] for row in rows} == {"2023年公布"}
    assert "1 室 8 局 1 中心" in shown(world, Listing, "机构沿革").note


def test_tasks_by_joint_project(world):
    lanes = {lane.name: (lane.count, lane.note) for lane in shown(world, Lanes).lanes}
    assert lanes == {
        "现代产业融通": (0, "按期 1/2"),
        "文旅资源整合": (0, "近一年没有到期的"),
        "体制改革协同": (1, "按期 0/1"),
        "干部队伍共建": (1, "近一年没有到期的"),
    }
    board = VIEW.board(world, Asked(ZHANG, MONDAY, "task:3"))
    assert board.card_title == "共建任务 3"
    assert "逾期 3 天" in str([asdict(part) for part in board.card])


def test_methods_and_the_newest_assessments(world):
    told = {"version": "2026-1", "staff_kind": "institution", "weights": '{"处置结果":60,"重点任务":40}'}
    write(world, assessment_methods, [{**told, "valid_from": date(2026, 1, 1), "is_demo": True}])
    assert shown(world, Listing, "考核办法").rows == (
        ("2026-1", "事业", "处置结果 60，重点任务 40", "2026-01-01"),
    )
    rows = shown(world, Listing, "考核结果").rows
    assert [(row[0].words, *row[1:]) for row in rows] == [
        ("党政综合办公室", "—", "90.0", "—", "1", Cell("—")), ("安全环保局", "—", "80.0", "—", "2", Cell("—")),
    ]  # fmt: skip


def test_a_score_opens_to_its_cases_and_the_exempted_ones(world):
    """Two late cases; an appeal takes one of them out of the figure, and it stays listed."""
    for number in range(2):
        life = Life.begin(world).sent()
        life.walk("11-23 09:10", A.SIGN)
        life.walk("11-23 09:30", A.ARRIVE)
        life.do(A.HANDLE, UNIT, "11-23 14:30")
        if number:
            life.do(A.APPEAL, DISPATCHER, "11-23 15:00")
            life.do(A.DECIDE_APPEAL, LEADER, "11-23 16:00", exempt=True)
    while count_marked(world, TUESDAY):
        pass
    [bar] = shown(world, Bars, "单位评分", now=TUESDAY).bars
    assert bar.note == "2 件"
    board = VIEW.board(world, Asked(ZHANG, TUESDAY, bar.pick))
    orders = next(part for part in board.card if isinstance(part, Listing))
    assert sorted(row[0] for row in orders.rows) == ["申诉免责，不计", "超期"]
    assert all(row[1].href.startswith("/desk?tab=all&case=") for row in orders.rows)
    [appeal] = shown(world, Listing, "案卷申诉 待决定 0 件", now=TUESDAY).rows
    assert appeal[3] == "免责，不计"


def test_a_visitor_sees_no_card_and_no_appeals(world):
    board = VIEW.board(world, Asked(VISITOR, MONDAY, "task:3"))
    assert board.card == ()
    assert not any(part.title.startswith("申诉") for part in board.parts)


def test_activities_are_numbers_of_villages(world):
    [layer] = VIEW.layers(world, Asked(ZHANG, MONDAY))
    assert layer.villages == {VILLAGE: ("2 场", 5)}


def test_an_empty_town_says_so(sqlite_url):
    opened = make_world(sqlite_url)
    assert shown(opened, Bars, "单位评分").bars == ()
    assert shown(opened, Listing, "考核结果").title == "考核结果 暂无"
    opened.close()
