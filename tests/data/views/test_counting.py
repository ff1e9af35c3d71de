"""How far a history is counted, by hand: from nothing over half of it to all; a correction is no history."""

from datetime import date, timedelta

import pytest

from callbacks.indicators import figures_shown
from callbacks.leader import leader_shown
from data.domain.periods import PeriodKind
from data.services.measures import count_marked, count_recent
from data.store.measure_marks import mark_span
from data.store.measure_tables import measure_marks, measure_sums
from data.views.counting import Progress, progress_of
from data.views.indicators import Wanted, figures_of
from data.world import utc_now
from tests.data.domain.clock_oracle import local
from tests.worlds import make_world

NOW = local("11-24 12:00")
TODAY = date(2026, 11, 24)
NOVEMBER = Wanted(PeriodKind.MONTH, TODAY)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    opened = make_world(f"sqlite:///{tmp_path_factory.mktemp('counting')}/cloud.db")
    yield opened
    opened.close()


@pytest.fixture
def world(shared):
    with shared.store.write() as transaction:
        transaction.connection.execute(measure_marks.delete())
        transaction.connection.execute(measure_sums.delete())
    return shared


def mark(world, begin, end, module="dispatch"):
    with world.store.write() as transaction:
        mark_span(transaction.connection, begin, end, NOW, (module,))


def counted(world, *days, module="dispatch", counts='{"reported":1}'):
    row = {"module": module, "span": "day", "facet": "town", "code": "", "counts": counts, "histograms": "{}"}
    with world.store.write() as transaction:
        transaction.connection.execute(measure_sums.insert(), [{**row, "begin": day} for day in days])


def progress(world, module="dispatch"):
    with world.store.read() as connection:
        return progress_of(connection, module, TODAY)


def test_nothing_of_a_hundred_days_is_counted(world):
    mark(world, TODAY - timedelta(days=99), TODAY + timedelta(days=1))
    assert progress(world) == Progress(0, 100)
    assert progress(world, "grid") is None


def test_forty_of_a_hundred_days_are_counted(world):
    first = TODAY - timedelta(days=99)
    mark(world, first, TODAY + timedelta(days=400))  # days ahead are no history
    counted(world, first, first + timedelta(days=39))
    assert progress(world) == Progress(40, 100)


def test_a_history_that_is_counted_again_has_its_figures(world):
    mark(world, TODAY - timedelta(days=99), TODAY + timedelta(days=1))
    counted(world, TODAY - timedelta(days=99), TODAY)
    assert progress(world) is None


def test_a_few_days_after_a_silence_are_a_correction(world):
    counted(world, TODAY - timedelta(days=99))
    mark(world, TODAY - timedelta(days=2), TODAY + timedelta(days=1))
    assert progress(world) is None


def test_marks_that_lie_over_one_another_count_once(world):
    for begin in (60, 50, 60):
        mark(world, TODAY - timedelta(days=begin), TODAY - timedelta(days=begin - 40))
    assert progress(world) == Progress(0, 50)  # from 60 to 10 days ago


def test_figures_and_rankings_say_how_far_it_is(world):
    mark(world, TODAY - timedelta(days=99), TODAY + timedelta(days=1))
    found = {one.definition.id: one for one in figures_of(world, "dispatch", NOVEMBER, NOW)}
    late, open_now = found["handled_rate"], found["open_cases"]
    assert (late.figure.value, late.counting) == (None, Progress(0, 100))
    assert (open_now.figure.value, open_now.counting) == (0.0, None)  # what holds now needs no history
    page = leader_shown(world, NOVEMBER, NOW)
    words = "正在统计历史数据，已统计 0 / 100 天"
    notes = {row.notes for card in page.cards for row in card.rows if row.id == "rework_rate"}
    assert notes == {("统计中 0 / 100 天",)}
    ranking = next(one for one in page.rankings if one.id == "returns_per_unit")
    assert (ranking.rows, ranking.note) == ((), words)


def test_the_module_page_says_so_too(world):
    today = utc_now().astimezone(world.town.profile.zone).date()
    mark(world, today - timedelta(days=99), today + timedelta(days=1))
    shown = str(figures_shown(world, {"module": "dispatch", "period": "month"}))
    assert "统计中 0 / 100 天" in shown


def test_what_was_counted_says_it_no_more(world):
    mark(world, TODAY - timedelta(days=99), TODAY + timedelta(days=1))
    while count_marked(world, NOW):
        pass
    assert progress(world) is None


def test_a_module_that_was_never_counted_is_marked_and_counted_whole(world):
    count_recent(world, NOW)
    with world.store.read() as connection:
        assert connection.execute(measure_marks.select()).first() is None


def test_a_comparison_does_not_begin_before_its_table(world):
    """Reports since September, handled orders since the 10th of October: only reports have a last month."""
    counted(world, date(2026, 9, 1), date(2026, 9, 20))
    october = {1: '{"reported":3}', 10: '{"reported":4,"should_handle":4,"handled":2}'}
    for day, counts in october.items():
        counted(world, date(2026, 10, day), counts=counts)
    counted(world, TODAY, counts='{"reported":9,"should_handle":60,"handled":30}')
    found = {one.definition.id: one for one in figures_of(world, "dispatch", NOVEMBER, NOW)}
    assert (found["reported_cases"].mom, found["reported_cases"].mom_lack) == (2.0, None)
    rate = found["handled_rate"]
    assert (rate.figure.value, rate.mom, rate.mom_lack) == (50.0, None, "no_rows")
    rows = str(figures_shown(world, {"module": "dispatch", "period": "month"}))
    assert "同期无数据" in rows
