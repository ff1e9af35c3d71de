"""Generating: the same again, another day, stopped and resumed, beside live cases, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from data.demo import run
from data.demo.run import is_demo_complete
from data.store.tables import cases, changes, journal, loads, orders, positions, staff, visible_cases
from data.store.unit_of_work import Store
from data.town import Town
from tests.data.demo.conftest import REFERENCE, fingerprint, generate, rows

Make = Callable[[], Store]


def test_the_same_twice(fresh: Make, town: Town) -> None:
    first, second = fresh(), fresh()
    report = generate(first, town)
    assert report == generate(second, town)
    assert report.is_complete
    assert report.cases == report.total > 300
    assert fingerprint(first) == fingerprint(second)


@pytest.mark.parametrize("change", [{"seed": 1}, {"reference": REFERENCE + timedelta(days=1)}])
def test_another_seed_or_day_is_another_town(fresh: Make, town: Town, change: dict[str, object]) -> None:
    first, second = fresh(), fresh()
    generate(first, town)
    generate(second, town, **change)
    before, after = fingerprint(first), fingerprint(second)
    assert all(before[name] != after[name] for name in ("cases", "journal", "positions", "shifts"))


def test_history_is_the_same_at_any_time_of_the_day(fresh: Make, town: Town) -> None:
    first, second = fresh(), fresh()
    generate(first, town)
    generate(second, town, reference=REFERENCE + timedelta(hours=3))
    query = select(cases.c.number, cases.c.title, cases.c.reported_at, cases.c.lon).order_by(cases.c.id)
    before = rows(first, query)
    assert rows(second, query)[: len(before)] == before


def test_in_a_process_of_its_own(fresh: Make, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "FEW_CASES", 0)
    here, beside = fresh(), fresh()
    generate(here, town, months=3, cases_per_day=6.0)
    generate(beside, town, months=3, cases_per_day=6.0, is_parallel=True)
    assert fingerprint(here) == fingerprint(beside)


@pytest.mark.parametrize("steps", [0, 4])
def test_stopped_and_resumed(fresh: Make, town: Town, steps: int) -> None:
    """However far the first run came, the second ends with the same rows, whatever it is asked for."""
    whole, halved = fresh(), fresh()
    wanted = {"months": 3, "cases_per_day": 9.0}
    generate(whole, town, **wanted)
    answers = iter([False] * steps + [True])
    first = generate(halved, town, **wanted, stop=lambda: next(answers))
    assert not first.is_complete
    assert not is_demo_complete(halved)
    second = generate(halved, town, reference=REFERENCE + timedelta(days=2), seed=5)
    assert second.is_complete
    assert second.is_resumed
    assert first.cases + second.cases == second.total
    assert is_demo_complete(halved)
    assert fingerprint(halved) == fingerprint(whole)


def test_a_transaction_that_breaks_leaves_nothing_behind(
    fresh: Make, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = fresh(), fresh()
    generate(whole, town)
    write = run.write_block
    left = iter(range(2))

    def fail_later(connection: object, block: object) -> None:
        write(connection, block)  # type: ignore[arg-type]
        if next(left, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr(run, "write_block", fail_later)
    with pytest.raises(KeyboardInterrupt):
        generate(broken, town)
    monkeypatch.setattr(run, "write_block", write)
    generate(broken, town)
    assert fingerprint(broken) == fingerprint(whole)


def test_a_finished_demo_is_left_alone(fresh: Make, town: Town) -> None:
    store = fresh()
    generate(store, town)
    before = fingerprint(store)
    report = generate(store, town, seed=3)
    assert (report.cases, report.is_complete, report.is_resumed) == (0, True, True)
    assert fingerprint(store) == before


def test_a_chunk_appears_at_once(fresh: Make, town: Town) -> None:
    """Until a chunk is published its cases are not visible; afterwards all of them are."""
    store = fresh()
    seen: list[int] = []
    store.listeners.append(
        lambda: seen.append(rows(store, select(func.count()).select_from(visible_cases))[0][0])
    )
    generate(store, town, months=3)
    counts = rows(
        store, select(loads.c.rows_inserted).where(loads.c.target == "cases", loads.c.rows_inserted > 0)
    )
    assert seen[0] == 0
    assert seen == sorted(seen)
    assert len(set(seen)) == len(counts) + 1
    assert seen[-1] == sum(count for (count,) in counts)


def test_live_cases_keep_their_ids(fresh: Make, town: Town) -> None:
    """A case that arrives while the history is being written is never in its way."""
    store = fresh()
    answers = iter([False, True])
    generate(store, town, stop=lambda: next(answers))
    with store.write() as transaction:
        copied = transaction.connection.execute(select(cases).limit(1)).mappings().one()
        live = {**copied, "number": "live", "external_number": None, "load_id": None, "is_demo": False}
        del live["id"]
        key = transaction.connection.execute(insert(cases).values(live)).inserted_primary_key
    generate(store, town)
    assert rows(store, select(cases.c.number).where(cases.c.id == key[0])) == [("live",)]
    assert rows(store, select(func.max(cases.c.id)))[0][0] == key[0]


def test_progress_grows_to_the_end(fresh: Make, town: Town) -> None:
    told: list[float] = []
    generate(fresh(), town, progress=told.append)
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] <= 1
    assert told[-1] > 0.98


def test_on_both_databases(store: Store, fresh: Make, town: Town) -> None:
    """PostgreSQL gets the very rows that SQLite gets, and goes on numbering behind them."""
    generate(store, town)
    reference = fresh()
    generate(reference, town)
    assert fingerprint(store) == fingerprint(reference)
    with store.write() as transaction:
        copied = dict(transaction.connection.execute(select(cases).limit(1)).mappings().one())
        copied |= {"number": "next", "external_number": None}
        del copied["id"]
        transaction.connection.execute(insert(cases).values(copied))


def test_everything_is_labelled(fresh: Make, town: Town) -> None:
    store = fresh()
    generate(store, town)
    for table in (cases, orders, staff, positions, loads):
        assert rows(store, select(func.count()).where(table.c.is_demo.is_(False)).select_from(table)) == [
            (0,)
        ]
    assert {key for (key,) in rows(store, select(cases.c.source_key).distinct())} == {"demo"}
    assert {topic for (topic,) in rows(store, select(changes.c.topic).distinct())} == {
        "demo",
        "staff",
        "loads",
    }
    assert rows(store, select(func.count()).select_from(journal))[0][0] > 2000
