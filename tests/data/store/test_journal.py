"""The journal takes entries in order, chains them, and refuses to be edited."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from data.domain.journal import GENESIS, Entry, entry_hash
from data.domain.vocabulary import Action, CaseState, Role
from data.store.journal import append
from data.store.tables import cases, journal

NOW = datetime(2026, 11, 23, 9, 32, 8, tzinfo=UTC)
CASE = {
    "id": 1,
    "number": "x-1",
    "source_key": "rest",
    "title": "t",
    "category_code": "0101",
    "severity": "normal",
    "state": "reported",
    "is_open": True,
    "intake_channel": "hotline",
    "reported_at": NOW,
    "location_grade": "none",
    "changed_by": "t",
}


def entry(sequence, action=Action.REPORT, before=None, after=CaseState.REPORTED):
    return Entry(1, sequence, NOW, NOW, "seat-1", Role.INTAKE, action, before, after)


@pytest.fixture
def journaled(store):
    with store.write() as transaction:
        transaction.connection.execute(insert(cases).values(CASE))
        append(transaction.connection, [entry(1)])
    with store.write() as transaction:
        append(transaction.connection, [entry(2, Action.ACCEPT, CaseState.REPORTED, CaseState.ACCEPTED)])
    return store


def test_entries_are_chained_across_transactions(journaled):
    with journaled.read() as connection:
        first, second = connection.execute(select(journal).order_by(journal.c.sequence)).all()
    assert first.previous_hash == GENESIS
    assert first.hash == entry_hash(entry(1), GENESIS)
    assert second.previous_hash == first.hash


def test_the_same_sequence_twice_is_refused(journaled):
    with pytest.raises(IntegrityError), journaled.write() as transaction:
        append(transaction.connection, [entry(2)])


@pytest.mark.parametrize("statement", [update(journal).values(reason="x"), delete(journal)])
def test_the_journal_cannot_be_edited(journaled, statement):
    with pytest.raises(DBAPIError, match="append-only"), journaled.write() as transaction:
        transaction.connection.execute(statement)


def test_nothing_to_append_is_nothing(store):
    with store.write() as transaction:
        assert append(transaction.connection, []) == 0
