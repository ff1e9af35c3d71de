"""Where the time of a case goes, told by hand from a few rows, and the board of a small town."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from data.domain.vocabulary import Action
from data.views.modules.dispatch_work import MOMENTS, STAGES, Stage, read_work, stage_minutes
from tests.data.services.presses import DISPATCHER, press, report
from tests.worlds import NOW, advance

MINUTE = timedelta(minutes=1)


def case(*minutes: float | None) -> dict[str, object]:
    """A case whose instants lie so many minutes after its report."""
    instants = [pd.NaT if m is None else pd.Timestamp(NOW) + pd.Timedelta(minutes=m) for m in minutes]
    return dict(zip(MOMENTS, instants, strict=True))


def spent(*minutes: float | None) -> list[float]:
    frame = pd.DataFrame([case(*minutes), case(*[0.0] * len(MOMENTS))])
    return [float(value) for value in stage_minutes(frame).iloc[0]]


def test_the_stages_of_a_case_add_up_to_its_life() -> None:
    assert spent(0, 5, 5, 15, 40, 100, 130) == [5, 0, 10, 25, 60, 30]


def test_a_return_is_the_time_from_the_first_dispatch_to_the_order_that_was_carried_out() -> None:
    assert spent(0, 5, 65, 75, 80, 90, 95) == [5, 60, 10, 5, 10, 5]


def test_what_was_never_noted_belongs_to_the_stage_after_it() -> None:
    assert spent(0, 5, 5, None, None, 100, 130) == [5, 0, 0, 0, 95, 30]


def test_instants_out_of_order_take_no_time_away() -> None:
    assert spent(0, 5, 5, 15, 10, 100, 130) == [5, 0, 10, 0, 85, 30]
    assert sum(spent(0, 5, 5, 15, 10, 100, 130)) == 130


def test_every_stage_lies_between_two_moments() -> None:
    assert len(STAGES) == len(MOMENTS) - 1
    assert STAGES[0] is Stage.DISPATCH


def test_an_empty_town_has_a_board(world) -> None:
    with world.store.read() as connection:
        told = read_work(world, connection, NOW)
    assert (told.everything.cases, told.everything.total, told.late, told.returned) == (0, 0.0, 0, ())
    assert [hour.raised for hour in told.alarm_hours] == [0] * 24


def test_returns_are_told_with_their_reasons(world) -> None:
    case_id = report(world)
    press(world, case_id, now=NOW + MINUTE)
    advance(world, case_id, Action.RETURN, DISPATCHER, NOW + 2 * MINUTE)
    with world.store.read() as connection:
        (row,) = read_work(world, connection, NOW + 3 * MINUTE).returned
    assert (row.orders, row.returned, row.reasons) == (1, 1, (("非本单位职责", 1),))
