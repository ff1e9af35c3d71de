"""Rows that a load gathers and writes in one short transaction: new ones, changed columns, an image of each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from data.domain.errors import Conflict
from data.loaders.bulk import insert_rows
from data.loaders.errors import LoadRefused
from data.loaders.images import image_of, row_hash, update_rows
from data.loaders.ledger import Counts, Origin, set_load
from data.loaders.row_ids import ids_hold, new_ids
from data.store.tables import before_images
from data.store.unit_of_work import Store

TRIES = 3
VALUES_AT_ONCE = 5_000
IMAGE_COLUMNS = tuple(before_images.columns.keys())
Row = dict[str, Any]


@dataclass(slots=True)
class Gathered:
    """The rows of one table; a new row holds every column but those of the load."""

    table: Table
    new: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, Row]] = field(default_factory=list)

    def add(self, old: Row | None, told: Row, owned: Collection[str], counts: Counts) -> None:
        """Gather a row if it is new (without an old one) or differs in a column that the source owns."""
        if old is None:
            counts.inserted += 1
            self.new.append(told)
            return
        changes = {name: told[name] for name in owned if name in told and told[name] != old[name]}
        counts.updated += bool(changes)
        counts.unchanged += not changes
        if changes:
            self.changed.append((old, {**changes, "source_line": told["source_line"]}))

    def require_few(self, what: str, most: int, read: int) -> None:
        """Raise `LoadRefused` for more changes than one short step can write."""
        if len(self.new) + len(self.changed) > most:
            raise LoadRefused(f"{what}改动超过 {most} 行", value=read, cure="请按月份拆分后分别载入")

    def rows(self) -> Iterator[Row]:
        """Yield what stands in these rows before and after."""
        yield from self.new
        for before, changes in self.changed:
            yield before
            yield changes

    def prepare(self, store: Store, origin: Origin) -> Prepared:
        """Give the new rows their ids and lineage, and make every image."""
        lineage = {"load_id": origin.load_id, "source_hash": origin.file_hash}
        ids = new_ids(store, self.table, len(self.new))
        fixed = {**lineage, "is_demo": origin.source.is_demo}
        new = [{**row, **fixed, "id": key} for row, key in zip(self.new, ids, strict=True)]
        pairs = [(before, {**before, **changes, **lineage}) for before, changes in self.changed]
        images = [self._image(origin.load_id, None, row) for row in new]
        images += [self._image(origin.load_id, before, after) for before, after in pairs]
        changed = [{"id": before["id"], **changes, **lineage} for before, changes in self.changed]
        names = tuple(new[0]) if new else ()
        cells = [tuple(_cell(row[name], is_sqlite=store.is_sqlite) for name in names) for row in new]
        return Prepared(self.table, ids, names, cells, changed, images)

    def _image(self, load_id: int, before: Row | None, after: Row) -> tuple[Any, ...]:
        """Return an image as a row (see `IMAGE_COLUMNS`)."""
        image = None if before is None else image_of(before)
        return (load_id, self.table.name, after["id"], image, row_hash(after))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a load writes to a table: new rows as the driver takes them, changed columns by id, the images."""

    table: Table
    ids: list[int]
    names: tuple[str, ...]
    new: list[tuple[Any, ...]]
    changed: list[Row]
    images: list[tuple[Any, ...]]

    def holds(self, connection: Connection) -> bool:
        """Whether nobody else has taken the ids."""
        return ids_hold(connection, self.table, self.ids)

    def write(self, connection: Connection) -> None:
        """Write everything in a few statements of many rows."""
        if self.new:
            insert_rows(connection, self.table.name, self.names, self.new)
        update_rows(connection, self.table, "id", self.changed)
        if self.images:
            insert_rows(connection, "before_images", IMAGE_COLUMNS, self.images)


def publish(
    store: Store,
    parts: Sequence[Gathered],
    origin: Origin,
    values: Row,
    topic: str,
    also: Callable[[Connection], None] = lambda _connection: None,
) -> None:
    """Write everything, and what `also` writes, and flip the load in one transaction.

    Raises `Conflict` where others write the same tables too.
    """
    published = {**values, "status": "published", "published_at": origin.at}
    for _ in range(TRIES):
        prepared = [part.prepare(store, origin) for part in parts]
        with store.write() as transaction:
            connection = transaction.connection
            if all(part.holds(connection) for part in prepared):
                for part in prepared:
                    part.write(connection)
                set_load(connection, origin.load_id, published)
                if any(part.images for part in prepared):
                    transaction.changed(topic, origin.at)
                also(connection)
                return
    cure = "请再试一次"
    raise Conflict("同一张表正由另一个进程改动，没有写入", value=origin.source.key, cure=cure)


def known_rows(
    connection: Connection, table: Table, key: tuple[str, ...], told: Iterable[Row]
) -> dict[tuple[Any, ...], Row]:
    """Return the rows of a table that have the first key value of some rows, by whole key."""
    wanted = list({row[key[0]] for row in told})
    found: dict[tuple[Any, ...], Row] = {}
    for start in range(0, len(wanted), VALUES_AT_ONCE):
        some = table.c[key[0]].in_(wanted[start : start + VALUES_AT_ONCE])
        for row in connection.execute(select(table).where(some)).mappings():
            found[tuple(row[name] for name in key)] = dict(row)
    return found


def _cell(value: Any, *, is_sqlite: bool) -> Any:
    """Return a value as the driver stores it: SQLite keeps days and instants (UTC) as text."""
    if not is_sqlite or not isinstance(value, date):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat()
