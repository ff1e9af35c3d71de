"""The journal entry: one canonical form, and a chain that shows every change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from data.domain.journal import GENESIS, Entry, canonical_json, entry_hash, utc_text
from data.domain.vocabulary import Action, CaseState, Role

AT = datetime(2026, 11, 23, 9, 32, 8, 4, tzinfo=UTC)
ENTRY = Entry(
    7,
    2,
    AT,
    AT,
    "seat-3",
    Role.DISPATCHER,
    Action.ACCEPT,
    CaseState.REPORTED,
    CaseState.ACCEPTED,
    None,
    {"b": 1, "a": "气"},
)


def test_canonical_json_has_one_form():
    assert canonical_json({"b": 1, "a": "气"}) == canonical_json({"a": "气", "b": 1}) == '{"a":"气","b":1}'


def test_utc_text_is_utc_with_microseconds():
    assert utc_text(AT.astimezone(timezone(timedelta(hours=8)))) == "2026-11-23T09:32:08.000004Z"


@pytest.mark.parametrize(
    "change",
    [
        {"case_id": 8},
        {"sequence": 3},
        {"recorded_at": AT + timedelta(microseconds=1)},
        {"happened_at": AT - timedelta(microseconds=1)},
        {"actor": "seat-4"},
        {"actor_role": Role.INTAKE},
        {"action": Action.DECLINE},
        {"from_state": None},
        {"to_state": CaseState.DECLINED},
        {"reason": "重复"},
        {"payload": {"a": "汽", "b": 1}},
    ],
)
def test_every_field_counts_in_the_hash(change):
    assert entry_hash(replace(ENTRY, **change), GENESIS) != entry_hash(ENTRY, GENESIS)


def test_the_previous_hash_counts():
    assert entry_hash(ENTRY, "1" * 64) != entry_hash(ENTRY, GENESIS)


@pytest.mark.parametrize(("minutes", "is_flagged"), [(0, False), (10, False), (10.1, True), (-11, True)])
def test_time_far_from_the_record_is_flagged(minutes, is_flagged):
    assert replace(ENTRY, happened_at=AT - timedelta(minutes=minutes)).is_time_flagged is is_flagged
