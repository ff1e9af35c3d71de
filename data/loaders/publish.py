"""Making a staged load visible.

First the journal of the new cases is written, slice by slice, while nobody sees them; it is derived
from their rows alone, so a publisher that dies is continued by the next one. Then changes to existing
cases are applied, each with the image of the row before, by which `visible_cases` knows that the case
stood there already and keeps it in sight; the last slice and the ledger's flip to published are one
transaction. A load without more changes than one slice therefore appears all at once.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from data.domain.journal import Entry
from data.domain.vocabulary import Action, CaseState, Role
from data.loaders.cases import CONTENTS, LIFECYCLE
from data.loaders.images import image_of, row_hash, row_values, update_rows
from data.loaders.imports import ImportJournal, corrected_report, is_told, new_cases
from data.loaders.ledger import load_actor, set_load, the_load
from data.loaders.sequences import last_sequences
from data.store.journal import append
from data.store.measure_marks import mark_cases_of_load
from data.store.tables import before_images, case_contents, cases, staged_changes
from data.store.unit_of_work import Store, Transaction

JOURNAL_SLICE = 6_000
CHANGE_SLICE = 500
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes one load at the aware instant `at`."""

    store: Store
    load_id: int
    at: datetime

    def publish(self, values: Mapping[str, Any]) -> None:
        """Pass the point of no return: from here on the load is completed, by whomever."""
        with self.store.write() as transaction:
            set_load(transaction.connection, self.load_id, {**values, "status": "publishing"})
        self._complete(is_resumed=False)

    def resume(self) -> None:
        """Complete a load whose publisher died."""
        self._complete(is_resumed=True)

    def _complete(self, *, is_resumed: bool) -> None:
        with self.store.read() as connection:
            load = the_load(connection, self.load_id)
        self._write_journal(load["source_key"], is_resumed=is_resumed)
        while self._apply_slice(load):
            pass

    def _write_journal(self, source_key: str, *, is_resumed: bool) -> None:
        writer = ImportJournal(self.load_id, source_key, self.at)
        after = 0
        while True:
            with self.store.read() as connection:
                found = new_cases(connection, self.load_id, after, JOURNAL_SLICE, is_resumed=is_resumed)
            if not found:
                return
            entries = writer.entries(found)
            with self.store.write() as transaction:
                writer.write(transaction.connection, *entries)
            after = found[-1][0]

    def _apply_slice(self, load: Row) -> bool:
        """Apply the next changes; with the last ones, flip the ledger. Return whether any are left."""
        with self.store.write() as transaction:
            connection = transaction.connection
            mine = staged_changes.c.load_id == self.load_id
            query = select(staged_changes).where(mine).order_by(staged_changes.c.row_id)
            staged = [dict(row) for row in connection.execute(query.limit(CHANGE_SLICE + 1)).mappings()]
            is_more, staged = len(staged) > CHANGE_SLICE, staged[:CHANGE_SLICE]
            if staged:
                self._apply(connection, staged, load)
                ids = [row["row_id"] for row in staged]
                connection.execute(delete(staged_changes).where(mine, staged_changes.c.row_id.in_(ids)))
            if not is_more:
                self._finish(transaction, load)
            return is_more

    def _finish(self, transaction: Transaction, load: Row) -> None:
        values = {"status": "published", "published_at": self.at}
        set_load(transaction.connection, self.load_id, values)
        if load["rows_inserted"] or load["rows_updated"]:
            mark_cases_of_load(transaction.connection, self.load_id, self.at)
            transaction.changed("cases", self.at)

    def _apply(self, connection: Connection, staged: list[dict[str, Any]], load: Row) -> None:
        """Write what the source owns, keeping the image of each row before."""
        ids = [row["row_id"] for row in staged]
        current = _rows(connection, cases, cases.c.id, ids)
        contents = _rows(connection, case_contents, case_contents.c.case_id, ids)
        sequences = last_sequences(connection, ids)
        rows: list[dict[str, Any]] = []
        images: list[dict[str, Any]] = []
        entries: list[Entry] = []
        for change in staged:
            before = current[change["row_id"]]
            wanted = _staged_values(change["after"])
            said = {name: wanted.pop(name) for name in CONTENTS if name in wanted}
            after = self._after(before, wanted, change["source_line"], load)
            images.append(self._image("cases", before["id"], before, after))
            rows.append(after)
            if after["version"] != before["version"]:
                entries.append(self._entry(before, after, sequences[before["id"]] + 1))
            if said:
                images.append(self._write_contents(connection, before["id"], contents, said))
        update_rows(connection, cases, "id", rows)
        connection.execute(insert(before_images), images)
        append(connection, entries)

    def _after(self, before: Row, wanted: dict[str, Any], line: int, load: Row) -> dict[str, Any]:
        """Return the row as the load leaves it. Where an operator has acted, the lifecycle is no longer the source's."""
        is_touched = not str(before["changed_by"]).startswith("load:")
        if is_touched:
            wanted = {name: value for name, value in wanted.items() if name not in LIFECYCLE}
        after = {
            **before,
            **wanted,
            "load_id": self.load_id,
            "source_hash": load["file_hash"],
            "source_line": line,
        }
        after["version"] = before["version"]
        if before["changed_by"] == load_actor(before["load_id"]):
            after["is_withdrawn"] = False
        if is_told(before, after):
            after["version"] += 1
        if not is_touched:
            after["changed_by"] = load_actor(self.load_id)
        return after

    def _entry(self, before: Row, after: Row, sequence: int) -> Entry:
        happened = min(after["closed_at"] or self.at, self.at)
        source = {"source": before["source_key"], "load": self.load_id, "line": after["source_line"]}
        return Entry(
            case_id=before["id"],
            sequence=sequence,
            recorded_at=self.at,
            happened_at=happened,
            actor=load_actor(self.load_id),
            actor_role=Role.SYSTEM,
            action=Action.IMPORT,
            from_state=CaseState(before["state"]),
            to_state=CaseState(after["state"]),
            payload=source | corrected_report(before, after),
        )

    def _write_contents(
        self, connection: Connection, case_id: int, contents: Mapping[int, Row], said: dict[str, Any]
    ) -> dict[str, Any]:
        """Update or add the erasable words of a case; return the image of what was overwritten."""
        before = contents.get(case_id)
        if before is None:
            after: dict[str, Any] = {"case_id": case_id, "salt": secrets.token_hex(16)}
            after |= dict.fromkeys(CONTENTS) | said
            connection.execute(insert(case_contents).values(after))
        else:
            after = {**before, **said}
            connection.execute(update(case_contents).where(case_contents.c.case_id == case_id).values(said))
        overwritten = before and {name: before[name] for name in ("case_id", *said)}
        return self._image("case_contents", case_id, overwritten, after)

    def _image(self, table: str, row_id: int, before: Row | None, after: Row) -> dict[str, Any]:
        return {
            "load_id": self.load_id,
            "table_name": table,
            "row_id": row_id,
            "before": None if before is None else image_of(before),
            "after_hash": row_hash(after),
        }


def _staged_values(after: str) -> dict[str, Any]:
    """Return staged values: columns of `cases`, and of its contents as they are."""
    held = json.loads(after)
    own = {name: value for name, value in held.items() if name not in CONTENTS}
    return row_values(cases, json.dumps(own)) | {name: held[name] for name in CONTENTS if name in held}


def _rows(connection: Connection, table: Any, key: Any, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return rows by key, locked against other writers."""
    query = select(table).where(key.in_(ids)).with_for_update()
    return {row[key.name]: dict(row) for row in connection.execute(query).mappings()}
