"""Figures from the database: lives through the services, reckoned by hand; marks, recounts, splits and rows."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update

from callbacks.indicator_words import indicator_row
from data.domain.errors import InvalidInput, NotFound
from data.domain.formula import FormulaError
from data.domain.measures import Lack
from data.domain.periods import PeriodKind
from data.domain.vocabulary import Action
from data.services.measures import LeaseLost, count_marked, count_recent, mark_all
from data.store.measure_tables import measure_marks, measure_sums
from data.store.tables import cases
from data.views.aggregate_check import verify_aggregates
from data.views.indicator_rows import newest_rows, rows_of
from data.views.indicators import Wanted, check_formulas, figures_of, split_of
from data.views.measures import Place
from tests.data.domain.clock_oracle import local
from tests.data.services.life import DISPATCHER, LEAD, LEADER, UNIT, VERIFIER, Life
from tests.worlds import make_world

A = Action
NOW = local("11-24 12:00")
NOVEMBER = Wanted(PeriodKind.MONTH, date(2026, 11, 24))


@pytest.fixture
def world(sqlite_url):
    """The home town, with definitions that ask for no more than two rows."""
    opened = make_world(sqlite_url)
    few = tuple(one.model_copy(update={"minimum_sample": 2}) for one in opened.town.indicators)
    yield replace(opened, town=replace(opened.town, indicators=few))
    opened.close()


@pytest.fixture
def lives(world):
    """Four cases of two working hours, sent on Monday at 09:00, due at 11:00: in time, late, returned, waiting."""
    on_time, late, returned, waiting = (Life.begin(world).sent() for _ in range(4))
    for life in (on_time, late):
        life.walk("11-23 09:10", A.SIGN)
        life.walk("11-23 09:30", A.ARRIVE)
    on_time.do(A.HANDLE, UNIT, "11-23 10:00")
    on_time.do(A.VERIFY, VERIFIER, "11-23 10:10")
    on_time.do(A.CLOSE, VERIFIER, "11-23 10:20")
    late.do(A.HANDLE, UNIT, "11-23 14:30")
    returned.do(A.RETURN, DISPATCHER, "11-23 09:20", code="wrong_unit")
    mark_all(world, NOW)
    count_marked(world, NOW)
    return {"on_time": on_time, "late": late, "returned": returned, "waiting": waiting}


def told(world, wanted=NOVEMBER, module="dispatch", now=NOW):
    return {one.definition.id: one for one in figures_of(world, module, wanted, now)}


def values(world, *names, wanted=NOVEMBER, now=NOW):
    found = told(world, wanted, now=now)
    return tuple(found[name].figure.value for name in names)


def test_figures_by_hand(world, lives):
    """Due and owed: three (the returned one is another unit's); handled two, one of them in time."""
    rates = values(world, "handled_rate", "handled_on_time_rate", "overdue_open_rate", "right_dispatch_rate")
    assert rates == (pytest.approx(200 / 3), pytest.approx(100 / 3), pytest.approx(100 / 3), 75.0)
    assert values(world, "closed_rate", "closed_on_time_rate", "returns_per_unit") == (25.0, 25.0, 1.0)
    assert values(world, "reported_cases", "open_cases", "overdue_cases") == (4.0, 3.0, 3.0)
    [sign] = values(world, "dispatch_to_sign_median")
    assert sign == pytest.approx(10, rel=0.02)
    assert told(world)["handled_rate"].figure.sample == 3


def test_what_is_not_due_yet_does_not_count(world, lives):
    before = local("11-23 10:59")
    mark_all(world, before)
    count_marked(world, before)
    figure = told(world, Wanted(PeriodKind.MONTH, date(2026, 11, 23)), now=before)["handled_rate"].figure
    assert (figure.value, figure.lack) == (None, Lack.NO_ROWS)


def test_an_appeal_takes_the_late_one_out_and_lists_it(world, lives):
    lives["late"].do(A.APPEAL, DISPATCHER, "11-23 15:00")
    lives["late"].do(A.DECIDE_APPEAL, LEADER, "11-23 16:00", exempt=True)
    count_marked(world, NOW)
    assert values(world, "handled_on_time_rate") == (50.0,)
    page = rows_of(world, "handled_on_time_rate", NOVEMBER, NOW)
    assert sorted(item["flag"] for item in page.items) == ["", "", "exempt"]
    told = {one.definition.id: one for one in figures_of(world, "dispatch", NOVEMBER, NOW)}
    rate = told["handled_on_time_rate"]
    assert (rate.figure.exempted, told["handled_rate"].figure.exempted) == (1, 0)
    assert indicator_row(rate, world.town.profile.zone).notes[-1] == "豁免 1"
    by_unit = dict(split_of(world, "handled_on_time_rate", "unit", NOVEMBER, NOW))
    assert sum(one.exempted for one in by_unit.values()) == 1


def test_a_change_marks_its_days_until_they_are_counted(world, lives):
    assert not told(world)["handled_rate"].is_recounting
    lives["waiting"].do(A.REQUEST_EXTENSION, UNIT, "11-23 10:50")
    lives["waiting"].do(A.APPROVE_EXTENSION, LEAD, "11-23 10:55")
    assert told(world)["handled_rate"].is_recounting
    assert count_marked(world, NOW) > 0
    assert not told(world)["handled_rate"].is_recounting
    assert count_marked(world, NOW) == 0
    with world.store.read() as connection:
        assert connection.execute(select(measure_marks)).first() is None
    assert values(world, "extension_rate") == (pytest.approx(100 / 3),)


def test_counting_in_pieces_equals_counting_all(world, lives):
    lives["waiting"].do(A.SUSPEND, LEAD, "11-23 10:30", until=local("11-25 09:00"))
    count_marked(world, NOW)
    check = verify_aggregates(world, NOW)
    assert (check.found, check.days > 0, check.sums > 0) == (0, True, True)


def test_a_sum_that_was_touched_is_named(world, lives):
    with world.store.write() as transaction:
        town = (measure_sums.c.facet == "town", measure_sums.c.begin == date(2026, 11, 23))
        mine = update(measure_sums).where(measure_sums.c.module == "dispatch", *town)
        transaction.connection.execute(mine.values(counts='{"reported":5}'))
    check = verify_aggregates(world, NOW)
    assert check.found == 1
    assert "reported 存 5 算 4" in str(check.listed[0])


def test_a_day_that_was_never_counted_is_named(world, lives):
    with world.store.write() as transaction:
        away = measure_sums.delete().where(measure_sums.c.begin == date(2026, 11, 23))
        transaction.connection.execute(away)
    assert verify_aggregates(world, NOW).found > 0


def test_splits_add_up_to_the_town(world, lives):
    for by in ("grid", "unit", "category", "village"):
        found = split_of(world, "reported_cases", by, NOVEMBER, NOW)
        assert sum(figure.value for _code, figure in found) == 4, by
    months = split_of(world, "reported_cases", "month", NOVEMBER, NOW)
    assert months[-1][0] == "2026-11"
    assert months[-1][1].value == 4


def test_the_newest_rows_are_the_first_of_all_rows(world, lives):
    every = rows_of(world, "handled_rate", NOVEMBER, NOW)
    few = newest_rows(world, "handled_rate", NOVEMBER, NOW, 2)
    assert (few.items, few.total) == (every.items[:2], None)  # older days were not read
    assert newest_rows(world, "handled_rate", NOVEMBER, NOW, 50).items == every.items
    assert newest_rows(world, "handled_rate", NOVEMBER, NOW, 50).total == every.total == 3


def test_a_place_narrows_the_figures(world, lives):
    grid = lives["late"].row["comprehensive_code"]
    here = replace(NOVEMBER, place=Place(grids=frozenset({grid})))
    nowhere = replace(NOVEMBER, place=Place(grids=frozenset({"320582105001001"})))
    unit = replace(NOVEMBER, place=Place(unit="enforcement"))
    assert values(world, "reported_cases", wanted=here) == (4.0,)
    assert values(world, "reported_cases", wanted=nowhere) == (None,)  # nothing was ever counted there
    assert values(world, "handled_rate", wanted=unit)[0] == pytest.approx(200 / 3)
    with pytest.raises(InvalidInput, match="再按 unit 拆分"):
        split_of(world, "reported_cases", "unit", here, NOW)


def test_a_period_is_compared_with_the_one_before_and_the_year_before(world, lives):
    found = told(world, Wanted(PeriodKind.DAY, date(2026, 11, 24)))["reported_cases"]
    assert (found.figure.value, found.mom, found.yoy) == (
        0.0,
        -4.0,
        None,
    )  # a year before nothing was counted
    assert found.trend[-3:] == (None, 4.0, 0.0)


def test_a_month_that_is_over_is_read_as_one_sum(world, lives):
    later = local("12-02 09:00")
    mark_all(world, later)
    count_marked(world, later)
    december = Wanted(PeriodKind.MONTH, date(2026, 12, 2))
    assert told(world, december, now=later)["reported_cases"].trend[-1] == 0.0
    assert (
        told(world, replace(december, day=date(2026, 11, 30)), now=later)["reported_cases"].figure.value
        == 4.0
    )
    with world.store.read() as connection:
        spans = connection.execute(select(measure_sums.c.span).distinct()).scalars()
        assert set(spans) == {"day", "month"}


def test_a_definition_counts_from_its_day_on(world, lives):
    old = next(one for one in world.town.indicators if one.id == "reported_cases")
    new = old.model_copy(
        update={"version": "2026-2", "valid_from": date(2026, 11, 24), "formula": "2 * reported"}
    )
    ended = old.model_copy(update={"valid_to": date(2026, 11, 24)})
    changed = replace(world, town=replace(world.town, indicators=(ended, new)))
    monday, tuesday = (Wanted(PeriodKind.DAY, date(2026, 11, day)) for day in (23, 24))
    assert told(changed, monday)["reported_cases"].figure.value == 4.0
    assert told(changed, tuesday)["reported_cases"].trend[-2:] == (8.0, 0.0)  # compared by one definition
    assert told(changed, tuesday)["reported_cases"].definition.version == "2026-2"


def test_rows_lead_to_their_case_and_hide_what_is_sensitive(world, lives):
    page = rows_of(world, "returns_per_unit", NOVEMBER, NOW)
    [row] = page.items
    assert row["number"] == lives["returned"].orders[0]["number"]
    assert (row["kind"], row["title"], row["measures"]) == ("order", "占道经营", {"returned": 1.0})
    assert (page.total, page.next_offset) == (1, None)
    few = rows_of(world, "reported_cases", NOVEMBER, NOW, offset=0, limit=3)
    assert (len(few.items), few.total, few.next_offset) == (3, 4, 3)


def test_unknown_indicators_and_splits_are_refused(world):
    with pytest.raises(NotFound, match="nothing_such"):
        split_of(world, "nothing_such", "grid", NOVEMBER, NOW)
    with pytest.raises(InvalidInput, match="不能按"):
        split_of(world, "reported_cases", "colour", NOVEMBER, NOW)


@pytest.mark.parametrize(
    "change",
    [{"formula": "100 * handeld / reported"}, {"sample": "handeld"}, {"exempted": "handeld"}],
)
def test_a_formula_that_names_what_is_not_counted_is_refused(world, change):
    known = next(one for one in world.town.indicators if one.id == "open_cases")
    broken = known.model_copy(update=change)
    with pytest.raises(FormulaError, match=r"open_cases.*handeld"):
        check_formulas(replace(world.town, indicators=(broken,)))


def test_an_empty_town_has_no_figures_and_says_so(world):
    found = told(world)
    assert found["handled_rate"].figure.lack is Lack.NO_ROWS
    assert found["reported_cases"].figure.lack is Lack.NO_ROWS
    assert verify_aggregates(world, NOW).found == 0


def test_a_town_that_was_never_counted_is_counted_whole(world):
    Life.begin(world).sent()
    with world.store.write() as transaction:
        transaction.connection.execute(measure_marks.delete())
    count_recent(world, NOW)
    assert values(world, "reported_cases") == (1.0,)
    assert verify_aggregates(world, NOW).found == 0


def test_after_days_without_a_server_what_fell_due_meanwhile_is_counted(world):
    Life.begin(world).sent()
    count_marked(world, local("11-23 10:00"))
    count_recent(world, local("11-23 10:00"))
    back = local("11-27 12:00")
    count_recent(world, back)
    friday = Wanted(PeriodKind.MONTH, date(2026, 11, 27))
    assert told(world, friday, now=back)["overdue_open_rate"].figure.sample == 1
    assert verify_aggregates(world, back).found == 0


def test_who_lost_the_lease_writes_nothing_and_leaves_the_marks(world):
    Life.begin(world).sent()
    with pytest.raises(LeaseLost):
        count_marked(world, NOW, lambda: False)
    with world.store.read() as connection:
        assert connection.execute(select(measure_marks)).first() is not None
        assert connection.execute(select(measure_sums)).first() is None


def test_what_holds_now_is_not_told_of_the_past(world, lives):
    assert told(world)["open_cases"].figure.value == 3.0
    assert told(world, Wanted(PeriodKind.MONTH, date(2026, 10, 5)))["open_cases"].figure.value is None


def test_the_matter_of_a_sensitive_row_is_its_major_class(world):
    Life.begin(world)
    with world.store.write() as transaction:
        transaction.connection.execute(update(cases).values(category_code="0602"))
    count_marked(world, NOW)
    [row] = rows_of(world, "reported_cases", NOVEMBER, NOW).items
    assert (row["category"], "0602" in str(row), "占道" in str(row)) == ("06", False, False)


def test_nobody_is_blamed_for_the_days_before_the_first_patrol(world, lives):
    assert told(world, module="grid")["patrol_coverage"].figure.lack is Lack.NO_ROWS
