"""What may be the same matter, from the database: read around a case, judged with reasons, by one judge."""

from datetime import timedelta

import pytest

from data.domain.errors import NotFound
from data.domain.people import SYSTEM
from data.domain.vocabulary import Action, IntakeChannel
from data.services.acting import act
from data.services.actions import CaseAction
from data.services.report import ReportCase, report_case
from data.views.duplicates import duplicates_at, duplicates_of, likeness
from tests.worlds import NOW

HOUR = timedelta(hours=1)
LON, LAT = 120.63, 31.77
METRE = 1 / 94_700
"""A metre in degrees of longitude at 31.77° N."""


@pytest.fixture
def report(world):
    """Return a function that reports a case some metres east, some hours ago."""

    def reported(title="路口摊位占道", *, east=0.0, hours=0.0, category="0103", placed=True):
        lon, lat = (LON + east * METRE, LAT) if placed else (None, None)
        address = None if placed else "某处"
        command = ReportCase(title, category, IntakeChannel.PATROL, lon, lat, address=address)
        return report_case(world, command, SYSTEM, NOW - hours * HOUR).id

    return reported


def test_a_duplicate_carries_its_reasons(world, report):
    first, second = report("路口摊位占道经营", east=20.0, hours=6), report()
    [found] = duplicates_of(world, second)
    assert (found.id, found.title, found.state, found.is_open) == (
        first,
        "路口摊位占道经营",
        "reported",
        True,
    )
    assert found.distance_m == 20
    assert found.likeness == pytest.approx(0.86, abs=0.005)  # 2 × 6 letters in common of 14
    # 40 × 30/50 + 20 × 18/24 + 40 × 6/7 = 24 + 15 + 34.3
    assert found.points == 73
    assert found.reasons == ("相距 20 米", "相隔 6.0 小时", "同一小类", "文字相似 86%")


@pytest.mark.parametrize(
    "other",
    [{"east": 60.0}, {"hours": 25}, {"hours": -25}, {"category": "0104"}, {"placed": False}],
)
def test_what_is_no_duplicate(world, report, other):
    report(**other)
    assert duplicates_of(world, report()) == []


def test_later_ones_and_closed_ones_count_and_merged_ones_do_not(world, report):
    case, later, merged = report(hours=3), report(hours=1), report(hours=2)
    act(world, CaseAction(merged, Action.MERGE, details={"into_case_id": case}), SYSTEM, NOW)
    assert [one.id for one in duplicates_of(world, case)] == [later]


def test_a_case_without_a_place_has_none(world, report):
    report()
    assert duplicates_of(world, report(placed=False)) == []


def test_the_likeliest_stand_first_and_no_more_than_asked_for(world, report):
    case = report()
    far, near = report(east=40.0), report(east=5.0)
    assert [one.id for one in duplicates_of(world, case)] == [near, far]
    assert [one.id for one in duplicates_of(world, case, 1)] == [near]


def test_what_is_typed_is_compared_with_open_cases_by_the_same_judge(world, report):
    case, declined = report(hours=1), report(hours=1)
    act(world, CaseAction(declined, Action.DECLINE, reason="不属本镇"), SYSTEM, NOW)
    typed = duplicates_at(world, "0103", LON, LAT, "路口摊位占道", NOW)
    assert [(one.id, one.points) for one in typed] == [(case, 99)]  # 40 + 20 × 23/24 + 40
    stored = duplicates_of(world, report())
    assert [(one.id, one.points, one.reasons) for one in stored] == [
        (one.id, one.points, one.reasons) for one in typed
    ]


@pytest.mark.parametrize("case_id", [4711, 0, -1, 2**70])
def test_an_unknown_case(world, case_id):
    with pytest.raises(NotFound):
        duplicates_of(world, case_id)


def test_likeness():
    assert likeness("路灯不亮", "路灯不亮") == 1.0
    assert likeness("路灯不亮", "井盖缺失") == 0.0
    assert likeness("路灯不亮", "路灯闪烁") == 0.5
