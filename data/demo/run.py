"""Generating the demo town: what the first screen needs at once, then the modules' records, then the older history."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Connection, Table

from data.demo.block import Block
from data.demo.books import Books, ChunkBook, open_books, publish, read_books, staged_loads, written_cases
from data.demo.build import blocks, day_counts, draw_chunk, entered
from data.demo.bulk import insert_rows, write_block
from data.demo.modules.rows import Stage
from data.demo.people import (
    DAYS_AHEAD,
    DAYS_BACK,
    PATROL_COLUMNS,
    PERSON_COLUMNS,
    PLACE_COLUMNS,
    POSITION_COLUMNS,
    SHIFT_COLUMNS,
    STAFF_COLUMNS,
    Row,
    duty_at,
    fixes,
    key_place_rows,
    numbered,
    patrol_rows,
    person_rows,
    position_rows,
    shift_rows,
    staff_rows,
)
from data.demo.plan import DemoPlan, make_plan
from data.demo.producer import Job, Order, Producer, build_here
from data.demo.records import unwritten, write_records
from data.demo.scene import Scene, build_scene, town_grids
from data.demo.sources import beat
from data.store.measure_marks import mark_cases_of_load
from data.store.tables import key_places, patrols, persons, positions, shifts, staff
from data.store.unit_of_work import Store, Transaction
from data.town import Town
from data.world import utc_now

PEOPLE_PART = 6
FEW_CASES = 6_000
TELL_EVERY = 0.01
LONGEST_PAUSE_SECONDS = 0.05
PAUSE_SHARE = 0.25
"""After each transaction the writer leaves the database alone for this share of the time it took."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What a run of the generator wrote; `is_complete` when nothing is left to write."""

    cases: int
    total: int
    is_complete: bool
    is_resumed: bool


def generate_demo(
    store: Store,
    town: Town,
    *,
    reference: datetime,
    seed: int,
    hmac_key: bytes,
    cases_per_day: float | None = None,
    months: int = 24,
    progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
    clock: Callable[[], datetime] = utc_now,
    is_parallel: bool = True,
) -> DemoReport:
    """Fill the database with the demo town as it stands at `reference`, and go on where an earlier run ended.

    The same seed, reference, grids and key give the same rows. A database that holds a demo keeps its plan:
    the arguments then count for nothing. `stop` is asked between transactions; `clock` stamps the loads.
    """
    with store.read() as connection:
        books = read_books(connection)
    is_resumed = books is not None
    plan = books.plan if books else make_plan(town, reference, seed, cases_per_day, months)
    if books is not None and is_demo_complete(store):
        return DemoReport(0, books.total, True, True)
    grids = town_grids(store, town, plan.today(town.profile.zone))
    scene = build_scene(town, grids, plan.seed)
    if books is None:
        books = _begin(store, scene, plan, hmac_key, clock)
    writer = Writer(store, clock, progress, stop, books.total, Stage(scene, plan, hmac_key))
    is_complete = writer.write(books, scene, is_parallel)
    return DemoReport(writer.written + (not is_resumed), books.total, is_complete, is_resumed)


def is_demo_complete(store: Store) -> bool:
    """Whether the database holds a demo of which nothing is left to write."""
    with store.read() as connection:
        books = read_books(connection)
        return books is not None and not staged_loads(connection, books) and not unwritten(connection)


def _begin(
    store: Store, scene: Scene, plan: DemoPlan, hmac_key: bytes, clock: Callable[[], datetime]
) -> Books:
    """Write the people, the sources and the newest case in one transaction, which also reserves all ids."""
    chunks = plan.chunks(scene.town.profile.zone)
    counts = day_counts(scene, plan, chunks[0])
    newest = draw_chunk(scene, plan, chunks[0])
    people = _people(scene, plan, hmac_key)
    with store.write() as transaction:
        connection, now = transaction.connection, clock()
        books = open_books(connection, scene.town.profile.code, plan, chunks, counts, staff, now)
        _write_people(connection, people, books)
        for block in islice(blocks(entered(newest, books, books.chunks[0]), at_most=1), 1):
            write_block(connection, block)
        beat(connection, scene.town, now)
        transaction.changed("staff", now)
        transaction.changed("loads", now)
    return books


def _people(scene: Scene, plan: DemoPlan, hmac_key: bytes) -> dict[Table, list[Row]]:
    """Return the rows about people, not yet numbered, in the order in which they must be written."""
    zone = scene.town.profile.zone
    today = plan.today(zone)
    days = [today + timedelta(days=n) for n in range(-DAYS_BACK, DAYS_AHEAD + 1)]
    rng = plan.generator(zone, PEOPLE_PART)
    seen = fixes(scene, duty_at(scene, plan.reference), plan.reference, rng)
    return {
        persons: person_rows(scene.roster, hmac_key),
        staff: staff_rows(scene.roster, hmac_key),
        positions: position_rows(seen),
        shifts: shift_rows(scene, days),
        patrols: patrol_rows(scene, days, None, plan.reference),
        key_places: key_place_rows(scene, rng),
    }


def _write_people(connection: Connection, people: dict[Table, list[Row]], books: Books) -> None:
    first, load = books.first_staff_id, books.load_id
    insert_rows(connection, persons, PERSON_COLUMNS, people[persons])
    insert_rows(connection, staff, STAFF_COLUMNS, numbered(people[staff], first, load))
    insert_rows(connection, positions, POSITION_COLUMNS, numbered(people[positions], first))
    insert_rows(connection, shifts, SHIFT_COLUMNS, numbered(people[shifts], first, load))
    insert_rows(connection, patrols, PATROL_COLUMNS, numbered(people[patrols], first, load))
    insert_rows(connection, key_places, PLACE_COLUMNS, [(*row, load, 1) for row in people[key_places]])


def _jobs(store: Store, books: Books) -> tuple[Job, ...]:
    """Return the chunks that are not published, each with the number of its cases that stand already."""
    with store.read() as connection:
        staged = staged_loads(connection, books)
        left = [book for book in books.chunks if book.load_id in staged]
        return tuple((book, written_cases(connection, book)) for book in left)


@dataclass(slots=True)
class Writer:
    """Writes blocks in short transactions and publishes each chunk when its last block stands."""

    store: Store
    clock: Callable[[], datetime]
    progress: Callable[[float], None] | None
    stop: Callable[[], bool] | None
    total: int
    stage: Stage
    written: int = 0
    standing: int = 0
    told: float = 0.0

    def write(self, books: Books, scene: Scene, is_parallel: bool) -> bool:
        """Write every chunk and record that is left; return False when told to stop before the end."""
        jobs = _jobs(self.store, books)
        left = [book.count - written for book, written in jobs]
        self.standing = self.total - sum(left)
        at_once = tuple(job for job in jobs if job[0] is books.chunks[0])
        later = jobs[len(at_once) :]
        newest = build_here(scene, books, at_once)
        if not is_parallel or sum(left[len(at_once) :]) < FEW_CASES:
            older = build_here(scene, books, later)
            return self._write_all(newest) and self._write_records() and self._write_all(older)
        with Producer(Order(scene.town.folder, scene.grids, books, later)) as beside:
            return self._write_all(newest) and self._write_records() and self._write_all(beside.items())

    def _write_records(self) -> bool:
        """Write the modules' records with the same pauses and the same ear for being stopped."""
        begun = time.perf_counter()

        def turn() -> bool:
            nonlocal begun
            self._pause(begun)
            begun = time.perf_counter()
            return self.stop is None or not self.stop()

        return write_records(self.store, self.stage, self.clock, turn)

    def _pause(self, begun: float) -> None:
        time.sleep(min(LONGEST_PAUSE_SECONDS, (time.perf_counter() - begun) * PAUSE_SHARE))

    def _write_all(self, built: Iterator[tuple[ChunkBook, Block | None]]) -> bool:
        for book, block in built:
            if self.stop is not None and self.stop():
                return False
            begun = time.perf_counter()
            with self.store.write() as transaction:
                self._write_one(transaction, book, block)
            self._tell()
            self._pause(begun)
        return True

    def _write_one(self, transaction: Transaction, book: ChunkBook, block: Block | None) -> None:
        if block is not None:
            write_block(transaction.connection, block)
            self.written += len(block.cases)
            return
        now = self.clock()
        publish(transaction.connection, book, now)
        mark_cases_of_load(transaction.connection, book.load_id, now)
        transaction.changed("demo", now)

    def _tell(self) -> None:
        """Tell the progress where it has grown by a hundredth."""
        share = (self.standing + self.written) / max(self.total, 1)
        if self.progress is not None and share - self.told >= TELL_EVERY:
            self.told = share
            self.progress(share)
