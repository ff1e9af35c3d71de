"""Figures of approvals against hands: five approvals, three reviews, two jobs."""

from datetime import datetime

import pytest

from data.store.modules.approval import (
    approvals,
    assist_jobs,
    departments,
    reviews,
    service_items,
    windows,
)
from data.views.aggregate_check import verify_aggregates
from data.views.indicator_rows import rows_of
from data.views.indicators import figures_of, split_of
from tests.data.views.facts.records import MONDAY, NOVEMBER, count, few_rows, write
from tests.worlds import make_world


def at(text):
    return datetime.fromisoformat(f"2026-11-{text}:00+08:00")


def approval(number, item, window, received, due, decided=None, outcome=None):
    times = {"received_at": at(received), "due_at": at(due), "decided_at": at(decided) if decided else None}
    place = {"item_code": item, "window_code": window, "is_online": window is None, "outcome": outcome}
    return {"number": number, **place, **times}


@pytest.fixture
def world(database_url):
    opened = few_rows(make_world(database_url))
    write(opened, departments, [{"code": "D1", "name": "市监"}, {"code": "D2", "name": "住建"}])
    write(opened, windows, [{"code": "W1", "name": "1", "department_code": "D1"}])
    item = {"limit_work_days": 2}
    write(
        opened,
        service_items,
        [
            {
                "code": "I1",
                "name": "开办",
                "department_code": "D1",
                "item_class": "enterprise_opening",
                **item,
            },
            {"code": "I2", "name": "许可", "department_code": "D2", "item_class": "construction", **item},
        ],
    )
    rows = [
        approval("A1", "I1", "W1", "02T09:00", "04T09:00", "02T11:00", "granted"),  # in time, two hours
        approval("A2", "I1", "W1", "02T10:00", "04T10:00", "05T10:00", "granted"),  # late
        approval("A3", "I1", None, "03T10:00", "05T10:00", "03T12:00", "withdrawn"),  # not counted as owed
        approval("A4", "I2", None, "16T10:00", "18T10:00"),  # overdue
        approval("A5", "I2", "W1", "23T10:00", "30T10:00"),  # still has time
    ]
    write(opened, approvals, rows)
    said = [
        {
            "number": "R1",
            "approval_number": "A1",
            "stars": 5,
            "reviewed_at": at("03T09:00"),
            "repaired_at": None,
        },
        {
            "number": "R2",
            "approval_number": "A2",
            "stars": 2,
            "reviewed_at": at("06T09:00"),
            "repaired_at": at("13T09:00"),
        },
        {
            "number": "R3",
            "approval_number": "A3",
            "stars": 1,
            "reviewed_at": at("06T09:00"),
            "repaired_at": None,
        },
    ]
    write(opened, reviews, said)
    job = {"subject_key": "enterprise:X", "agent_no": "1", "item_code": "I1", "opened_at": at("02T09:00")}
    write(
        opened,
        assist_jobs,
        [
            {**job, "number": "J1", "due_at": at("10T09:00"), "closed_at": at("11T09:00")},
            {**job, "number": "J2", "due_at": at("20T09:00"), "closed_at": None},
        ],
    )
    count(opened)
    yield opened
    opened.close()


def test_the_month(world):
    found = {one.definition.id: one.figure.value for one in figures_of(world, "approval", NOVEMBER, MONDAY)}
    assert found["approvals_received"] == 5
    assert found["approvals_decided"] == 3
    assert (found["approvals_open"], found["approvals_overdue"]) == (2, 1)
    assert found["approval_on_time"] == pytest.approx(100 / 3)  # A1 of A1, A2, A4
    assert found["approval_median"] == pytest.approx(2.0, rel=0.02)
    assert found["online_share"] == pytest.approx(40.0)
    assert found["window_load"] == pytest.approx(1.5)  # three at one window on two days
    assert found["reviews_good"] == pytest.approx(100 / 3)
    assert (found["reviews_bad"], found["bad_repaired"], found["bad_unrepaired"]) == (2, 50.0, 1)
    assert (found["assist_open"], found["assist_overdue"], found["assist_closed"]) == (1, 1, 1)
    assert found["assist_on_time"] == 0.0
    assert (found["approval_windows"], found["approval_departments"], found["approval_items"]) == (1, 2, 2)
    assert verify_aggregates(world, MONDAY).found == 0


def test_by_class_and_department(world):
    by_class = {
        code: one.value for code, one in split_of(world, "approval_on_time", "category", NOVEMBER, MONDAY)
    }
    assert by_class == {"enterprise_opening": 50.0, "construction": 0.0}
    by_unit = {
        code: one.value for code, one in split_of(world, "approvals_received", "unit", NOVEMBER, MONDAY)
    }
    assert by_unit == {"D1": 3.0, "D2": 2.0}


def test_withdrawn_ones_are_listed_and_reviews_lead_to_their_case(world):
    rows = rows_of(world, "approval_on_time", NOVEMBER, MONDAY).items
    assert {row["number"]: row["flag"] for row in rows if row["flag"]} == {"A3": "withdrawn"}
    bad = rows_of(world, "reviews_bad", NOVEMBER, MONDAY).items
    assert {(row["number"], row["state"]) for row in bad} == {("R2", "按期整改"), ("R3", "未立案")}
