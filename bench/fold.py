"""The whole history: folded, verified, and looked at in the past; ours beside pandas on the same rows.

pandas keeps the last row of each case, which is its state and nothing else; ours are all facts of a case.
Times are of the processor, so that what else runs on the machine does not count.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import select

from bench.demo import MONTHS, REFERENCE
from bench.table import BenchRow, less_is_better
from data.demo.run import generate_demo
from data.domain.fold import fold
from data.domain.vocabulary import FINISHED_STATES, AsOf
from data.opening import open_town
from data.services.sealing import seal_next
from data.settings import Settings
from data.store.journal import entry_of
from data.store.tables import journal
from data.store.unit_of_work import Store
from data.views.past_situation import situation_at
from data.views.verification import verify_journal
from data.world import World

ROWS_AT_ONCE = 100_000
PAST_DAYS = (29, 15, 1)
"""How many days ago the past instants lie, for each month of history."""

HASHES = ("id", "is_time_flagged", "previous_hash", "hash")
COLUMNS = tuple(column for column in journal.c if column.name not in HASHES)
FINISHED = [str(state) for state in FINISHED_STATES]


def rows(months: int = MONTHS, per_day: float | None = None) -> Iterator[BenchRow]:
    """Generate the whole history and read all of it in each way; what was read must agree."""
    with tempfile.TemporaryDirectory() as folder:
        world = open_town(Settings(database_url=f"sqlite:///{Path(folder) / 'cloud.db'}", simulate=0))
        known = {"reference": REFERENCE, "seed": 20231, "hmac_key": b"bench", "months": months}
        generate_demo(world.store, world.town, cases_per_day=per_day, **known)
        yield _folded(world.store, months)
        yield from _verified(world)
        yield _past(world, [months * days for days in PAST_DAYS])
        world.close()


def _folded(store: Store, months: int) -> BenchRow:
    ours, states = _timed(lambda: _fold_all(store))
    plain, last = _timed(lambda: _last_rows(store))
    assert states == last["to_state"].to_dict(), "the fold differs from the last rows"
    name = f"fold: {months} months, {len(states):,} cases, read and folded (pandas groupby-last)"
    return less_is_better(name, ours, plain, "s")


def _fold_all(store: Store) -> dict[int, str]:
    with store.read() as connection:
        found = connection.execute(_journal(), execution_options={"yield_per": ROWS_AT_ONCE})
        return {
            case_id: str(fold(entry_of(row) for row in held).state)
            for case_id, held in groupby(found, key=lambda row: row.case_id)
        }


def _last_rows(store: Store, until: datetime | None = None) -> pd.DataFrame:
    """Read the same rows and keep the last of each case, piece by piece: all at once would not fit everywhere."""
    query = _journal() if until is None else _journal().where(journal.c.recorded_at <= until)
    with store.read() as connection:
        pieces = [
            piece.groupby("case_id").last()
            for piece in pd.read_sql(query, connection, chunksize=ROWS_AT_ONCE)
        ]
    return pd.concat(pieces).groupby("case_id").last()


def _journal() -> Any:
    return select(*COLUMNS).order_by(journal.c.case_id, journal.c.sequence)


def _verified(world: World) -> Iterator[BenchRow]:
    seconds, count = _timed(lambda: _seal_all(world))
    yield less_is_better(
        f"fold: one seal of {count} over that history", seconds / count * 1000, None, "ms", "< 200 ms"
    )
    seconds, report = _timed(lambda: verify_journal(world.store))
    assert (report.found, report.unsealed) == (0, 0), "the history does not verify"
    name = f"fold: verify-journal, {report.entries:,} entries, {report.orders:,} orders, {report.seals} seals"
    yield less_is_better(name, seconds, None, "s")


def _seal_all(world: World) -> int:
    return sum(1 for _ in iter(lambda: seal_next(world, REFERENCE), False))


def _past(world: World, days_ago: list[int]) -> BenchRow:
    ours = plain = 0.0
    for days in days_ago:
        at = REFERENCE - timedelta(days=days)
        seconds, picture = _timed(lambda: situation_at(world, at, AsOf.KNOWN, REFERENCE))  # noqa: B023
        ours += seconds
        seconds, last = _timed(lambda: _last_rows(world.store, at))  # noqa: B023
        plain += seconds
        assert picture["figures"]["open"]["value"] == (~last["to_state"].isin(FINISHED)).sum()
    name = "fold: situation at a past instant, mean of three (pandas groupby-last)"
    count = len(days_ago) / 1000
    return less_is_better(name, ours / count, plain / count, "ms", "< 1,000 ms")


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    result = work()
    return time.process_time() - begun, result
