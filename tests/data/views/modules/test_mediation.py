"""Board and layers of 多元解纷 on the disputes that the facts are counted from, and warnings by hand."""

from dataclasses import asdict

import pytest
from sqlalchemy import select

from data.domain.board import Bars, Columns, Lanes, Listing, Numbers
from data.domain.mediation import SignalKind, are_enough
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import IntakeChannel, Role
from data.services.report import ReportCase, report_case
from data.store.modules.mediation import agreements, disputes, mechanisms, mediation_stations, mediators
from data.store.tables import cases
from data.views.modules.mediation import VIEW
from data.views.modules.mediation_signals import GridSigns, Sign
from data.views.modules.view import Asked
from tests.data.views.facts.records import MONDAY, write
from tests.data.views.facts.test_mediation import AGREED, GRID, ONE, ROWS, TWO, agreement, station
from tests.worlds import make_world

ZHANG = Actor("zhang", Role.DISPATCHER)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Two stations, three mediators, two mechanisms, the seven disputes and three agreements."""
    opened = make_world(f"sqlite:///{tmp_path_factory.mktemp('mediation')}/cloud.db")
    write(
        opened,
        mediation_stations,
        [station("A", ONE) | {"lon": 120.65, "lat": 31.76}, station("B", TWO) | {"lon": None, "lat": None}],
    )
    people = (("1", "A", "grid_mediator"), ("2", "A", "legal_worker"), ("3", "B", "law_volunteer"))
    write(
        opened,
        mediators,
        [dict(zip(("code", "station_code", "team"), one, strict=True), is_demo=True) for one in people],
    )
    names = (("screening", "排查预警", True), ("fourth", "机制四", False))
    write(
        opened,
        mechanisms,
        [dict(zip(("key", "name", "is_published"), one, strict=True), is_demo=True) for one in names],
    )
    write(opened, disputes, [{**row, "mechanism_key": "screening"} for row in ROWS])
    write(opened, agreements, [agreement(*row) for row in AGREED])
    yield opened
    opened.close()


def shown(world, kind, title="", actor=ZHANG):
    board = VIEW.board(world, Asked(actor, MONDAY))
    return next(part for part in board.parts if isinstance(part, kind) and part.title.startswith(title))


def card(world, pick, actor=ZHANG):
    board = VIEW.board(world, Asked(actor, MONDAY, pick))
    return board.card_title, str([asdict(part) for part in board.card])


def test_figures(world):
    found = {one.name: one.value for one in shown(world, Numbers).items}
    assert found == {
        "非诉服务站": "2", "调解队伍": "3", "在办纠纷": "3", "超参考天数": "2", "逾期未履行": "1", "预警网格": "0",
    }  # fmt: skip


def test_the_ladder_shows_days_on_each_level(world):
    lanes = {lane.name: lane for lane in shown(world, Lanes).lanes}
    assert {name: lane.count for name, lane in lanes.items()} == {
        "村级": 2,
        "镇级": 1,
        "市级": 0,
        "近 30 天终结": 4,
    }
    assert [slip.lines[1] for slip in lanes["村级"].slips] == ["本级已 17 天", "本级已 17 天"]
    assert lanes["村级"].slips[0].tone == "soon"  # over the seven days of the town's table
    assert [slip.lines[1] for slip in lanes["镇级"].slips] == ["本级已 5 天"]
    assert lanes["镇级"].note == "停留中位 8.5 天（2 件），参考 15 天"
    assert lanes["近 30 天终结"].note == "调解成功 50.0%"


def test_stations_with_teams_and_load(world):
    rows = shown(world, Listing, "2 个非诉服务站").rows
    assert [(row[0].words, *row[1:]) for row in rows] == [
        ("A站", "1", "0", "1", "2", "6", "3.0", "50.0%"),
        ("B站", "0", "1", "0", "1", "1", "1.0", "—"),
    ]


def test_mechanisms_are_rows(world):
    rows = shown(world, Listing, "2 项机制").rows
    assert [(row[0].words, row[2], row[3].words, *row[4:]) for row in rows] == [
        ("排查预警", "2023年公布", "启用", "7", "50.0%"), ("机制四", "镇自定", "启用", "0", "—"),
    ]  # fmt: skip


def test_agreements_and_relapses(world):
    assert shown(world, Columns, "协议履行率").values[-1] == 50
    assert [(bar.name, bar.value) for bar in shown(world, Bars, "纠纷反复率").bars] == [
        ("邻里纠纷", "16.7%"), ("劳动争议", "0.0%"),
    ]  # fmt: skip
    [row] = shown(world, Listing, "逾期未履行").rows
    assert (row[0].words, row[3].words) == ("X2", "1")


def test_a_warning_needs_two_signs_of_different_origin(world):
    """A relapse and an agreement that nobody performed come from one register: a third sign makes the warning."""
    assert shown(world, Listing, "冲突前预警").rows == ()
    for number in range(4):
        at = MONDAY.replace(hour=9, minute=number)
        told = {"intake_channel": IntakeChannel.HOTLINE, "external_number": f"12345-{number}"}
        asked = ReportCase("邻里纠纷", "0601", lon=120.647, lat=31.764, **told)
        report_case(world, asked, ZHANG, at)
    assert shown(world, Listing, "冲突前预警").rows == ()  # one sign in its grid
    grid = _grid_of_the_calls(world)
    move = disputes.update().where(disputes.c.number == "7").values(comprehensive_code=grid)
    with world.store.write() as transaction:
        transaction.connection.execute(move)
    [row] = shown(world, Listing, "冲突前预警").rows
    assert (row[1], row[2]) == ("2", "热线反映矛盾纠纷 4；纠纷反复 1")
    board = VIEW.board(world, Asked(ZHANG, MONDAY, f"grid:{grid}"))
    calls, relapses = board.card[1:]
    assert (calls.title, relapses.title) == ("热线 · 热线反映矛盾纠纷", "调解台账 · 纠纷反复")
    assert len(calls.rows) == 4
    assert all(row[0].href.startswith("/desk?tab=all&case=") for row in calls.rows)
    assert [(row[0].words, row[0].pick) for row in relapses.rows] == [("纠纷 7", "dispute:7")]
    assert VIEW.board(world, Asked(VISITOR, MONDAY, f"grid:{grid}")).card == ()


def test_a_dispute_and_the_case_that_it_came_from_are_one_sign(world):
    """Four calls and a relapse warn; when one of the calls is that dispute's own case, three calls are too few."""
    with world.store.write() as transaction:
        case_id = transaction.connection.execute(select(cases.c.id)).scalars().first()
        transaction.connection.execute(
            disputes.update().where(disputes.c.number == "7").values(case_id=case_id)
        )
    assert shown(world, Listing, "冲突前预警").rows == ()
    with world.store.write() as transaction:
        transaction.connection.execute(disputes.update().values(case_id=None))


def test_less_than_two_origins_cannot_be_made_a_warning():
    sign = Sign("案卷 1", MONDAY.date())
    for seen in ({SignalKind.RELAPSES: [sign], SignalKind.UNPERFORMED: [sign]}, {SignalKind.HOTLINE_CALLS: [sign]}, {},
                 {SignalKind.RELAPSES: [sign], SignalKind.HOTLINE_CALLS: []}):  # fmt: skip
        with pytest.raises(ValueError, match="2 signs of different origin"):
            GridSigns("g", seen)


def _grid_of_the_calls(world):
    with world.store.read() as connection:
        return connection.execute(select(cases.c.comprehensive_code)).scalars().first()


def test_signs_of_one_origin_are_not_independent():
    assert not are_enough((SignalKind.RELAPSES, SignalKind.UNPERFORMED))
    assert are_enough((SignalKind.RELAPSES, SignalKind.HOTLINE_CALLS))


def test_cards_lead_to_the_origin(world):
    title, told = card(world, "dispute:3")
    assert title == "纠纷 3"
    assert "2026-11-05 09:00" in told
    assert "平台登记" in told
    assert GRID not in told
    assert card(world, "station:A")[0] == "A站"
    assert card(world, "dispute:none") == ("", "[]")


def test_a_visitor_sees_sums_alone(world):
    board = VIEW.board(world, Asked(VISITOR, MONDAY, "dispute:3"))
    assert (board.card, board.card_title) == ((), "")
    lanes = shown(world, Lanes, actor=VISITOR).lanes[:3]
    assert all(lane.slips == () and lane.note.endswith("逐件内容遮蔽") for lane in lanes)
    assert "非诉服务站 ·" not in str([asdict(part) for part in board.parts])
    assert "冲突前预警" not in [part.title for part in board.parts]


def test_no_dispute_is_a_point_on_the_map(world):
    stations, waiting, _warned = VIEW.layers(world, Asked(ZHANG, MONDAY))
    assert [spot.name for spot in stations.spots] == ["A站"]
    assert waiting.spots == ()
    assert waiting.villages == {ONE: ("2 件在办", 5), TWO: ("1 件在办", 2)}


def test_an_empty_town_says_so(sqlite_url):
    opened = make_world(sqlite_url)
    assert shown(opened, Listing, "0 个非诉服务站").rows == ()
    assert shown(opened, Columns, "协议履行率").values == (None,) * 12
    opened.close()
