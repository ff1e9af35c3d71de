"""Reporting a case: what is written, what is refused, and that nothing is written twice."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from data.domain.errors import Forbidden, InvalidInput, KeyReused
from data.domain.journal import GENESIS
from data.domain.people import Actor
from data.domain.vocabulary import IntakeChannel, Role
from data.services.report import ReportCase, report_case
from data.store.tables import case_contents, cases, journal
from tests.worlds import NOW

ACTOR = Actor("rest", Role.INTAKE)
COMMAND = ReportCase("井盖破损", "0101", IntakeChannel.WINDOW, 120.63, 31.77)


def count(world, table):
    with world.store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_a_report_is_written_whole(world):
    receipt = report_case(world, COMMAND, ACTOR, NOW)
    with world.store.read() as connection:
        case = connection.execute(select(cases)).one()
        entry = connection.execute(select(journal)).one()
    assert receipt.number == case.number == "320582105-20261123-0001"
    assert (case.state, case.is_open, case.version) == ("reported", True, 1)
    assert case.comprehensive_code == receipt.comprehensive
    assert len(receipt.comprehensive) == 15
    assert len(receipt.police) == 15
    assert case.due_at == NOW + timedelta(minutes=15)
    assert (entry.sequence, entry.action, entry.previous_hash) == (1, "report", GENESIS)


def test_gcj02_and_wgs84_of_one_place_give_one_place(world):
    first = report_case(world, COMMAND, ACTOR, NOW)
    second = report_case(world, replace(COMMAND, lon=120.63422624, lat=31.76788736, crs="gcj02"), ACTOR, NOW)
    with world.store.read() as connection:
        (a, b) = connection.execute(select(cases.c.lon, cases.c.lat).order_by(cases.c.id)).all()
    assert (first.comprehensive, first.police) == (second.comprehensive, second.police)
    assert tuple(a) == pytest.approx(tuple(b), abs=1e-7)


def test_an_address_with_a_known_place_is_found(world):
    receipt = report_case(world, replace(COMMAND, lon=None, lat=None, address="恬庄古街 12 号"), ACTOR, NOW)
    assert receipt.location_grade == "B"
    assert receipt.comprehensive is not None


def test_an_unknown_address_is_kept_without_a_place(world):
    receipt = report_case(world, replace(COMMAND, lon=None, lat=None, address="某处"), ACTOR, NOW)
    assert (receipt.location_grade, receipt.comprehensive) == ("none", None)


def test_free_text_stands_only_where_it_can_be_erased(world):
    report_case(world, replace(COMMAND, description="三楼漏水", reporter_telephone="000"), ACTOR, NOW)
    with world.store.read() as connection:
        content = connection.execute(select(case_contents)).one()
        payload = connection.execute(select(journal.c.payload)).scalar_one()
    assert content.description == "三楼漏水"
    assert "三楼" not in payload
    assert "000" not in payload.replace(payload[payload.find('"content"') :][:80], "")


@pytest.mark.parametrize(
    ("change", "field", "word"),
    [
        ({"category": "9999"}, "category", "9999"),
        ({"title": "   "}, "title", "1 至 60"),
        ({"title": "长" * 61}, "title", "61"),
        ({"lon": None}, "lon", "同时"),
        ({"lat": None}, "lat", "同时"),
        ({"lon": None, "lat": None}, "address", "至少"),
        ({"lon": 121.9, "lat": 31.0}, "lon", "121.9"),
        ({"lon": 31.77, "lat": 120.63}, "lon", "120.63"),
        ({"crs": "mars"}, "crs", "mars"),
        ({"lon": float("nan")}, "lon", "nan"),
        ({"happened_at": NOW + timedelta(days=1)}, "happened_at", "晚于"),
        ({"happened_at": NOW.replace(tzinfo=None)}, "happened_at", "时区"),
    ],
)
def test_bad_input_is_refused_by_field_value_and_cure(world, change, field, word):
    with pytest.raises(InvalidInput) as refusal:
        report_case(world, replace(COMMAND, **change), ACTOR, NOW)
    assert refusal.value.field == field
    assert word in refusal.value.message
    assert refusal.value.cure
    assert count(world, cases) == 0


def test_the_same_key_gives_the_first_receipt(world):
    first = report_case(world, COMMAND, ACTOR, NOW, "k")
    again = report_case(world, COMMAND, ACTOR, NOW + timedelta(hours=1), "k")
    assert again == replace(first, is_repeated=True)
    assert count(world, cases) == 1


def test_the_same_key_with_another_body_is_refused(world):
    report_case(world, COMMAND, ACTOR, NOW, "k")
    with pytest.raises(KeyReused):
        report_case(world, replace(COMMAND, title="别的"), ACTOR, NOW, "k")
    assert count(world, cases) == 1


def test_the_same_key_of_another_actor_is_another_request(world):
    report_case(world, COMMAND, ACTOR, NOW, "k")
    report_case(world, COMMAND, Actor("other", Role.INTAKE), NOW, "k")
    assert count(world, cases) == 2


def test_one_key_pressed_at_once_writes_once(world):
    receipts, errors = [], []

    def press():
        try:
            receipts.append(report_case(world, COMMAND, ACTOR, NOW, "k"))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=press) for _ in range(12)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert errors == []
    assert {r.number for r in receipts} == {"320582105-20261123-0001"}
    assert count(world, cases) == 1


def test_many_at_once_get_different_numbers(world):
    def press():
        for _ in range(5):
            report_case(world, COMMAND, ACTOR, NOW)

    threads = [threading.Thread(target=press) for _ in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    with world.store.read() as connection:
        numbers = connection.execute(select(cases.c.number)).scalars().all()
    assert len(set(numbers)) == 30


@pytest.mark.parametrize("role", [Role.WALL, Role.LEADER, Role.VERIFIER])
def test_who_may_not_report_writes_nothing(world, role):
    with pytest.raises(Forbidden):
        report_case(world, COMMAND, Actor("somebody", role), NOW)
    with world.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(cases)).scalar_one() == 0
