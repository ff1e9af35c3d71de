"""Boards of 审批服务 and 综合执法 on a few rows whose answers are counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from data.domain.board import Bars, Lanes, Listing, Matrix
from data.domain.exemption import window_begin
from data.domain.people import VISITOR, Actor
from data.domain.vocabulary import Role
from data.store.modules.approval import approvals, assist_jobs, departments, reviews, service_items, windows
from data.store.modules.enforcement import enforcement_cases, matters
from data.views.modules import VIEWS
from data.views.modules.view import Asked
from tests.data.views.facts.records import write
from tests.worlds import NOW, make_world

ZHANG = Actor("zhang", Role.DISPATCHER)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(sqlite_url):
    opened = make_world(sqlite_url)
    yield opened
    opened.close()


def board(world, key, actor=ZHANG, pick=""):
    return VIEWS[key].board(world, Asked(actor, NOW, pick))


def part(found, kind, title):
    return next(one for one in found if isinstance(one, kind) and title in one.title)


def approve(world):
    write(world, departments, [{"code": "D1", "name": "市监"}])
    write(world, windows, [{"code": f"W{n}", "name": f"{n} 号", "department_code": "D1"} for n in (1, 2)])
    item = {"department_code": "D1", "item_class": "construction", "limit_work_days": 1}
    write(
        world, service_items, [{"code": "I1", "name": "许可", **item}, {"code": "I2", "name": "验收", **item}]
    )
    base = {"item_code": "I1", "window_code": "W2", "is_online": False, "outcome": None, "decided_at": None}
    old = {"received_at": NOW - 9 * DAY, "due_at": NOW - 8 * DAY, "outcome": "granted"}
    rows = [
        {**base, "number": "A1", "received_at": NOW - HOUR, "due_at": NOW + DAY},
        {**base, **old, "number": "A2", "decided_at": NOW - 9 * DAY + 2 * HOUR},
        {**base, **old, "number": "A3", "decided_at": NOW - 7 * DAY},
    ]
    write(world, approvals, rows)
    said = {"approval_number": "A3", "stars": 1, "repaired_at": None}
    write(world, reviews, [{**said, "number": "R1", "reviewed_at": NOW - 8 * DAY}])
    job = {"subject_key": "person:x", "agent_no": "7", "item_code": "I1", "opened_at": NOW - 9 * DAY}
    ends = (("J1", NOW - DAY, None), ("J2", NOW + DAY, None), ("J3", NOW - DAY, NOW - 2 * DAY))
    write(world, assist_jobs, [{**job, "number": n, "due_at": d, "closed_at": c} for n, d, c in ends])


def test_windows_departments_jobs_and_bad_reviews(world) -> None:
    approve(world)
    parts = board(world, "approval").parts
    lines = part(parts, Matrix, "窗口").lines
    assert [(line.name, sum(int(words or 0) for words, _level in line.cells)) for line in lines] == [
        ("2 号", 1),
        ("1 号", 0),
    ]
    (row,) = part(parts, Listing, "部门").rows
    assert [getattr(cell, "words", cell) for cell in row] == ["市监", "2", "3", "25.0 小时", "50.0%"]
    assert [lane.count for lane in part(parts, Lanes, "帮代办").lanes] == [0, 1, 1, 1]
    (late,) = part(parts, Listing, "差评").rows
    assert (late[1].words, late[4].words) == ("超期 1.0 天", "未立案")


def test_a_department_opens_to_every_item_and_a_visitor_sees_no_single_job(world) -> None:
    approve(world)
    items = part(board(world, "approval", pick="department:D1").card, Listing, "事项").rows
    assert [(row[0], row[2]) for row in items] == [("许可", "3"), ("验收", "0")]
    parts = board(world, "approval", VISITOR).parts
    assert not any(lane.slips for lane in part(parts, Lanes, "帮代办").lanes)
    assert not part(parts, Listing, "差评").rows


def case(number, subject, days, decision=None, fine=None):
    at = NOW - days * DAY
    decided = at + DAY if decision else None
    told = {"number": number, "subject_key": subject, "matter_code": "M1", "unit_code": "enforcement"}
    return {
        **told,
        "found_at": at,
        "decided_at": decided,
        "decision": decision,
        "fine_yuan": fine,
        "relapsed": False,
    }


def test_a_case_shows_earlier_findings_of_its_window_and_proposes_nothing(world) -> None:
    conditions = "初次违法\n及时改正"
    write(
        world,
        matters,
        [{"code": "M1", "name": "占道", "citation": "例", "window_months": 12, "conditions": conditions}],
    )
    rows = [
        case("C1", "person:secret", 400, "first_exempt"),
        case("C2", "person:secret", 100, "fined", 100),
        case("C3", "person:secret", 1),
        case("C4", "place:2", 50, "fined", 300),
        case("C5", "place:3", 50, "light", 50),
    ]
    write(world, enforcement_cases, rows)
    found = board(world, "enforcement", pick="case:C3")
    earlier, asked = (part(found.card, Listing, title) for title in ("在前记录", "条件"))
    assert [row[0].words for row in earlier.rows] == ["C2"]  # C1 lies before the twelve months
    assert [row[0] for row in asked.rows] == ["初次违法", "及时改正"]
    assert "不提出处罚或不罚的建议" in asked.note
    assert "secret" not in str(found)
    bars = {bar.name: bar.value for bar in part(found.parts, Bars, "决定").bars}
    assert bars == {"首违不罚": "0 件", "免罚": "0 件", "轻罚": "1 件", "处罚": "2 件"}
    (spread,) = part(found.parts, Listing, "裁量").rows
    assert spread == ("占道", "3", "50", "100", "300", "6.0")
    assert not board(world, "enforcement", VISITOR, "case:C3").card


def test_a_window_begins_on_the_same_day_of_its_month() -> None:
    assert window_begin(date(2026, 11, 23), 12) == date(2025, 11, 23)
    assert window_begin(date(2026, 3, 31), 1) == date(2026, 2, 28)
