"""Shifts by hour, nights without anybody, patrols per village, joint work and load, on a small town."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from data.store.tables import patrols, shifts, staff
from data.views.modules.grid import _gain
from data.views.modules.grid_work import read_work
from data.views.modules.joint_gain import LEAST_ALIKE, JointGain, joint_gain
from tests.worlds import NOW

HOUR = timedelta(hours=1)
GRID = "320582105001001"
"""凤凰社区01 in the town's folder."""


def read(world):
    with world.store.read() as connection:
        return read_work(world, connection, NOW)


@pytest.fixture
def rota(world):
    """One person of one grid, on shift for the next four hours; the grid was walked two days ago."""
    person = {"id": 1, "staff_no": "W001", "unit_code": "centre", "role": "grid_member"}
    with world.store.write() as transaction:
        connection = transaction.connection
        connection.execute(insert(staff).values(**person, staff_kind="contract", grid_code=GRID))
        connection.execute(
            insert(shifts).values(staff_id=1, grid_code=GRID, starts_at=NOW - HOUR, ends_at=NOW + 4 * HOUR)
        )
        walk = {"started_at": NOW - 49 * HOUR, "ended_at": NOW - 48 * HOUR}
        connection.execute(insert(patrols).values(staff_id=1, grid_code=GRID, **walk))
    return world


def test_a_town_without_shifts_does_not_know_its_duty(world) -> None:
    assert not read(world).is_duty_known


def test_each_hour_says_how_many_stand_and_how_many_grids_have_nobody(rota) -> None:
    hours = read(rota).hours
    assert len(hours) == 24
    # 17:32 in the town: the shift ends at 21:32, so that the hours from 17 to 21 are covered in their middle
    assert [hour.people for hour in hours[:6]] == [1, 1, 1, 1, 1, 0]
    assert [hour.vacant for hour in hours[:6]] == [89, 89, 89, 89, 89, 90]


def test_the_night_names_the_grids_that_have_nobody_the_longest_first(rota) -> None:
    tonight = read(rota).tonight
    assert [row.hours for row in tonight[:2]] == [10, 10]
    assert (tonight[-1].code, tonight[-1].hours) == (GRID, 8)


def test_patrols_are_told_per_village(rota) -> None:
    walked = {row.village: row for row in read(rota).walked}
    row = walked["凤凰社区"]
    assert (row.last_day, row.last_week, row.never) == (0, 1, row.grids - 1)


def test_every_comprehensive_grid_has_its_police_grid(world) -> None:
    joint = read(world).joint
    assert len(joint) == 20
    assert all(0.9 < sum(share for _, share in row.parts) <= 1.0001 for row in joint)


def test_a_grid_without_people_stands_first_and_has_no_load(rota) -> None:
    workload = read(rota).workload
    assert workload[0].load is None
    assert (workload[-1].code, workload[-1].load, workload[-1].people) == (GRID, 0.0, 1)


def test_joint_handling_is_compared_within_a_category_alone() -> None:
    often = LEAST_ALIKE
    rows = [("0101", False, 100.0)] * often + [("0101", True, 70.0)] * often
    rows += [("0401", True, 10.0)] * often  # never handled singly: there is nothing to compare it with
    gain = joint_gain(rows)
    assert (gain.categories, gain.cases, gain.saved_minutes) == (1, often, 30.0)


def test_a_difference_that_chance_may_bring_is_none_to_speak_of() -> None:
    """The same hours either way are no difference; a third less in forty cases of two categories is one."""
    apart = [("0101", is_joint, float(60 + 7 * n % 50)) for is_joint in (False, True) for n in range(20)]
    same = joint_gain(apart)
    assert (same.saved_minutes, same.is_clear) == (0.0, False)
    rows = [
        (code, is_joint, (60 + 7 * n % 50) * (0.66 if is_joint else 1.0))
        for code in ("0101", "0102")
        for is_joint in (False, True)
        for n in range(20)
    ]
    faster = joint_gain(rows)
    assert faster.saved_minutes > 0
    assert faster.is_clear
    slower = joint_gain([(code, not is_joint, minutes) for code, is_joint, minutes in rows])
    assert slower.saved_minutes < 0
    assert slower.is_clear


def test_the_board_says_clearly_faster_slower_or_neither() -> None:
    told = [
        _gain(JointGain(2, 40, minutes, chance))
        for minutes, chance in ((23.4, 0.01), (-23.4, 0.01), (-23.4, 0.4), (None, None))
    ]
    assert [(one.name, one.value, one.tone) for one in told] == [
        ("联合处置比单独处置快", "23", ""),
        ("联合处置比单独处置慢", "23", "soon"),
        ("联合与单独处置", "差别不明显", ""),
        ("联合处置比单独处置快", "样本不足", ""),
    ]


def test_too_few_cases_are_not_compared() -> None:
    rows = [("0101", False, 100.0)] * LEAST_ALIKE + [("0101", True, 70.0)] * (LEAST_ALIKE - 1)
    assert joint_gain(rows).saved_minutes is None
