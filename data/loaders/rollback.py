"""Taking a load back: what nobody touched since is as before, the rest is listed with who changed it.

A case that the load brought cannot be deleted, since its journal cannot: it is withdrawn, and nobody
sees it any more. If an operator has worked on it, it is only marked and stays where it is. Loads may be
taken back in any order: nothing returns to what a load left that is rolled back itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, exists, select, tuple_, update

from data.domain.errors import Conflict
from data.domain.journal import Entry
from data.domain.vocabulary import Action, CaseState, LoadStatus, Role
from data.loaders.grid_rollback import take_back_grids
from data.loaders.images import ERASED, is_erased, row_hash, row_values, update_rows
from data.loaders.imports import corrected_report, is_told
from data.loaders.ledger import load_actor, set_load, the_load
from data.loaders.liveness import only_load
from data.loaders.lookback import Held, look_back
from data.loaders.names import forget_names, keep_name, old_names
from data.loaders.sequences import last_sequences
from data.loaders.uses import RECORD_TABLES, UNCOUNTED, held_in, is_used, mark_records
from data.store.journal import append
from data.store.measure_marks import mark_cases_of_load
from data.store.tables import before_images, case_contents, cases, grids, persons, shifts, staff
from data.store.unit_of_work import Store
from data.town import Town

SLICE = 300
ROLLABLE = ("published", "rolling_back")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that the rollback left as it is: its table, its name there, and who changed it (None: others use it).

    `is_held` says that the centre has opened a case by it, which would otherwise stand there unexplained.
    """

    table: str
    name: str
    changed_by: str | None
    is_held: bool = False

    @property
    def why(self) -> str:
        """Why it stayed, in Chinese."""
        if self.is_held:
            return "已据此立案，评价与案卷都保留；评价有误的，请在坐席对案卷作不予受理"
        return "仍被其他行引用" if self.changed_by is None else f"此后由 {self.changed_by} 改动"


@dataclass(slots=True)
class RollbackReport:
    """How many rows went back to what they were, how many were withdrawn or removed, and what stayed.

    `erased` counts rows whose overwritten words were erased in the meantime: there the load's own words stay.
    """

    restored: int = 0
    withdrawn: int = 0
    erased: int = 0
    kept: list[Kept] = field(default_factory=list)


def rollback(
    store: Store, load_id: int, now: datetime, actor: str = "cli", *, town: Town | None = None
) -> RollbackReport:
    """Take a published load back, in short transactions; an interrupted rollback is continued.

    Grids go back all together or not at all, checked against the rules of their `town`. Raises `NotFound`
    for an unknown load and `Conflict` for one that is not published or, of grids, cannot be taken back.
    """
    with store.read() as connection:
        load = the_load(connection, load_id)
    if load["status"] not in ROLLABLE:
        cure = "只有已发布的载入可以回滚"
        state = LoadStatus(load["status"]).label
        raise Conflict(f"载入 {load_id} 的状态是“{state}”，不能回滚", value=load["status"], cure=cure)
    with only_load(store, load["source_key"]):
        if load["target"] == "grids":
            return _of_grids(store, town, load_id, now)
        return _Rollback(store, load_id, now, actor).carry_out(load["target"])


def _of_grids(store: Store, town: Town | None, load_id: int, now: datetime) -> RollbackReport:
    if town is None:
        raise ValueError("grids cannot be taken back without the rules of their town")
    restored, removed = take_back_grids(store, town, load_id, now)
    return RollbackReport(restored, removed)


@dataclass(slots=True)
class _Rollback:
    store: Store
    load_id: int
    now: datetime
    actor: str
    report: RollbackReport = field(default_factory=RollbackReport)

    def carry_out(self, target: str) -> RollbackReport:
        with self.store.write() as transaction:
            set_load(transaction.connection, self.load_id, {"status": "rolling_back"})
            mark_cases_of_load(transaction.connection, self.load_id, self.now)
        while self._withdraw_slice():
            pass
        after: tuple[str, int] = ("", 0)
        while (last := self._restore_slice(after)) is not None:
            after = last
        self.report.kept += self._changed_by_later_loads()
        with self.store.write() as transaction:
            values = {"status": "rolled_back", "rolled_back_at": self.now}
            set_load(transaction.connection, self.load_id, values)
            mark_cases_of_load(transaction.connection, self.load_id, self.now)
            transaction.changed(TOPICS.get(target, target), self.now)
        return self.report

    def _withdraw_slice(self) -> bool:
        """Withdraw some of the cases that the load brought; return whether there were any."""
        image = before_images
        is_update = exists().where(
            image.c.load_id == self.load_id, image.c.table_name == "cases", image.c.row_id == cases.c.id
        )
        query = select(cases).where(
            cases.c.load_id == self.load_id, cases.c.is_withdrawn.is_(False), ~is_update
        )
        with self.store.write() as transaction:
            connection = transaction.connection
            found = [dict(row) for row in connection.execute(query.limit(SLICE).with_for_update()).mappings()]
            ids = [row["id"] for row in found]
            raised = {"is_withdrawn": True, "version": cases.c.version + 1}
            connection.execute(update(cases).where(cases.c.id.in_(ids)).values(raised))
            append(connection, self._entries(connection, [(row, row) for row in found]))
        for row in found:
            if row["changed_by"] == load_actor(self.load_id):
                self.report.withdrawn += 1
            else:
                self.report.kept.append(Kept("cases", row["number"], row["changed_by"]))
        return bool(found)

    def _restore_slice(self, after: tuple[str, int]) -> tuple[str, int] | None:
        """Put some rows back; return the last one seen, None when there are no more."""
        image = before_images
        is_later = (image.c.table_name > after[0]) | (
            and_(image.c.table_name == after[0], image.c.row_id > after[1])
        )
        query = select(image).where(image.c.load_id == self.load_id, image.c.table_name.in_(TABLES), is_later)
        query = query.order_by(image.c.table_name, image.c.row_id).limit(SLICE)
        with self.store.write() as transaction:
            connection = transaction.connection
            images = [dict(row) for row in connection.execute(query).mappings()]
            for name, held in groupby(images, key=lambda row: str(row["table_name"])):
                self._restore(
                    connection,
                    TABLES[name],
                    KEYS.get(name, "id"),
                    look_back(connection, TABLES[name], list(held)),
                )
        return (images[-1]["table_name"], images[-1]["row_id"]) if images else None

    def _restore(self, connection: Connection, table: Table, key: str, images: list[Held]) -> None:
        """Put rows of one table back where nobody touched them since; list the others."""
        wanted = table.c[key].in_([held.row_id for held in images])
        found = connection.execute(select(table).where(wanted).with_for_update())
        current = {row[key]: dict(row) for row in found.mappings()}
        free = [held for held in images if self._is_free(connection, table, current.get(held.row_id), held)]
        befores = _befores(table, free, current)
        orphans = [held.row_id for held in free if held.is_orphan]
        new = [held.row_id for held in free if not held.before]
        if table is cases:
            for row_id in orphans:
                befores[row_id]["is_withdrawn"] = True
            pairs = [(current[row_id], before) for row_id, before in befores.items()]
            append(connection, self._returns(connection, pairs))
        erased = {held.row_id for held in free if held.before and is_erased(held.before)}
        if table is staff:
            erased = self._restore_names(connection, free, befores, current)
        update_rows(connection, table, key, list(befores.values()))
        connection.execute(delete(table).where(table.c[key].in_(new)))
        if table is staff:
            forget_names(connection, [current[held.row_id]["person_hash"] for held in free])
        touched = [current[held.row_id] for held in free]
        mark_records(connection, table, [*touched, *befores.values()], self.now)
        _forget(connection, table, free)
        if table in UNCOUNTED:
            return
        withdrawn = len(new) + (len(orphans) if table is cases else 0)
        only_erased = sum(len(befores[row_id]) == 1 for row_id in erased)
        self.report.restored += len(free) - withdrawn - only_erased
        self.report.withdrawn += withdrawn
        self.report.erased += len(erased)

    def _restore_names(
        self, connection: Connection, free: list[Held], befores: dict[int, Row], current: dict[int, Row]
    ) -> set[int]:
        """Put back the words about staff; where they were erased the person stays known as now. Return those rows."""
        erased = set()
        for row_id, words in old_names(connection, free).items():
            if ERASED in words:
                befores[row_id]["person_hash"] = current[row_id]["person_hash"]
                erased.add(row_id)
            else:
                keep_name(connection, words)
        return erased

    def _is_free(self, connection: Connection, table: Table, current: Row | None, held: Held) -> bool:
        """Whether a row is as the load left it; one that is not is listed."""
        if current is None:
            return False
        is_same = row_hash(current) == held.after_hash
        if is_same and (held.before is not None or not is_used(connection, table, current)):
            return True
        if table not in UNCOUNTED:
            changed_by = None if is_same else str(current.get("changed_by") or "其他操作")
            is_held = bool(held_in(table, current))
            self.report.kept.append(Kept(table.name, _name_of(current), changed_by, is_held))
        return False

    def _returns(self, connection: Connection, pairs: list[tuple[Row, Row]]) -> Iterator[Entry]:
        """A lifecycle that goes back is one more version, and one more entry."""
        moved = []
        for current, before in pairs:
            before["version"] = current["version"]
            if is_told(before, current):
                before["version"] += 1
                moved.append((current, before))
        return self._entries(connection, moved)

    def _entries(self, connection: Connection, pairs: list[tuple[Row, Row]]) -> Iterator[Entry]:
        last = last_sequences(connection, [before["id"] for before, _ in pairs])
        for before, after in pairs:
            yield Entry(
                case_id=before["id"],
                sequence=last[before["id"]] + 1,
                recorded_at=self.now,
                happened_at=self.now,
                actor=self.actor,
                actor_role=Role.SYSTEM,
                action=Action.WITHDRAW,
                from_state=CaseState(before["state"]),
                to_state=CaseState(after["state"]),
                reason=f"载入 {self.load_id} 被回滚",
                payload={"load": self.load_id} | corrected_report(before, after),
            )

    def _changed_by_later_loads(self) -> Iterator[Kept]:
        """Find the cases that this load brought and a later one has changed."""
        query = (
            select(before_images.c.before, cases.c.number, cases.c.changed_by)
            .join(cases, cases.c.id == before_images.c.row_id)
            .where(before_images.c.table_name == "cases", before_images.c.load_id > self.load_id)
            .where(cases.c.load_id != self.load_id)
        )
        with self.store.read() as connection:
            for before, number, changed_by in connection.execute(query):
                if row_values(cases, before)["load_id"] == self.load_id:
                    yield Kept("cases", number, changed_by)


TABLES: dict[str, Table] = {
    table.name: table for table in (cases, case_contents, grids, shifts, staff, *RECORD_TABLES.values())
}
KEYS = {"case_contents": "case_id"}
"""The key of a table, where it is not its id."""

NAMES = ("number", "code", "staff_no", "key", "case_id", "id")
TOPICS = {"shifts": "staff"} | dict.fromkeys(RECORD_TABLES, "loads")
"""What screens know a target by, where it is not its own name."""


def _forget(connection: Connection, table: Table, free: list[Held]) -> None:
    """Remove the images of rows that are back, so that a continued rollback passes them by."""
    image = before_images
    names = [table.name, persons.name] if table is staff else [table.name]
    done = [(load_id, held.row_id) for held in free for load_id in held.passed]
    is_done = tuple_(image.c.load_id, image.c.row_id).in_(done)
    connection.execute(delete(image).where(image.c.table_name.in_(names), is_done))


def _befores(table: Table, free: list[Held], current: dict[int, Row]) -> dict[int, Row]:
    """Return by id what rows go back to; what the centre has written since stays."""
    befores = {held.row_id: row_values(table, held.before) for held in free if held.before}
    for row_id, before in befores.items():
        before.update({name: current[row_id][name] for name in held_in(table, current[row_id])})
    return befores


def _name_of(row: Any) -> str:
    return str(next(row[name] for name in NAMES if name in row))
