"""Rows of the table `grids`, made ready outside of the transaction that writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert

from data.domain.errors import Conflict
from data.loaders.boundary_plan import Plan, Row
from data.loaders.images import image_of, row_hash, update_rows
from data.loaders.row_ids import new_ids
from data.store.engine import take_turn
from data.store.grids import last_grid_change
from data.store.tables import before_images, grids
from data.store.unit_of_work import Store, Transaction


@dataclass(frozen=True, slots=True)
class GridRows:
    """What a load writes: whole new rows with their ids, whole rows as they will be, and the images of both."""

    inserts: Sequence[Row]
    updates: Sequence[Row]
    images: Sequence[Row]

    def write(self, connection: Connection) -> None:
        """Write everything, in three statements of many rows; what makes room comes first."""
        update_rows(connection, grids, "id", self.updates)
        for table, rows in ((grids, self.inserts), (before_images, self.images)):
            if rows:
                connection.execute(insert(table), list(rows))


def prepare(store: Store, plan: Plan, lineage: Row) -> GridRows:
    """Give the new rows of a plan their ids and lineage, and make every image."""
    empty = dict.fromkeys(grids.columns.keys())
    ids = new_ids(store, grids, len(plan.inserts))
    inserts = [
        {**empty, **row, **lineage, "id": row_id} for row, row_id in zip(plan.inserts, ids, strict=True)
    ]
    origin = {name: lineage[name] for name in ("load_id", "source_hash")}
    pairs = [(before, {**before, **changes, **origin}) for before, changes in plan.updates]
    images = [_image(lineage["load_id"], before, after) for before, after in pairs]
    images += [_image(lineage["load_id"], None, row) for row in inserts]
    return GridRows(inserts, [after for _, after in pairs], images)


@contextmanager
def only_writer(store: Store, seen: int) -> Iterator[Transaction]:
    """Run the one transaction that writes grids; raise `Conflict` when they changed after the change `seen`."""
    with store.write() as transaction:
        take_turn(transaction.connection)
        if last_grid_change(transaction.connection) != seen:
            cure = "请再试一次"
            raise Conflict("网格刚刚由另一个进程改动，没有写入", value=seen, cure=cure)
        yield transaction


def _image(load_id: int, before: Row | None, after: Row) -> dict[str, Any]:
    return {
        "load_id": load_id,
        "table_name": "grids",
        "row_id": after["id"],
        "before": None if before is None else image_of(before),
        "after_hash": row_hash(after),
    }
