"""The ledger of loads: opening, counting, closing, listing, and the rejects of each."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from data.domain.errors import NotFound
from data.domain.vocabulary import LoadStatus
from data.loaders.bulk import insert_rows
from data.loaders.readers import require_file, unreadable
from data.loaders.rejects import Reject
from data.store.tables import before_images, case_contents, cases, loads, rejects, staged_changes
from data.store.unit_of_work import Store
from data.town import SourceProfile

REJECT_COLUMNS = ("load_id", "row_number", "field", "value", "reason", "cure")
REJECT_HEADER = ("行号", "字段", "值", "原因", "处理办法")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class Counts:
    """What happened to the rows of a file."""

    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    def columns(self) -> dict[str, int]:
        """Return the counts as columns of the ledger."""
        names = ("read", "inserted", "updated", "unchanged", "rejected")
        return {f"rows_{name}": getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Origin:
    """The load that rows come from: what each row remembers."""

    load_id: int
    source: SourceProfile
    file_hash: str
    at: datetime

    @property
    def actor(self) -> str:
        """The name under which the load stands in `changed_by` and in the journal."""
        return load_actor(self.load_id)


def load_actor(load_id: int) -> str:
    """Return the name of a load as an actor."""
    return f"load:{load_id}"


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file (hex); raise `LoadRefused` where it cannot be read."""
    require_file(path)
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error


def open_load(store: Store, source: SourceProfile, path: Path, actor: str, at: datetime) -> Origin:
    """Enter a new load as staging and return it."""
    digest = file_hash(path)
    values = {
        "source_key": source.key,
        "target": source.target,
        "file_name": path.name,
        "file_hash": digest,
        "actor": actor,
        "status": "staging",
        "started_at": at,
        "is_demo": source.is_demo,
    }
    with store.write() as transaction:
        key = transaction.connection.execute(insert(loads).values(values)).inserted_primary_key
    assert key is not None
    return Origin(int(key[0]), source, digest, at)


def write_rejects(connection: Connection, load_id: int, found: Iterable[Reject]) -> None:
    """Keep the reasons for which rows were not taken."""
    rows = [(load_id, r.row_number, r.field, r.value, r.reason, r.cure) for r in found]
    if rows:
        insert_rows(connection, "rejects", REJECT_COLUMNS, rows)


def set_load(connection: Connection, load_id: int, values: Mapping[str, Any]) -> None:
    """Change the ledger's row of a load."""
    connection.execute(update(loads).where(loads.c.id == load_id).values(dict(values)))


def remove_if_staging(store: Store, load_id: int) -> None:
    """Remove a load after an error, unless it has passed the point of no return."""
    with store.read() as connection:
        is_staging = the_load(connection, load_id)["status"] == "staging"
    if is_staging:
        remove_load(store, load_id)


def remove_load(store: Store, load_id: int, at_once: int = 2_000) -> None:
    """Remove a load that was never published, in short transactions."""
    while _remove_some(store, load_id, at_once):
        pass
    with store.write() as transaction:
        for table in (before_images, rejects):
            transaction.connection.execute(delete(table).where(table.c.load_id == load_id))
        transaction.connection.execute(delete(loads).where(loads.c.id == load_id))


def refuse_load(
    store: Store, load_id: int, why: Sequence[Reject], counts: Counts, at_once: int = 2_000
) -> None:
    """Keep of a load that is refused whole its row in the ledger, the reasons `why` and its rejects alone."""
    while _remove_some(store, load_id, at_once):
        pass
    kept = {f"rows_{name}": getattr(counts, name) for name in ("read", "rejected")}
    with store.write() as transaction:
        write_rejects(transaction.connection, load_id, why)
        set_load(transaction.connection, load_id, {**kept, "status": str(LoadStatus.REFUSED)})


def _remove_some(store: Store, load_id: int, at_once: int) -> int:
    """Remove some of its staged rows; return how many."""
    with store.write() as transaction:
        connection = transaction.connection
        connection.execute(delete(staged_changes).where(staged_changes.c.load_id == load_id))
        ids = select(cases.c.id).where(cases.c.load_id == load_id).order_by(cases.c.id).limit(at_once)
        found = list(connection.execute(ids).scalars())
        if found:
            bounds = (found[0], found[-1])
            contents = case_contents.c.case_id
            staged = select(cases.c.id).where(cases.c.load_id == load_id, cases.c.id.between(*bounds))
            connection.execute(delete(case_contents).where(contents.in_(staged)))
            connection.execute(delete(cases).where(cases.c.load_id == load_id, cases.c.id.between(*bounds)))
        return len(found)


def the_load(connection: Connection, load_id: int) -> RowMapping:
    """Return the ledger's row of a load; raise `NotFound`."""
    row = connection.execute(select(loads).where(loads.c.id == load_id)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"没有编号为 {load_id} 的载入", value=load_id, cure="请用 loads 命令查看已有的载入")
    return row


def list_loads(store: Store, limit: int = 50) -> list[dict[str, Any]]:
    """Return the newest loads first."""
    with store.read() as connection:
        query = select(loads).order_by(loads.c.id.desc()).limit(limit)
        return [dict(row) for row in connection.execute(query).mappings()]


def list_rejects(store: Store, load_id: int) -> list[Reject]:
    """Return what a load refused, in the order of the file."""
    columns = (rejects.c.row_number, rejects.c.field, rejects.c.value, rejects.c.reason, rejects.c.cure)
    with store.read() as connection:
        the_load(connection, load_id)
        query = select(*columns).where(rejects.c.load_id == load_id)
        return [
            Reject(*row) for row in connection.execute(query.order_by(rejects.c.row_number, rejects.c.id))
        ]


def write_rejects_csv(found: Iterable[Reject], out: IO[str]) -> None:
    """Write rejects as CSV; a cell that a spreadsheet would run as a formula gets a quote before it."""
    writer = csv.writer(out)
    writer.writerow(REJECT_HEADER)
    for r in found:
        writer.writerow(
            [r.row_number or "", *(_harmless(cell) for cell in (r.field, r.value, r.reason, r.cure))]
        )


def _harmless(cell: str | None) -> str:
    text = cell or ""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
