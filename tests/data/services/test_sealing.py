"""Sealing: all that was written, by whomever, once, in one chain, on both databases."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from data.domain.journal import GENESIS, Entry
from data.domain.vocabulary import Action, CaseState, Role
from data.services import sealing
from data.services.report import report_case
from data.services.sealing import seal_next
from data.settings import Settings
from data.store import seals as store_seals
from data.store.journal import append
from data.store.tables import journal, seals
from data.world import open_world
from tests.data.services.test_report import ACTOR, COMMAND
from tests.worlds import NOW, advance, make_world

MINUTE = timedelta(minutes=1)


def all_seals(world):
    with world.store.read() as connection:
        return connection.execute(select(seals).order_by(seals.c.id)).all()


def entry_count(world):
    with world.store.read() as connection:
        return connection.execute(select(func.count()).select_from(journal)).scalar_one()


def test_an_empty_journal_and_a_quiet_minute_have_no_seal(world):
    assert not seal_next(world, NOW)
    report_case(world, COMMAND, ACTOR, NOW)
    assert seal_next(world, NOW)
    assert not seal_next(world, NOW + MINUTE)
    assert len(all_seals(world)) == 1


def test_each_seal_covers_what_is_new_and_follows_the_one_before(world):
    case_id = report_case(world, COMMAND, ACTOR, NOW).id
    seal_next(world, NOW)
    advance(world, case_id, Action.ACCEPT, ACTOR, NOW + MINUTE)
    report_case(world, COMMAND, ACTOR, NOW + MINUTE)
    seal_next(world, NOW + MINUTE)
    first, second = all_seals(world)
    assert (first.previous_hash, second.previous_hash) == (GENESIS, first.hash)
    assert (first.case_count, first.entry_count) == (1, 1)
    assert (second.case_count, second.entry_count, second.sealed_at) == (2, 3, NOW + MINUTE)


def test_after_an_outage_and_for_a_long_history_several_seals_catch_up(world, monkeypatch):
    monkeypatch.setattr(sealing, "MOST_ENTRIES", 3)
    for _ in range(8):
        report_case(world, COMMAND, ACTOR, NOW)
    later = NOW + timedelta(days=2)
    assert [seal_next(world, later) for _ in range(4)] == [True, True, True, False]
    assert [seal.entry_count for seal in all_seals(world)] == [3, 6, 8]
    assert {seal.sealed_at for seal in all_seals(world)} == {later}


def test_a_seal_that_fails_half_way_leaves_nothing(world, monkeypatch):
    report_case(world, COMMAND, ACTOR, NOW)
    monkeypatch.setattr(sealing, "write_seal", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seal_next(world, NOW)
    monkeypatch.undo()
    assert all_seals(world) == []
    assert seal_next(world, NOW + MINUTE)


def test_two_servers_that_seal_while_others_write_keep_one_chain(world, database_url, monkeypatch):
    """An entry that got its id early but is committed late is waited for, not passed by."""
    monkeypatch.setattr(sealing, "MOST_ENTRIES", 4)
    other = open_world(Settings(database_url=database_url, simulate=0))
    over = threading.Event()
    failures = []

    def keep_sealing(one):
        while not over.is_set() or seal_next(one, NOW):
            try:
                seal_next(one, NOW)
            except Exception as error:
                failures.append(error)

    sealers = [threading.Thread(target=keep_sealing, args=(one,)) for one in (world, other)]
    writers = [threading.Thread(target=report_many, args=(one,)) for one in (world, other)]
    for thread in (*sealers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for thread in sealers:
        thread.join()
    found = all_seals(world)
    other.close()
    assert failures == []
    assert [seal.previous_hash for seal in found] == [GENESIS, *(seal.hash for seal in found[:-1])]
    assert found[-1].entry_count == entry_count(world) == 24


def test_an_entry_that_has_its_id_but_no_commit_yet_is_waited_for(postgres_url, monkeypatch):
    """PostgreSQL gives ids early: sealing past such an entry would leave it outside every seal."""
    world = make_world(postgres_url)
    case_id = report_case(world, COMMAND, ACTOR, NOW).id
    monkeypatch.setattr(store_seals, "WAIT_MS", 50)
    with world.store.write() as slow:
        entry = Entry(
            case_id, 2, NOW, NOW, "a", Role.INTAKE, Action.ACCEPT, CaseState.REPORTED, CaseState.ACCEPTED
        )
        append(slow.connection, [entry])
        report_case(world, COMMAND, ACTOR, NOW)
        with pytest.raises(OperationalError, match="lock timeout"):
            seal_next(world, NOW)
    assert seal_next(world, NOW)
    (seal,) = all_seals(world)
    world.close()
    assert (seal.case_count, seal.entry_count) == (2, 3)


def report_many(world):
    for _ in range(12):
        report_case(world, COMMAND, ACTOR, NOW)


def test_a_second_seal_after_the_same_one_is_refused(world):
    report_case(world, COMMAND, ACTOR, NOW)
    seal_next(world, NOW)
    (seal,) = all_seals(world)
    copy = {name: value for name, value in seal._mapping.items() if name != "id"}
    with pytest.raises(IntegrityError), world.store.write() as transaction:
        transaction.connection.execute(insert(seals).values(copy))


@pytest.mark.parametrize("statement", [update(seals).values(case_count=0), delete(seals)])
def test_seals_cannot_be_edited(world, statement):
    report_case(world, COMMAND, ACTOR, NOW)
    seal_next(world, NOW)
    with pytest.raises(DBAPIError, match="append-only"), world.store.write() as transaction:
        transaction.connection.execute(statement)
