"""Staff lists: few rows, gathered and written in one transaction; names go to the erasable table alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, insert, select, update

from data.domain.people import person_hash
from data.loaders.images import image_of, row_hash
from data.loaders.ledger import Counts, Origin, set_load
from data.loaders.names import PERSONAL, forget_names, keep_name, keep_old_name
from data.loaders.readers import Chunk
from data.loaders.rejects import Reject
from data.store.tables import before_images, persons, staff
from data.town import SourceProfile
from data.world import World

COLUMNS = ("staff_no", "unit_code", "role", "staff_kind", "grid_code", "skills")
Row = dict[str, Any]


@dataclass(slots=True)
class StaffTarget:
    """Staff by their number; a person is known by a keyed hash of number and name."""

    world: World
    source: SourceProfile
    notes: dict[str, Any] = field(default_factory=dict)
    _new: list[Row] = field(default_factory=list)
    _changed: list[tuple[Row, Row]] = field(default_factory=list)
    _persons: list[Row] = field(default_factory=list)
    _renamed: list[Row] = field(default_factory=list)

    def place(self, typed: pd.DataFrame, chunk: Chunk) -> tuple[pd.DataFrame, list[Reject]]:
        """Staff have no place of their own."""
        return typed, []

    def upsert(self, rows: pd.DataFrame, counts: Counts, origin: Origin | None) -> None:
        """Compare with the staff in the database by number; gather what is new or changed."""
        known = self._known(rows["staff_no"].tolist())
        for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
            self._sort(known.get(row["staff_no"]), row, int(line), counts)

    def finish(self, counts: Counts) -> None:
        """Every row stands for itself."""

    def newest(self, now: datetime) -> datetime | None:
        """A list says how things are now."""
        return now

    def publish(self, origin: Origin, values: dict[str, Any]) -> None:
        """Write everything and flip the load in one transaction."""
        lineage = {"load_id": origin.load_id, "source_hash": origin.file_hash}
        with self.world.store.write() as transaction:
            connection = transaction.connection
            for member in self._renamed:
                keep_old_name(connection, origin.load_id, member)
            for person in self._persons:
                keep_name(connection, person)
            for row in self._new:
                new = {**row, **lineage, "is_demo": self.source.is_demo}
                key = connection.execute(insert(staff).values(new)).inserted_primary_key
                assert key is not None
                _keep_image(connection, origin.load_id, None, key[0])
            for before, changes in self._changed:
                connection.execute(update(staff).where(staff.c.id == before["id"]).values(changes | lineage))
                _keep_image(connection, origin.load_id, before, before["id"])
            forget_names(connection, [member["person_hash"] for member in self._renamed])
            set_load(connection, origin.load_id, {**values, "status": "published", "published_at": origin.at})
            if self._new or self._changed:
                transaction.changed("staff", origin.at)

    def _known(self, numbers: list[str]) -> dict[str, Row]:
        """Return staff by number, each with name and telephone."""
        query = (
            select(staff, persons.c.name, persons.c.telephone)
            .outerjoin(persons, persons.c.person_hash == staff.c.person_hash)
            .where(staff.c.staff_no.in_(numbers))
        )
        with self.world.store.read() as connection:
            return {row["staff_no"]: dict(row) for row in connection.execute(query).mappings()}

    def _sort(self, old: Row | None, row: Row, line: int, counts: Counts) -> None:
        """Decide between new, changed and unchanged; only what the source owns is ever rewritten."""
        told = {name: _plain(row.get(name)) for name in (*COLUMNS, *PERSONAL)}
        if old is None:
            counts.inserted += 1
            self._new.append({**self._hashed(told, told["staff_no"], None), "source_line": line})
            return
        owned = {name for name in self.source.owns if name in told and told[name] != old[name]}
        if not owned:
            counts.unchanged += 1
            return
        counts.updated += 1
        changes = self._hashed({name: told[name] for name in owned}, told["staff_no"], old)
        self._changed.append((_without_person(old), {**changes, "source_line": line}))
        if owned & {*PERSONAL}:
            self._renamed.append(old)

    def _hashed(self, told: Row, staff_no: str, old: Row | None) -> Row:
        """Part what is personal from the rest: a new name gets a new hash, an old one keeps its own."""
        rest = {name: value for name, value in told.items() if name not in PERSONAL}
        if not told.keys() & {*PERSONAL}:
            return rest
        known = old or {}
        person = {name: told.get(name, known.get(name)) for name in PERSONAL}
        known_as = known.get("person_hash")
        if not any(person.values()):
            return {**rest, "person_hash": None}
        if known_as is None or "name" in told:
            known_as = person_hash(self.world.hash_key(), staff_no, person["name"])
        self._persons.append({"person_hash": known_as, **person})
        return {**rest, "person_hash": known_as}


def _without_person(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in PERSONAL}


def _keep_image(connection: Connection, load_id: int, before: Row | None, row_id: int) -> None:
    after = dict(connection.execute(select(staff).where(staff.c.id == row_id)).mappings().one())
    image = {
        "load_id": load_id,
        "table_name": "staff",
        "row_id": row_id,
        "before": None if before is None else image_of(before),
        "after_hash": row_hash(after),
    }
    connection.execute(insert(before_images).values(image))


def _plain(value: Any) -> Any:
    return None if value is None or value != value else value
