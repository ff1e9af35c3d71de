"""Rankings with fair denominators, by hand: residents of a grid, orders of a unit, and who has too little."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.domain.formula import FormulaError
from data.domain.measures import Figure, Lack
from data.town.indicators import RankPer
from data.views.fair_rank import fair_figures, per_place
from data.views.indicators import check_formulas, definition_of, split_of
from data.views.sums import Sums
from tests.data.views.test_indicators import NOVEMBER, NOW, lives, world

__all__ = ["lives", "world"]


@pytest.fixture
def sums(world):
    with world.store.read() as connection:
        yield Sums(world, connection, NOW)


def test_four_cases_in_a_grid_are_counted_for_its_thousand_residents(world, lives, sums):
    grid = lives["late"].row["comprehensive_code"]
    frame = world.grids.current(NOVEMBER.day).frame
    people = float(frame.set_index("code").at[grid, "population"])
    one = definition_of(world.town, "reported_cases", NOVEMBER.day)
    found = dict(fair_figures(sums, one, split_of(world, one.id, "grid", NOVEMBER, NOW), NOVEMBER))
    assert len(found) == 90  # a grid without cases stands there with zero, or apart
    assert found[grid] == Figure(pytest.approx(1000 * 4 / people), round(people))


def test_nobody_is_ranked_where_nothing_was_counted(world, sums):
    one = definition_of(world.town, "reported_cases", NOVEMBER.day)
    assert fair_figures(sums, one, [], NOVEMBER) == []
    assert fair_figures(sums, one, [("a", Figure(0.0, 0))], NOVEMBER) == []


def test_one_return_of_four_orders(world, lives, sums):
    """Four main orders of one unit, one of them returned: 25 for each hundred where four are enough."""
    one = definition_of(world.town, "returns_per_unit", NOVEMBER.day)
    split = split_of(world, one.id, "unit", NOVEMBER, NOW)
    few = one.model_copy(update={"rank_per": RankPer(per="dispatches", times=100, minimum=4, unit="件/百件")})
    [(_, figure)] = fair_figures(sums, few, split, NOVEMBER)
    assert figure == Figure(25.0, 4)
    [(_, apart)] = fair_figures(sums, one, split, NOVEMBER)
    assert (apart.value, apart.sample, apart.lack) == (None, 4, Lack.SMALL_SAMPLE)


def test_a_rate_is_ranked_as_it_is(world, sums):
    one = definition_of(world.town, "handled_on_time_rate", NOVEMBER.day)
    assert fair_figures(sums, one, [("a", Figure(90.0, 50))], NOVEMBER) == [("a", Figure(90.0, 50))]


def test_below_the_minimum_there_is_no_figure():
    assert per_place(1000.0, 299.0, 300.0) == Figure(None, 299, Lack.SMALL_SAMPLE)
    assert per_place(0.0, 300.0, 300.0) == Figure(0.0, 300)


def test_a_divisor_that_is_not_counted_is_refused_at_start(world):
    one = definition_of(world.town, "returns_per_unit", NOVEMBER.day)
    broken = one.model_copy(update={"rank_per": RankPer(per="orderz", times=100, minimum=4, unit="")})
    with pytest.raises(FormulaError, match="orderz"):
        check_formulas(replace(world.town, indicators=(broken,)))
