"""Transactions, revisions and what listeners hear, on both databases."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import StatementError

from data.store.leases import hold
from data.store.numbers import take_numbers
from data.store.tables import changes, towns
from data.store.watch import watch

NOW = datetime(2026, 11, 23, 9, 32, 8, 123456, tzinfo=UTC)


def test_each_change_raises_the_revision(store):
    before = store.revision()
    with store.write() as transaction:
        transaction.changed("cases", NOW, 7)
    assert store.revision() > before


def change_and_fail(store):
    with store.write() as transaction:
        transaction.changed("cases", NOW)
        raise InterruptedError


def test_a_failed_transaction_leaves_nothing_and_tells_nobody(store):
    heard = []
    store.listeners.append(lambda: heard.append(1))
    with pytest.raises(InterruptedError):
        change_and_fail(store)
    assert (store.revision(), heard) == (0, [])


def test_listeners_hear_after_the_commit(store):
    seen = []
    store.listeners.append(lambda: seen.append(store.revision()))
    with store.write() as transaction:
        transaction.changed("cases", NOW)
        assert seen == []
    assert seen == [1]


def test_nothing_changed_is_not_told(store):
    heard = []
    store.listeners.append(lambda: heard.append(1))
    with store.write():
        pass
    assert heard == []


def test_instants_come_back_in_utc(store):
    eastern = NOW.astimezone(timezone(timedelta(hours=8)))
    with store.write() as transaction:
        transaction.changed("cases", eastern)
    with store.read() as connection:
        [found] = connection.execute(select(changes.c.at)).scalars()
    assert found == NOW
    assert found.utcoffset() == timedelta()


def test_naive_instants_are_refused(store):
    row = {"key": "k", "code": "1", "name": "n", "created_at": NOW.replace(tzinfo=None)}
    with pytest.raises(StatementError, match="naive"), store.write() as transaction:
        transaction.connection.execute(insert(towns).values(row))


def test_numbers_never_repeat_between_threads(store):
    taken: list[str] = []

    def take():
        for _ in range(10):
            with store.write() as transaction:
                taken.extend(take_numbers(transaction.connection, "320582105", NOW.date(), 2))

    threads = [threading.Thread(target=take) for _ in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(taken) == [f"320582105-20261123-{n:04d}" for n in range(1, 81)]


@pytest.mark.parametrize(
    ("holder", "after_seconds", "has_it"),
    [("a", 0, True), ("b", 1, False), ("b", 30, True)],
)
def test_a_lease_has_one_holder_until_it_runs_out(store, holder, after_seconds, has_it):
    assert hold(store, "job", "a", NOW, 30)
    assert hold(store, "job", holder, NOW + timedelta(seconds=after_seconds), 30) is has_it


def test_another_process_is_heard(store, database_url):
    from data.store.unit_of_work import Store

    heard, stop = threading.Event(), threading.Event()
    thread = threading.Thread(target=watch, args=(store, heard.set, stop, 0.05), daemon=True)
    thread.start()
    other = Store.open(database_url)
    try:
        for _ in range(100):
            with other.write() as transaction:
                transaction.changed("cases", NOW)
            if heard.wait(0.1):
                break
        assert heard.is_set()
    finally:
        stop.set()
        thread.join(5)
        other.close()
