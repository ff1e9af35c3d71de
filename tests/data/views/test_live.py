"""The picture: what it shows, what it masks, and that reading changes alone equals reading everything."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from data.domain.people import SYSTEM
from data.domain.periods import PeriodKind
from data.domain.situation import difference
from data.domain.vocabulary import Action, IntakeChannel, WallSensitivity
from data.services.report import ReportCase, report_case
from data.store.tables import grids, loads, patrols, positions, shifts, staff
from data.views.geometry import town_geometry
from data.views.indicators import Wanted, figures_of
from data.views.live import LivePicture
from tests.data.domain.clock_oracle import local
from tests.data.services.life import LEAD, UNIT, Life
from tests.worlds import NOW, advance

HOUR = timedelta(hours=1)


def report(world, category="0101", lon=120.63, lat=31.77, at=NOW, **more):
    command = ReportCase("井盖破损", category, IntakeChannel.WINDOW, lon, lat, **more)
    return report_case(world, command, SYSTEM, at)


def category_of(world, sensitivity):
    return next(c.code for c in world.town.categories if c.wall_sensitivity is sensitivity)


def on_shift(world, number, role="grid_member", grid=None, fix_age=timedelta(minutes=1)):
    with world.store.write() as transaction:
        connection = transaction.connection
        person = {
            "id": number,
            "staff_no": f"s{number}",
            "unit_code": "u",
            "role": role,
            "staff_kind": "contract",
        }
        connection.execute(insert(staff).values(person))
        connection.execute(
            insert(shifts).values(staff_id=number, grid_code=grid, starts_at=NOW - HOUR, ends_at=NOW + HOUR)
        )
        if fix_age is not None:
            fix = {"staff_id": number, "lon": 120.63, "lat": 31.77, "fixed_at": NOW - fix_age}
            connection.execute(insert(positions).values(fix))
        transaction.changed("staff", NOW)


def test_an_empty_town_has_zeros_and_no_invented_average(world):
    figures = LivePicture(world).refresh(NOW)["figures"]
    assert figures["open"]["value"] == figures["today"]["value"] == 0
    assert figures["today"]["average"] is None
    assert figures["grids_without_duty"] == {"value": None, "of": 90, "as_of": None}
    assert figures["on_duty"]["value"] is None


def test_a_reported_case_is_on_the_picture(world):
    receipt = report(world)
    picture = LivePicture(world).refresh(NOW)
    case = picture["cases"][str(receipt.id)]
    assert (case["title"], case["grid"], case["state"]) == ("井盖破损", receipt.comprehensive, "reported")
    assert picture["grids"][receipt.comprehensive]["open"] == 1
    assert picture["grids"][receipt.police]["open"] == 1
    # 120.63, 31.77 → EPSG:4549 559679.3446, 3516521.6850; the centre is subtracted by the lens
    assert (case["x"], case["y"]) == pytest.approx((-1612, 656), abs=20)


@pytest.mark.parametrize(("minutes", "overdue", "soon"), [(0, 0, 1), (14.9, 0, 1), (15, 1, 0), (600, 1, 0)])
def test_overdue_and_due_soon(world, minutes, overdue, soon):
    report(world)
    figures = LivePicture(world).refresh(NOW + timedelta(minutes=minutes))["figures"]
    assert (figures["overdue"]["value"], figures["due_within_hour"]["value"]) == (overdue, soon)


def test_a_dimmed_case_shows_its_kind_and_nothing_else(world):
    code = category_of(world, WallSensitivity.DIMMED)
    receipt = report(world, code, address="三号楼 301 室")
    case = LivePicture(world).refresh(NOW)["cases"][str(receipt.id)]
    assert case["is_dimmed"]
    assert case["title"] == world.town.category(code).major_name
    assert "301" not in str(case)
    assert (case["x"], case["y"], case["category"]) == (None, None, code[:2])
    assert "井盖" not in str(case)


def test_a_hidden_case_is_counted_but_not_listed(world):
    receipt = report(world, category_of(world, WallSensitivity.HIDDEN))
    picture = LivePicture(world).refresh(NOW)
    assert picture["cases"] == {}
    assert (picture["hidden"], picture["figures"]["open"]["value"]) == (1, 1)
    assert picture["grids"][receipt.comprehensive]["open"] == 1


def test_open_is_what_is_listed_and_what_is_hidden(world):
    report(world)
    report(world, lon=None, lat=None, address="某处")
    report(world, category_of(world, WallSensitivity.HIDDEN))
    picture = LivePicture(world).refresh(NOW)
    assert picture["figures"]["open"]["value"] == len(picture["cases"]) + picture["hidden"] == 3
    assert sum(case["x"] is None for case in picture["cases"].values()) == 1


def test_on_duty_means_scheduled_and_seen(world):
    grid = world.town.villages[5].code + "001"
    on_shift(world, 1, grid=grid)
    on_shift(world, 2, grid=grid, fix_age=timedelta(minutes=31))
    on_shift(world, 3, grid=grid, fix_age=None)
    picture = LivePicture(world).refresh(NOW)
    assert picture["figures"]["on_duty"]["value"] == 1
    assert picture["figures"]["on_duty"]["of"] == 3
    assert picture["figures"]["grids_without_duty"]["value"] == 89
    assert list(picture["staff"]) == ["1"]


def test_whoever_stands_for_two_grids_watches_both_on_the_card_and_in_the_indicator(world):
    first, second = (world.town.villages[5].code + number for number in ("001", "002"))
    on_shift(world, 1, grid=first)
    with world.store.write() as transaction:
        span = {"starts_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=1)}
        transaction.connection.execute(insert(shifts).values(staff_id=1, grid_code=second, **span))
    card = LivePicture(world).refresh(NOW)["figures"]["grids_without_duty"]["value"]
    today = Wanted(PeriodKind.DAY, NOW.astimezone(world.town.profile.zone).date())
    figures = {one.definition.id: one.figure.value for one in figures_of(world, "grid", today, NOW)}
    assert (card, figures["grids_without_duty"], figures["on_duty"]) == (88, 88, 1)


def test_police_officers_are_never_shown_singly(world):
    on_shift(world, 1, role="police")
    picture = LivePicture(world).refresh(NOW)
    assert (picture["staff"], picture["figures"]["on_duty"]["value"]) == ({}, 1)


def test_shifts_end_without_any_change(world):
    on_shift(world, 1)
    live = LivePicture(world)
    assert live.refresh(NOW)["figures"]["on_duty"]["of"] == 1
    assert live.refresh(NOW + HOUR)["figures"]["on_duty"]["of"] == 0


def test_sources_know_their_newest_data(world):
    source = next(s for s in world.town.sources.values() if s.freshness_minutes)
    row = {"target": "cases", "file_name": "f", "file_hash": "h", "actor": "a", "started_at": NOW}
    with world.store.write() as transaction:
        for status, age in (("published", 2), ("published", 1), ("staging", 0)):
            values = row | {"source_key": source.key, "status": status, "data_until": NOW - age * HOUR}
            transaction.connection.execute(insert(loads).values(values))
        transaction.changed("loads", NOW)
    [found] = [s for s in LivePicture(world).refresh(NOW)["sources"] if s["key"] == source.key]
    assert found["last_at"] == "2026-11-23T08:32:08.000Z"


def test_today_is_compared_with_the_same_weekdays_up_to_now(world):
    for week in (1, 2, 8):
        report(world, at=NOW - timedelta(weeks=week, hours=1))
        report(world, at=NOW - timedelta(weeks=week) + timedelta(hours=1))
    report(world, at=NOW - timedelta(days=1))
    report(world)
    picture = LivePicture(world).refresh(NOW)
    # Eight same weekdays lie after the first case; three cases before this time of day on them.
    assert picture["figures"]["today"] == {
        "value": 1,
        "average": 0.4,
        "as_of": picture["figures"]["today"]["as_of"],
    }
    assert sum(picture["trend"]["average"]) == pytest.approx(6 / 8, abs=0.02)  # hours are rounded
    assert picture["trend"]["hour"] == 17


def test_reading_changes_alone_equals_reading_everything(world):
    live = LivePicture(world)
    live.refresh(NOW)
    ids = [report(world).id for _ in range(3)]
    live.refresh(NOW)
    for action in (Action.ACCEPT, Action.FILE, Action.DISPATCH, Action.SIGN, Action.ARRIVE, Action.HANDLE):
        advance(world, ids[0], action, SYSTEM, NOW)
    advance(world, ids[1], Action.DECLINE, SYSTEM, NOW)
    on_shift(world, 1)
    with world.store.write() as transaction:
        row = {"staff_id": 1, "grid_code": "g", "started_at": NOW - HOUR, "ended_at": NOW}
        transaction.connection.execute(insert(patrols).values(row))
        transaction.changed("loads", NOW)
    assert _told(live) == _told(LivePicture(world))


def test_a_new_day_starts_from_nothing(world):
    report(world)
    live = LivePicture(world)
    assert live.refresh(NOW)["figures"]["today"]["value"] == 1
    assert live.refresh(NOW + 8 * HOUR)["figures"]["today"]["value"] == 0


def test_another_stamp_comes_only_with_other_grids(world):
    """Midnight alone changes nothing; a boundary redrawn under its code and first day does."""
    live = LivePicture(world)
    stamp = live.refresh(NOW)["geometry"]
    assert live.refresh(NOW + 24 * HOUR)["geometry"] == stamp
    assert town_geometry(world.town, world.grids.current(NOW.date()))["stamp"] == stamp
    with world.store.write() as transaction:
        connection = transaction.connection
        first, second = connection.execute(select(grids.c.id, grids.c.geometry).limit(2)).all()
        redrawn = update(grids).where(grids.c.id == first.id).values(geometry=second.geometry)
        connection.execute(redrawn)
        transaction.changed("grids", NOW)
    assert live.refresh(NOW + 24 * HOUR)["geometry"] != stamp


def test_a_grid_that_ends_leaves_the_picture_of_a_browser(world):
    live = LivePicture(world)
    before = live.refresh(NOW)
    code = next(iter(before["grids"]))
    with world.store.write() as transaction:
        transaction.connection.execute(update(grids).where(grids.c.code == code).values(valid_to=NOW.date()))
        transaction.changed("grids", NOW)
    after = live.refresh(NOW)
    change = difference(before, after)
    assert change["grids"]["drop"] == [code]
    assert change["geometry"] == after["geometry"] != before["geometry"]


def _told(live):
    """The picture without the stamp that each process sets by itself."""
    return {name: part for name, part in live.refresh(NOW).items() if name != "plain_since"}


@pytest.mark.parametrize("sensitivity", [WallSensitivity.DIMMED, WallSensitivity.HIDDEN])
def test_a_seat_reads_whole_what_the_picture_keeps_back(world, sensitivity):
    live = LivePicture(world)
    before = live.refresh(NOW)["plain_since"]
    receipt = report(world, category_of(world, sensitivity), address="三号楼 301 室")
    picture, plain = live.refresh(NOW), live.plain_cases(NOW)
    assert "301" in plain.cases[str(receipt.id)]["place"]
    assert "301" not in str(picture)
    assert before < picture["plain_since"] <= plain.revision


def test_an_ordinary_case_is_no_news_for_a_seat(world):
    live = LivePicture(world)
    before = live.refresh(NOW)["plain_since"]
    report(world)
    assert live.refresh(NOW)["plain_since"] == before
    assert live.plain_cases(NOW).cases == {}


def test_a_case_that_waits_for_a_decision_says_so_on_the_picture_until_it_has_one(world):
    life = Life.begin(world).sent()
    live = LivePicture(world)

    def asks():
        return live.refresh(local("11-23 10:00"))["cases"][str(life.case_id)].get("asks")

    assert asks() is None
    life.do(Action.REQUEST_EXTENSION, UNIT, "11-23 09:30")
    assert asks() == "extension"
    assert LivePicture(world).refresh(local("11-23 10:00"))["cases"][str(life.case_id)]["asks"] == "extension"
    life.do(Action.REFUSE_EXTENSION, LEAD, "11-23 09:40")
    assert asks() is None
    life.do(Action.REQUEST_EXTENSION, UNIT, "11-23 09:45")
    life.do(Action.RETURN, UNIT, "11-23 09:50", code="wrong_unit")  # a case that left its unit waits for none
    assert asks() is None
