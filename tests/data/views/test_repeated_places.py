"""Places that come back: from the third case in thirty days on, of any category, where the place is known."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from data.domain.errors import NotFound
from data.domain.people import SYSTEM
from data.domain.vocabulary import Action
from data.services.acting import act
from data.services.actions import CaseAction
from data.store.tables import cases
from data.views.repeated_places import repeated_place_list, repeated_place_of
from tests.data.views.test_plan import GRID, POINT, report
from tests.worlds import NOW

DAY = timedelta(days=1)
EAST_60_M = (POINT[0] + 60 / 94_700, POINT[1])


def change(world, case_id, **values):
    with world.store.write() as transaction:
        transaction.connection.execute(update(cases).where(cases.c.id == case_id).values(values))


@pytest.fixture
def three(world):
    """Three cases of two categories at one place, twenty days apart from first to last."""
    found = [report(world), report(world, "0202"), report(world)]
    for number, case_id in enumerate(found):
        change(world, case_id, reported_at=NOW - (20 - 10 * number) * DAY)
    return found


def test_a_place_is_listed_with_its_cases(world, three):
    report(world, place=EAST_60_M)
    [place] = repeated_place_list(world, NOW)
    assert [case.id for case in place.cases] == three
    assert (place.count, place.open_count, place.comprehensive) == (3, 3, GRID)
    assert (place.lon, place.lat) == POINT
    assert place.categories == {"占道经营": 2, "路灯不亮": 1}
    assert (place.first_at, place.last_at) == (place.cases[0].reported_at, place.cases[-1].reported_at)
    assert repeated_place_list(world, NOW, GRID) == [place]
    assert repeated_place_list(world, NOW, "320582105204001") == []
    assert repeated_place_list(world, NOW, most=0) == []


def test_the_third_case_is_told_and_the_second_is_not(world, three):
    assert [case.id for case in repeated_place_of(world, three[2]).cases] == three
    assert repeated_place_of(world, three[1]) is None


def test_thirty_days_are_thirty_days(world, three):
    assert repeated_place_list(world, NOW + 10 * DAY)
    assert repeated_place_list(world, NOW + 10 * DAY + timedelta(seconds=1)) == []


@pytest.mark.parametrize("grade", ["C", "D"])
def test_a_villages_own_point_is_no_place(world, three, grade):
    change(world, three[0], location_grade=grade)
    assert repeated_place_list(world, NOW) == []
    assert repeated_place_of(world, three[2]) is None
    assert repeated_place_of(world, three[0]) is None


def test_a_merged_case_is_not_counted_twice(world, three):
    details = {"into_case_id": three[2]}
    act(world, CaseAction(three[0], Action.MERGE, details=details), SYSTEM, NOW)
    assert repeated_place_list(world, NOW) == []


def test_an_unknown_case(world):
    with pytest.raises(NotFound):
        repeated_place_of(world, 4711)
