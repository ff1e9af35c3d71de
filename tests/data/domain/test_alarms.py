"""Alarms as pure rules: what calls for one, when it sounds, when it is the same, and the load."""

from datetime import timedelta

import pytest

from data.domain.alarms import Alarm, AlarmKind, CaseNow, alarm_load, wanted_alarms
from data.domain.vocabulary import CaseState, Severity
from tests.worlds import NOW

MINUTE = timedelta(minutes=1)
C, L = AlarmKind.CRITICAL, AlarmKind.OVERDUE


@pytest.mark.parametrize(
    ("severity", "state", "minutes_left", "kinds"),
    [
        ("critical", "reported", 10, {C}),
        ("critical", "filed", None, {C}),
        ("critical", "returned", 10, {C}),
        ("critical", "reported", -1, {C, L}),
        ("critical", "reported", 0, {C, L}),
        ("critical", "dispatched", 10, set()),
        ("critical", "on_scene", -1, {L}),
        ("critical", "closed", -1, set()),
        ("critical", "suspended", -1, set()),
        ("urgent", "reported", 1, set()),
        ("urgent", "reported", -1, {L}),
        ("urgent", "merged", -1, set()),
        ("elevated", "reported", -90, set()),
        ("normal", "dispatched", -90, set()),
    ],
)
def test_what_calls_for_an_alarm(severity, state, minutes_left, kinds):
    due = None if minutes_left is None else NOW + minutes_left * MINUTE
    assert wanted_alarms(CaseNow(Severity(severity), CaseState(state), due), NOW) == kinds


@pytest.mark.parametrize(
    ("fields", "is_sounding"),
    [
        ({}, True),
        ({"acknowledged_until": NOW + MINUTE}, False),
        ({"acknowledged_until": NOW}, True),
        ({"shelved_until": NOW + MINUTE}, False),
        ({"shelved_until": NOW - MINUTE}, True),
        ({"acknowledged_until": NOW - MINUTE, "shelved_until": NOW + MINUTE}, False),
        ({"acknowledged_until": NOW + MINUTE, "shelved_until": NOW - MINUTE}, False),
        ({"ended_at": NOW}, False),
    ],
)
def test_when_it_sounds(fields, is_sounding):
    assert Alarm(NOW, **fields).is_sounding(NOW) is is_sounding


@pytest.mark.parametrize(
    ("ended", "is_same"), [(None, False), (0, True), (10, True), (10.01, False), (600, False)]
)
def test_what_comes_back_soon_is_the_same_alarm(ended, is_same):
    at = None if ended is None else NOW - ended * MINUTE
    assert Alarm(NOW - 999 * MINUTE, at).may_return(NOW) is is_same


@pytest.mark.parametrize(
    ("minutes_ago", "operators", "per_operator", "is_too_high"),
    [
        ([], 0, 0.0, False),
        ([1] * 5, 1, 5 / 6, False),
        ([1] * 6, 1, 1.0, True),
        ([1] * 6, 3, 1 / 3, False),
        ([1] * 6, 0, 1.0, True),
        ([60, 61, -1], 1, 0.0, False),
    ],
)
def test_the_load_counts_the_last_hour_per_operator(minutes_ago, operators, per_operator, is_too_high):
    load = alarm_load([NOW - m * MINUTE for m in minutes_ago], operators, NOW)
    assert load.per_operator == pytest.approx(per_operator)
    assert load.is_too_high is is_too_high
