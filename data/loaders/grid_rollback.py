"""Taking a set of grids back: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
import shapely
from sqlalchemy import Connection, delete, select

from data.domain.errors import Conflict
from data.loaders.boundaries import find_problems, versions
from data.loaders.boundary_plan import Row, is_standing
from data.loaders.grid_rows import only_writer
from data.loaders.images import row_hash, row_values, update_rows
from data.loaders.ledger import set_load
from data.store.grids import last_grid_change
from data.store.measure_marks import mark_patrolled
from data.store.tables import before_images, grids, loads
from data.store.unit_of_work import Store
from data.town import Town

NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Return:
    """What goes back: rows as they were, ids of rows to remove, the change of grids that this is as of."""

    restored: Sequence[Row]
    removed: Sequence[int]
    seen: int


def take_back_grids(store: Store, town: Town, load_id: int, now: datetime) -> tuple[int, int]:
    """Put the grids back to what they were before a load; return how many rows were restored and removed.

    Raises `Conflict`, naming the later loads, when one of them touched what this load left or when the
    town would have gaps or overlaps that it does not have now.
    """
    today = now.astimezone(town.profile.zone).date()
    with store.read() as connection:
        back = _prepare(connection, town, load_id, today)
    with only_writer(store, back.seen) as transaction:
        connection = transaction.connection
        mine = (before_images.c.load_id == load_id, before_images.c.table_name == "grids")
        new = select(before_images.c.row_id).where(*mine, before_images.c.before.is_(None))
        connection.execute(delete(grids).where(grids.c.id.in_(new)))
        update_rows(connection, grids, "id", back.restored)
        connection.execute(delete(before_images).where(*mine))
        set_load(connection, load_id, {"status": "rolled_back", "rolled_back_at": now})
        mark_patrolled(connection, now)
        transaction.changed("grids", now)
    return len(back.restored), len(back.removed)


def _prepare(connection: Connection, town: Town, load_id: int, today: date) -> _Return:
    mine = (before_images.c.load_id == load_id, before_images.c.table_name == "grids")
    images = list(connection.execute(select(before_images).where(*mine)).mappings())
    current = {row["id"]: row for row in versions(connection)}
    touched = [
        held["row_id"]
        for held in images
        if held["row_id"] not in current or row_hash(current[held["row_id"]]) != held["after_hash"]
    ]
    if touched:
        codes = {current[row_id]["code"] if row_id in current else str(row_id) for row_id in touched}
        _refuse(connection, load_id, f"之后它的网格 {_names(codes)} 又被改动", touched)
    restored = [row_values(grids, held["before"]) for held in images if held["before"]]
    removed = [held["row_id"] for held in images if not held["before"]]
    result = current | {row["id"]: row for row in restored}
    result = {row_id: row for row_id, row in result.items() if row_id not in set(removed)}
    found = _problems(result.values(), town, today) - _problems(current.values(), town, today)
    if found:
        _refuse(connection, load_id, f"网格会有 {len(found)} 处不能接受的问题，第一处：{min(found)}")
    return _Return(restored, removed, last_grid_change(connection))


def _problems(rows: Iterable[Row], town: Town, today: date) -> set[str]:
    """Return what blocks the sets in force today and on each later day when a version begins."""
    standing = [row for row in rows if is_standing(row, today)]
    days = {max(today, row["valid_from"]) for row in standing}
    return {message for day in days for message in _blocking([r for r in standing if _holds(r, day)], town)}


def _holds(row: Row, day: date) -> bool:
    return row["valid_from"] <= day and (row["valid_to"] is None or day < row["valid_to"])


def _blocking(rows: list[Row], town: Town) -> list[str]:
    frame = pd.DataFrame(rows)
    frame["geometry"] = list(shapely.from_wkb(frame["geometry"].to_numpy(dtype=object)))
    kinds = set(frame["kind"])
    tiling = [rule.kind.value for rule in town.profile.grid_kinds if rule.is_tiling and rule.kind in kinds]
    return [problem.message for problem in find_problems(frame, town, tiling) if problem.is_blocking]


def _refuse(connection: Connection, load_id: int, reason: str, touched: Sequence[int] | None = None) -> None:
    """Raise `Conflict` with the later loads that stand in the way, those of some rows or all."""
    query = select(before_images.c.load_id, before_images.c.row_id, loads.c.source_key)
    query = query.join(loads, loads.c.id == before_images.c.load_id)
    query = query.where(before_images.c.table_name == "grids", before_images.c.load_id > load_id)
    found = connection.execute(query.order_by(before_images.c.load_id.desc())).all()
    wanted = None if touched is None else set(touched)
    later = list(dict.fromkeys((row[0], row[2]) for row in found if wanted is None or row[1] in wanted))
    listed = "、".join(f"{number}（{source}）" for number, source in later)
    cure = f"请先依次回滚之后的载入：{listed}" if listed else "请载入一套正确的边界来代替"
    raise Conflict(f"载入 {load_id} 的网格不能回滚：{reason}", value=load_id, cure=cure)


def _names(codes: Iterable[str]) -> str:
    shown = sorted(codes)
    more = f" 等 {len(shown)} 个" if len(shown) > NAMES_SHOWN else ""
    return "、".join(shown[:NAMES_SHOWN]) + more
