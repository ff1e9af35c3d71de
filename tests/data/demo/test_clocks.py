"""The clocks of the demo cases as their rows keep them, beside the same read from their journals."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from data.domain.case_clock import ClockReading, Stage, order_clock, read_clock
from data.domain.clock import Limit
from data.domain.journal import Entry
from data.domain.vocabulary import Action, CaseState, Role
from data.store.tables import cases, journal, orders
from data.store.unit_of_work import Store
from data.town import Town
from data.world import working_calendar
from tests.data.demo.conftest import REFERENCE, rows

Journals = Mapping[int, list[Entry]]


@pytest.fixture(scope="module")
def journals(demo: Store) -> Journals:
    """Return every case's journal."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for row in every(demo, select(journal).order_by(journal.c.id)):
        found[row["case_id"]].append(entry_of(row))
    return found


def every(demo: Store, query: Any) -> list[Mapping[str, Any]]:
    return [row._mapping for row in rows(demo, query)]


def entry_of(row: Mapping[str, Any]) -> Entry:
    before = None if row["from_state"] is None else CaseState(row["from_state"])
    return Entry(
        row["case_id"],
        row["sequence"],
        row["recorded_at"],
        row["happened_at"],
        row["actor"],
        Role(row["actor_role"]),
        Action(row["action"]),
        before,
        CaseState(row["to_state"]),
        row["reason"],
        json.loads(row["payload"]),
    )


def limit_of(town: Town, code: str) -> Limit:
    category = town.categories_by_code[code]
    return Limit(category.limit_amount, category.limit_clock)


def reading(town: Town, case: Mapping[str, Any], entries: list[Entry]) -> ClockReading:
    limit = limit_of(town, case["category_code"])
    return read_clock(entries, limit, town.stages, working_calendar(town), case["external_due_at"], REFERENCE)


def test_rows_and_journals_tell_the_same_deadlines(demo: Store, town: Town, journals: Journals) -> None:
    columns = ("due_at", "category_due_at", "dispatched_at", "is_due_provisional")
    stages = set()
    for case in every(demo, select(cases)):
        found = reading(town, case, journals[case["id"]])
        told = (found.due_at, found.category_due_at, found.case_started_at, found.is_provisional)
        assert told == tuple(case[name] for name in columns), (case["number"], case["state"])
        assert found.handled_at in (None, case["handled_at"])
        stages.add(found.stage)
    assert stages >= set(Stage) - {Stage.ACCEPT}  # at the reference nobody waits to be accepted


def test_each_order_keeps_the_clock_of_its_own_dispatch(demo: Store, town: Town, journals: Journals) -> None:
    known = {case["id"]: case for case in every(demo, select(cases))}
    later = 0
    for order in every(demo, select(orders)):
        case = known[order["case_id"]]
        limit = limit_of(town, case["category_code"])
        found = order_clock(
            journals[case["id"]],
            order["sent_at"],
            limit,
            working_calendar(town),
            case["external_due_at"],
            REFERENCE,
        )
        assert found.due_at == order["due_at"], order["number"]
        later += order["sent_at"] > case["dispatched_at"]
    assert later > 100
