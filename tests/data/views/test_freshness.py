"""How late a figure is follows from the sources of its tables, in words and over REST."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from callbacks.indicator_words import late_words, span_words
from data.store.tables import loads
from data.views.freshness import late_sources
from data.views.indicator_json import figure_json
from data.views.indicators import figures_of
from tests.data.views.test_indicators import NOVEMBER, NOW, world

__all__ = ["world"]


def bring(world, until):
    """Let every source of cases speak of an instant."""
    rows = [
        {
            "source_key": key,
            "target": source.target,
            "file_name": "a.csv",
            "file_hash": key,
            "actor": "test",
            "status": "published",
            "started_at": until,
            "data_until": until,
        }
        for key, source in world.town.sources.items()
        if source.target == "cases"
    ]
    with world.store.write() as transaction:
        transaction.connection.execute(insert(loads), rows)


def figure(world, name, module="dispatch"):
    return next(one for one in figures_of(world, module, NOVEMBER, NOW) if one.definition.id == name)


def test_a_figure_of_fresh_sources_is_not_late(world):
    bring(world, NOW)
    assert figure(world, "reported_cases").late == ()
    assert late_words((), world.town.profile.zone) == ""


def test_a_late_source_is_told_with_its_instant_and_its_tolerance(world):
    bring(world, NOW - timedelta(minutes=20))
    found = figure(world, "reported_cases")
    words = late_words(found.late, world.town.profile.zone)
    assert "12345 热线数据截至 11月24日 11:40，迟于容许 15 分钟" in words
    assert "公安联动" not in words  # thirty minutes are allowed
    assert late_sources(world, found.definition, NOW) == found.late
    [hotline] = [row for row in figure_json(found, NOW)["late_sources"] if row["key"] == "hotline"]
    assert hotline["tolerance_minutes"] == 15


def test_a_source_that_never_came_says_so(world):
    words = late_words(figure(world, "reported_cases").late, world.town.profile.zone)
    assert "12345 热线未到，还没有收到过数据" in words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(15, "15 分钟"), (60, "1 小时"), (1440, "1 天"), (44640, "31 天"), (90, "1.5 小时")],
)
def test_a_tolerance_in_words(minutes, words):
    assert span_words(minutes) == words
