"""Figures of enforcement against hands: five cases, two inspections, two opinions."""

from datetime import date, datetime

import pytest

from data.store.modules.enforcement import (
    enforcement_cases,
    inspections,
    matters,
    observer_opinions,
    observers,
)
from data.views.aggregate_check import verify_aggregates
from data.views.indicator_rows import rows_of
from data.views.indicators import figures_of, split_of
from tests.data.views.facts.records import MONDAY, NOVEMBER, count, few_rows, write
from tests.worlds import make_world


def at(text):
    return datetime.fromisoformat(f"2026-11-{text}:00+08:00")


def case(
    number,
    matter,
    found,
    decided=None,
    decision=None,
    fine=None,
    card=None,
    due=None,
    visited=None,
    again=False,
):
    return {
        "number": number,
        "subject_key": f"place:{number}",
        "matter_code": matter,
        "unit_code": "enforcement",
        "found_at": at(found),
        "decided_at": at(decided) if decided else None,
        "decision": decision,
        "fine_yuan": fine,
        "yellow_card_on": card,
        "revisit_due_on": due,
        "revisited_at": at(visited) if visited else None,
        "relapsed": again,
    }


@pytest.fixture
def world(database_url):
    opened = few_rows(make_world(database_url))
    write(
        opened,
        matters,
        [
            {"code": c, "name": n, "citation": "例", "window_months": 12}
            for c, n in (("M1", "占道"), ("M2", "扬尘"))
        ],
    )
    card = date(2026, 11, 4)
    write(
        opened,
        enforcement_cases,
        [
            case(
                "C1", "M1", "02T09:00", "04T09:00", "first_exempt", None, card, date(2026, 11, 12), "12T23:00"
            ),
            case(
                "C2", "M1", "02T09:00", "04T09:00", "first_exempt", None, card, date(2026, 11, 12), "13T08:00"
            ),
            case("C3", "M1", "03T09:00", "07T09:00", "light", 200, again=True),
            case("C4", "M2", "03T09:00", "09T09:00", "fined", 1000),
            case("C5", "M2", "20T09:00", card=card, due=date(2026, 11, 23)),
        ],
    )
    base = {
        "subject_key": "place:1",
        "matter_code": "M1",
        "unit_code": "enforcement",
        "inspected_at": at("05T09:00"),
    }
    write(
        opened,
        inspections,
        [{**base, "number": "I1", "found": True}, {**base, "number": "I2", "found": False}],
    )
    write(opened, observers, [{"code": "O1", "kind": "educator"}])
    said = {"observer_code": "O1", "enforcement_number": "C4", "given_at": at("10T09:00"), "opinion": "好"}
    write(
        opened,
        observer_opinions,
        [
            {**said, "number": "P1", "answered_at": at("11T09:00")},
            {**said, "number": "P2", "answered_at": None},
        ],
    )
    count(opened)
    yield opened
    opened.close()


def test_the_month(world):
    found = {
        one.definition.id: one.figure.value for one in figures_of(world, "enforcement", NOVEMBER, MONDAY)
    }
    assert (found["enforcement_cases"], found["enforcement_open"]) == (5, 1)
    assert (found["inspections"], found["inspections_found"]) == (2, 50.0)
    assert (found["first_exempt_share"], found["exempt_share"], found["light_share"]) == (50.0, 0.0, 25.0)
    assert found["yellow_cards"] == 3
    assert (
        found["revisits_in_time"] == 50.0
    )  # C1 late at night on its day; C2 a morning after; C5 is due today
    assert found["revisits_overdue"] == 0
    assert found["relapse_share"] == 20.0
    assert found["fines"] == pytest.approx(0.12)
    assert found["deciding_median"] == pytest.approx(2.0, rel=0.02) or found[
        "deciding_median"
    ] == pytest.approx(4.0, rel=0.02)
    assert (found["observer_opinions"], found["observer_answered"], found["observer_open"]) == (2, 50.0, 1)
    assert found["observers"] == 1
    assert verify_aggregates(world, MONDAY).found == 0


def test_the_same_matter_side_by_side(world):
    fines = {code: one.value for code, one in split_of(world, "fine_median", "category", NOVEMBER, MONDAY)}
    assert fines["M1"] == pytest.approx(200, rel=0.02)
    assert fines["M2"] == pytest.approx(1000, rel=0.02)


def test_rows_name_the_matter_and_never_the_subject(world):
    rows = rows_of(world, "light_share", NOVEMBER, MONDAY).items
    assert {row["title"] for row in rows} == {"占道", "扬尘"}
    assert "place:" not in str(rows)
