"""Indicators on module pages: what a row says, and what is shown behind it to whom."""

import json

import pytest

from callbacks.indicators import drill_shown, figures_shown
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import IntakeChannel, Role
from data.services.measures import count_recent
from data.services.report import ReportCase, report_case
from data.world import utc_now
from tests.worlds import make_world

ZHANG = Actor("zhang", Role.DISPATCHER)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The home town with one case, reported now and counted."""
    opened = make_world(f"sqlite:///{tmp_path_factory.mktemp('indicators')}/cloud.db")
    command = ReportCase("井盖<b>破损", "0101", intake_channel=IntakeChannel.PATROL, lon=120.63, lat=31.77)
    report_case(opened, command, ZHANG, utc_now())
    count_recent(opened, utc_now())
    yield opened
    opened.close()


def said(components):
    return json.dumps(
        [part.to_plotly_json() for part in components],
        default=lambda o: o.to_plotly_json(),
        ensure_ascii=False,
    )


def test_a_row_says_value_target_and_what_is_missing(world):
    rows = figures_shown(world, {"module": "dispatch", "period": "month"})
    words = {row.to_plotly_json()["props"]["data-indicator"]: said([row]) for row in rows}
    assert '"1"' in words["reported_cases"]
    assert "暂无数据" in words["handled_rate"]
    assert "目标 98" in words["handled_rate"]
    assert "此刻" in words["open_cases"]


def test_a_module_without_indicators_says_so(world):
    assert "还没有定义指标" in said(figures_shown(world, {"module": "weather"}))
    assert "还没有定义指标" in said(figures_shown(world, {}))


def test_the_rows_behind_a_figure_lead_to_the_desk(world):
    shown = said(drill_shown(world, {"id": "reported_cases", "by": "category"}, ZHANG))
    assert "暴露垃圾" in shown
    assert "/desk?tab=all&case=1" in shown
    assert "背后的行：共 1 行" in shown


def test_who_has_no_desk_sees_no_rows(world):
    shown = said(drill_shown(world, {"id": "reported_cases", "by": "category"}, VISITOR))
    assert "井盖" not in shown
    assert "背后的行：共 0 行" in shown


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"id": "nothing"}, "没有名为“nothing”的指标"),
        ({"id": "reported_cases", "by": "colour"}, "不能按“colour”拆分"),
    ],
)
def test_what_cannot_be_split_says_why(world, asked, told):
    assert told in said(drill_shown(world, asked, ZHANG))


def test_nothing_chosen_shows_nothing(world):
    assert drill_shown(world, {}, ZHANG) == []
