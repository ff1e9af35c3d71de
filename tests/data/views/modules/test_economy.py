"""Board and layers of 经济发展 on a few rows whose answers are counted by hand."""

from dataclasses import asdict
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert

from data.domain.board import Bars, Columns, Lanes, Listing, Numbers
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import IntakeChannel, Role
from data.services.report import ReportCase, report_case
from data.store.modules.economy import (
    economy_targets,
    enterprise_months,
    enterprises,
    project_milestones,
    projects,
)
from data.views.modules.economy import VIEW
from data.views.modules.view import Asked
from tests.worlds import make_world

ZHANG = Actor("zhang", Role.DISPATCHER)
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
A, B, C = "91320582MA1AAAAA01", "91320582MA1BBBBB02", "91320582MA1CCCCC03"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Two enterprises above scale, one of them silent in September; a small one; two projects; a request."""
    opened = make_world(f"sqlite:///{tmp_path_factory.mktemp('economy')}/cloud.db")
    with opened.store.write() as transaction:
        connection = transaction.connection
        connection.execute(insert(enterprises), _enterprises())
        connection.execute(insert(enterprise_months), _months())
        connection.execute(
            insert(economy_targets),
            [{"month": date(2026, 10, 1), "measure": "output_yuan", "target": 4e8}],
        )
        connection.execute(insert(projects), _projects())
        connection.execute(insert(project_milestones), _milestones())
    command = ReportCase("用电增容", "1004", intake_channel=IntakeChannel.WINDOW, lon=120.63, lat=31.77)
    report_case(opened, command, ZHANG, AT)
    yield opened
    opened.close()


def _enterprises():
    base = {"lon": 120.63, "lat": 31.77, "is_above_scale": True, "listed_on": None}
    old, new = date(2020, 1, 1), date(2026, 2, 1)
    small = {"is_above_scale": False, "above_scale_since": None, "lon": None, "lat": None}
    return [
        {
            **base,
            "code": A,
            "name": "甲新材料",
            "industry": "new_materials",
            "above_scale_since": old,
            "listed_on": old,
        },
        {**base, "code": B, "name": "乙纺织", "industry": "other", "above_scale_since": new},
        {**base, "code": C, "name": "丙包装", "industry": "other", **small},
    ]


def _months():
    """A: 1 and 2 hundred million a year apart; B: one in August and October, nothing in September; C: one."""
    told = [(A, 2025, 10, 1), (A, 2026, 8, 2), (A, 2026, 9, 2), (A, 2026, 10, 2)]
    told += [(B, 2026, 8, 1), (B, 2026, 10, 1), (C, 2026, 10, 1)]
    return [
        {"enterprise_code": code, "month": date(year, month, 1), "output_yuan": value * 100_000_000}
        for code, year, month, value in told
    ]


def _projects():
    base = {"enterprise_code": A, "investment_yuan": 500_000_000, "lon": 120.63, "lat": 31.77}
    return [
        {**base, "code": "P1", "name": "一期", "is_key": True},
        {**base, "code": "P2", "name": "二期", "is_key": False},
    ]


def _milestones():
    rows = [
        ("P1", "sold", date(2026, 1, 1), date(2026, 1, 1)),
        ("P1", "land", date(2026, 3, 1), date(2026, 3, 12)),
        ("P1", "permit", date(2026, 11, 10), None),
        ("P2", "sold", date(2026, 9, 1), date(2026, 9, 1)),
        ("P2", "land", date(2026, 12, 1), None),
    ]
    return [
        dict(zip(("project_code", "stage", "planned_on", "reached_on"), row, strict=True)) for row in rows
    ]


def asked(pick="", actor=ZHANG):
    return Asked(actor, AT, pick)


def only(board, kind, word=""):
    return next(part for part in board.parts if isinstance(part, kind) and word in part.title)


def test_figures_stand_beside_what_was_published(world):
    numbers = {one.name: (one.value, one.note) for one in only(VIEW.board(world, asked()), Numbers).items}
    assert numbers["规上企业"] == ("2", "2023年公布 203 家")
    assert numbers["本年新增规上"] == ("1", "2023年公布 17 家")
    assert numbers["上市公司"] == ("1", "2023年公布 3 家")
    assert numbers["四大主导产业占比"] == ("50.0", "2023年公布近 70 %")
    assert numbers["月报缺报"] == ("0", "2026年10月应报未报")


def test_a_month_is_compared_over_those_who_reported_both(world):
    """October: 4 against 1 a year before, but A alone reported both: it doubled. A gap must not look like a fall."""
    output = only(VIEW.board(world, asked()), Columns, "产值")
    assert output.values[-1] == 4.0
    assert output.values[0] == 1.0
    assert output.values[1] is None
    assert output.targets[-1] == 4.0
    assert "同比 +100.0%（1 家同报）" in output.note
    assert "环比 +0.0%（1 家同报）" in output.note


def test_a_broken_series_is_named_with_its_months(world):
    rows = {row[0].words: (row[1], row[2]) for row in only(VIEW.board(world, asked()), Listing, "断档").rows}
    assert rows["乙纺织"] == ("7", "2026年2、3、4、5、6、7、9月")
    assert "丙包装" not in rows


def test_industries_share_the_output(world):
    bars = [(bar.name, bar.note) for bar in only(VIEW.board(world, asked()), Bars).bars]
    assert sorted(bars) == [("其他", "50.0%"), ("新材料", "50.0%")]


def test_projects_stand_in_their_stage_and_those_that_slip_are_marked(world):
    lanes = only(VIEW.board(world, asked()), Lanes)
    found = {lane.name: lane for lane in lanes.lanes}
    assert lanes.title == "项目推进 共 2 个，1 个超计划"
    assert [found[name].count for name in ("成交", "拿地", "发证", "开工", "竣工")] == [1, 1, 0, 0, 0]
    assert found["拿地"].note == "由成交用时中位 70 天（1 个）"
    [slip] = found["拿地"].slips
    assert (slip.title, slip.lines, slip.tone) == ("一期", ("重点 · 已 253 天", "发证超计划 10 天"), "soon")


def test_requests_lead_to_the_desk(world):
    requests = only(VIEW.board(world, asked()), Listing, "诉求")
    assert requests.title == "企业诉求 在办 1 件，超期 0 件"
    assert requests.rows[0][0].href == "/desk?tab=all&case=1"


@pytest.mark.parametrize(
    ("pick", "title"),
    [
        (f"enterprise:{B}", "乙纺织"),
        ("project:P1", "一期"),
        ("enterprise:x", ""),
        ("project:x", ""),
        ("x", ""),
        ("", ""),
    ],
)
def test_a_pick_opens_its_card(world, pick, title):
    board = VIEW.board(world, asked(pick))
    assert board.card_title == title
    assert bool(board.card) is bool(title)


def test_a_card_shows_a_missing_month_as_a_gap(world):
    output = next(
        part for part in VIEW.board(world, asked(f"enterprise:{B}")).card if part.title.startswith("产值")
    )
    assert output.values[-3:] == (10_000.0, None, 10_000.0)


def test_a_visitor_sees_sums_without_names(world):
    board = VIEW.board(world, asked(f"enterprise:{A}", VISITOR))
    assert not board.card
    assert not [part for part in board.parts if isinstance(part, Listing)]
    assert not [slip for lane in only(board, Lanes).lanes for slip in lane.slips]
    spots = [spot for layer in VIEW.layers(world, asked(actor=VISITOR)) for spot in layer.spots]
    assert spots
    assert {(spot.name, spot.pick) for spot in spots} == {("", "")}


def test_layers_are_counted_and_plain(world):
    layers = VIEW.layers(world, asked())
    assert [(layer.name, len(layer.spots)) for layer in layers] == [
        ("规上企业 2", 2),
        ("上市公司 1", 1),
        ("项目 2", 2),
    ]
    assert asdict(layers[0])["spots"][0]["pick"] == f"enterprise:{A}"


def test_an_empty_town_says_so(tmp_path):
    empty = make_world(f"sqlite:///{tmp_path}/cloud.db")
    board = VIEW.board(empty, asked())
    numbers = {one.name: one.note for one in only(board, Numbers).items}
    assert numbers["四大主导产业占比"] == "暂无数据"
    assert numbers["月报缺报"] == "还没有月报"
    assert not [part for part in board.parts if isinstance(part, Columns)]
    empty.close()
