"""The shares of the drawn reports against the arrival pattern table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from data.demo.draw import Reports, draw_reports
from data.demo.plan import DemoPlan, draw_counts, expected_counts, make_plan
from data.demo.scene import Scene
from data.demo.working import HOUR, micros
from tests.data.demo.conftest import REFERENCE, SEED

SIGMAS = 5.0


@pytest.fixture(scope="module")
def plan(scene: Scene) -> DemoPlan:
    """Return the plan of the whole history."""
    return make_plan(scene.town, REFERENCE, SEED, None, 24)


@pytest.fixture(scope="module")
def reports(scene: Scene, plan: DemoPlan) -> Reports:
    """Return every report of 24 months."""
    days, counts = draw_counts(scene.town, plan)
    return draw_reports(scene, days, counts, np.random.default_rng(SEED))


def assert_fits(observed: np.ndarray, expected: np.ndarray) -> None:
    """Compare counts with expectations by chi-square, bounded at five sigmas above its mean."""
    expected = expected * (observed.sum() / expected.sum())
    chi_square = float(((observed - expected) ** 2 / np.maximum(expected, 1e-9)).sum())
    freedom = observed.size - 1
    assert chi_square < freedom + SIGMAS * np.sqrt(2 * freedom), (observed, expected)


def test_the_whole_history_has_the_wanted_size(scene: Scene, plan: DemoPlan, reports: Reports) -> None:
    expected = 164.0 * len(plan.days(scene.town.profile.zone))
    assert abs(len(reports) - expected) < SIGMAS * np.sqrt(expected)
    assert 118_000 < len(reports) < 122_000


def majors(scene: Scene, reports: Reports) -> list[tuple[Any, np.ndarray]]:
    """Return each major's row of the table with the indices of its reports."""
    first_two = np.array([code[:2] for code in reports.category])
    return [(row, np.flatnonzero(first_two == major)) for major, row in scene.town.arrivals.majors.items()]


def test_categories(scene: Scene, reports: Reports) -> None:
    shares = scene.town.arrivals.category_shares()
    codes, counts = np.unique(reports.category, return_counts=True)
    assert set(codes) == {code for code, share in shares.items() if share > 0}
    assert_fits(counts, np.array([shares[code] for code in codes]))


def test_hours(scene: Scene, plan: DemoPlan, reports: Reports) -> None:
    """Shanghai has no clock change: local hours are eight ahead of UTC."""
    hour = (reports.reported // HOUR + 8) % 24
    for row, among in majors(scene, reports):
        assert_fits(np.bincount(hour[among], minlength=24), np.array(row.hours))


def test_channels(scene: Scene, reports: Reports) -> None:
    for row, among in majors(scene, reports):
        observed = [int((reports.channel[among] == str(channel)).sum()) for channel in row.channels]
        assert_fits(np.array(observed), np.array(list(row.channels.values())))


def test_weekdays_months_and_trend(scene: Scene, plan: DemoPlan, reports: Reports) -> None:
    """Day by day the counts follow week, season and trend together; and each of them shows by itself."""
    zone = scene.town.profile.zone
    days = plan.days(zone)
    expected = expected_counts(scene.town.arrivals, days, plan.cases_per_day)
    weekday = np.array([day.weekday() for day in days])
    month = np.array([day.month - 1 for day in days])
    for (row, among), mean in zip(majors(scene, reports), expected.values(), strict=True):
        daily = np.bincount(reports.day[among], minlength=len(days))
        for groups in (weekday, month):
            size = groups.max() + 1
            assert_fits(np.bincount(groups, daily, size), np.bincount(groups, mean, size))
        by_weekday = np.bincount(weekday, mean / np.array(row.months)[month], 7) / np.bincount(
            weekday, minlength=7
        )
        assert np.allclose(
            by_weekday / by_weekday.mean(), np.array(row.weekdays) / np.mean(row.weekdays), atol=0.02
        )


def test_trend(scene: Scene, plan: DemoPlan) -> None:
    """A year apart, the same weekday of the same month differs by the yearly trend."""
    days = plan.days(scene.town.profile.zone)
    last = next(day for day in reversed(days) if (day - timedelta(days=364)).month == day.month)
    now, then = days.index(last), days.index(last - timedelta(days=364))
    expected = expected_counts(scene.town.arrivals, days, plan.cases_per_day)
    for major, row in scene.town.arrivals.majors.items():
        change = expected[major][now] / expected[major][then]
        assert change == pytest.approx((1 + row.yearly_trend) ** (364 / 365.25))


def test_reports_are_in_order_and_inside_their_days(scene: Scene, plan: DemoPlan, reports: Reports) -> None:
    days = plan.days(scene.town.profile.zone)
    assert (np.diff(reports.reported) >= 0).all()
    first = micros(REFERENCE.astimezone(scene.town.profile.zone).replace(hour=0, minute=0, second=0))
    today = reports.day == len(days) - 1
    assert (reports.reported[today] >= first).all()
    assert (reports.reported[~today] < first).all()
