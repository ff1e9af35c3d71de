"""The leader's page against figures told by hand: cards, attention with its sources, rankings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from data.domain.measures import Figure, Lack
from data.domain.periods import PeriodKind
from data.views.indicators import IndicatorFigure, Wanted
from data.views.leader import Cause, leader_view, ranked, worth_attention
from data.views.measures import Place
from tests.data.views.test_indicators import NOVEMBER, NOW, lives, world

__all__ = ["lives", "world"]


def found(world, name, value, target=None, reached=None, mom=None):
    definition = next(one for one in world.town.indicators if one.id == name)
    figure, period = Figure(value, 50), NOVEMBER.period
    return IndicatorFigure(definition, figure, period, target, reached, mom, None, (), False, False, None)


def test_every_module_with_facts_has_a_card_of_its_headlines(world, lives):
    view = leader_view(world, NOVEMBER, NOW)
    cards = {card.module.key: [one.definition.id for one in card.figures] for card in view.cards}
    assert {"grid", "dispatch"} <= set(cards)
    assert cards["dispatch"] == ["handled_on_time_rate", "rework_rate", "report_to_dispatch_median"]


def test_a_missed_target_is_named_with_the_parts_that_miss_it(world, lives, monkeypatch):
    """Of three due orders one was kept: the unit that has them all misses the target alone."""
    monkeypatch.setattr("data.views.leader.MOST_ATTENTION", 100)
    view = leader_view(world, NOVEMBER, NOW)
    item = next(one for one in view.attention if one.found.definition.id == "handled_on_time_rate")
    assert item.cause is Cause.BELOW_TARGET
    assert item.amount == item.found.figure.value - item.found.target
    assert sum(share for _, share in item.parts) <= 1.0001


def test_what_meets_its_target_or_changes_little_is_no_news(world):
    figures = [
        found(world, "handled_on_time_rate", 96.0, target=95.0, reached=1.01, mom=-0.4),
        found(world, "reported_cases", 1000.0, mom=400.0),  # more reports are neither good nor bad
        found(world, "rework_rate", 2.0, target=3.0, reached=1.5, mom=-1.5),  # less rework is better
    ]
    assert worth_attention(figures) == []


def test_the_farthest_off_comes_first_and_each_figure_once(world):
    figures = [
        found(world, "handled_on_time_rate", 90.0, target=95.0, reached=0.947, mom=-3.0),
        found(world, "rework_rate", 9.0, target=3.0, reached=0.333, mom=6.0),
    ]
    items = worth_attention(figures)
    assert [(one.found.definition.id, one.cause, one.amount) for one in items] == [
        ("rework_rate", Cause.BELOW_TARGET, 6.0),
        ("handled_on_time_rate", Cause.BELOW_TARGET, -5.0),
    ]


def test_half_a_per_cent_above_none_weighs_as_little_as_it_is(world):
    figures = [
        found(world, "series_broken", 0.5, target=0.0, reached=0.0),
        found(world, "handled_on_time_rate", 76.0, target=95.0, reached=0.8),
    ]
    items = worth_attention(figures)
    assert [(item.found.definition.id, round(item.weight, 3)) for item in items] == [
        ("handled_on_time_rate", 0.2),
        ("series_broken", 0.005),
    ]


def test_a_change_for_the_worse_counts_where_there_is_no_target(world):
    (item,) = worth_attention([found(world, "handled_on_time_rate", 90.0, mom=-3.0)])
    assert (item.cause, item.amount) == (Cause.WORSE, -3.0)


def test_a_figure_without_enough_rows_is_not_accused(world):
    figure = found(world, "handled_on_time_rate", None, target=95.0)
    assert worth_attention([figure]) == []


def test_against_last_year_another_figure_got_worse(world):
    figures = [
        replace(found(world, "handled_on_time_rate", 90.0, mom=-3.0), yoy=1.0),
        replace(found(world, "rework_rate", 6.0, mom=-1.0), yoy=2.5),
    ]
    (item,) = worth_attention(figures, is_yearly=True)
    told = (item.found.definition.id, item.cause, item.amount)
    assert told == ("rework_rate", Cause.WORSE_THAN_LAST_YEAR, 2.5)


def test_one_module_stands_with_all_of_its_figures(world, lives):
    view = leader_view(world, NOVEMBER, NOW, only="dispatch")
    (card,) = view.cards
    assert len(card.figures) == sum(one.module == "dispatch" for one in world.town.indicators)
    assert {one.definition.module for one in view.rankings} == {"dispatch"}
    assert {one.found.definition.module for one in view.attention} <= {"dispatch"}
    assert view.residents is None


def test_one_unit_has_its_own_figures_and_no_target_of_the_town(world, lives):
    """All four orders went to one unit; what nobody counts by units says so instead of zero."""
    unit = lives["late"].row["main_unit"]
    mine, none = (
        {one.definition.id: one for card in leader_view(world, wanted, NOW).cards for one in card.figures}
        for wanted in (
            Wanted(PeriodKind.MONTH, NOVEMBER.day, Place(unit=unit)),
            Wanted(PeriodKind.MONTH, NOVEMBER.day, Place(unit="office")),
        )
    )
    assert mine["handled_on_time_rate"].figure.value == pytest.approx(100 / 3)
    assert mine["handled_on_time_rate"].target == 95  # a rate holds for each
    assert mine["legal_service_persons"].target is None  # 4150 persons are the whole town's
    assert none["rework_rate"].figure.lack is Lack.NOT_TOLD
    assert none["staffing_rate"].figure.value is None


def test_residents_are_heard_by_reports_and_by_places_that_come_back(world, lives):
    residents = leader_view(world, NOVEMBER, NOW).residents
    assert residents.reported.figure.value == 4
    assert residents.satisfied.figure.value is None
    assert residents.repeated == 1  # four cases at one place
    elsewhere = Wanted(PeriodKind.MONTH, NOVEMBER.day, Place(grids=frozenset({"320582105209999"})))
    assert leader_view(world, elsewhere, NOW).residents.repeated == 0


def test_equal_figures_share_a_place():
    rows = ranked([("乙", Figure(90.0, 40)), ("甲", Figure(90.0, 30)), ("丙", Figure(99.0, 31))], "up")
    assert [(row.place, row.name) for row in rows] == [(1, "丙"), (2, "乙"), (2, "甲")]
    assert [row.name for row in ranked([("多", Figure(9.0, 9)), ("少", Figure(1.0, 9))], "down")] == [
        "少",
        "多",
    ]


def test_who_has_too_few_rows_is_listed_apart(world, lives):
    strict = world.town.indicators
    assert any(one.rank_by == "grid" for one in strict)
    rankings = [one for one in leader_view(world, NOVEMBER, NOW).rankings if one.by == "grid"]
    assert rankings
    for ranking in rankings:
        assert ranking.total + len(ranking.too_small) >= 1
        assert all(row.figure.lack is not Lack.SMALL_SAMPLE for row in ranking.rows)


def test_a_source_that_never_came_stands_among_what_needs_attention(world):
    sources = leader_view(world, NOVEMBER, NOW).late_sources
    assert sources
    assert sources[0].until is None


def test_a_narrowed_page_and_a_day_without_anything_can_be_read(world):
    place = Place(grids=frozenset({"320582105001001"}))
    assert leader_view(world, Wanted(PeriodKind.WEEK, NOVEMBER.day, place), NOW).cards
    assert leader_view(world, Wanted(PeriodKind.DAY, NOVEMBER.day - timedelta(days=400)), NOW).attention == ()
