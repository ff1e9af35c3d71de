"""Residents' words that a load overwrote or refused: kept for a rollback or a correction, then erased."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, or_, select, update

from data.loaders.images import ERASED
from data.loaders.rejects import ERASED_VALUE, WHOLE_FILE
from data.store.tables import before_images, case_contents, loads, persons, rejects
from data.store.unit_of_work import Store

WORDS_KEPT_FOR = timedelta(days=30)
AT_ONCE = 500
KEYS = {case_contents.name: "case_id", persons.name: "person_hash"}
ERASED_START = f'{{"{ERASED}":'


def erase_old_words(store: Store, now: datetime) -> int:
    """Erase what loads published more than thirty days ago overwrote of residents' and staff's words.

    Of each image only the key and the names of the fields stay, so that a rollback can say what it could
    not restore. Works in short transactions; returns how many images lost their words.
    """
    total = 0
    while erased := _erase_some(store, now):
        total += erased
    return total


def erase_old_rejects(store: Store, now: datetime) -> int:
    """Erase what stood in rows that loads of more than thirty days ago did not take; return how many values.

    Row, field, reason and cure stay, and a mark says that a value was there. Why a whole file was refused goes too:
    of a file without a header it names the first row. Works in short transactions.
    """
    reject, is_whole = rejects.c, rejects.c.row_number == WHOLE_FILE
    old = select(loads.c.id).where(loads.c.started_at < now - WORDS_KEPT_FOR)
    held = or_(reject.value != ERASED_VALUE, is_whole & (reject.reason != ERASED_VALUE))
    some = select(reject.id).where(reject.load_id.in_(old), held).limit(AT_ONCE).scalar_subquery()
    marks = {
        "value": case((reject.value.is_not(None), ERASED_VALUE)),
        "reason": case((is_whole, ERASED_VALUE), else_=reject.reason),
    }
    erasing = update(rejects).where(reject.id.in_(some)).values(marks)
    total = 0
    while True:
        with store.write() as transaction:
            erased = transaction.connection.execute(erasing).rowcount
        total += erased
        if erased < AT_ONCE:
            return total


def _erase_some(store: Store, now: datetime) -> int:
    image = before_images.c
    query = (
        select(image.load_id, image.table_name, image.row_id, image.before)
        .join(loads, loads.c.id == image.load_id)
        .where(loads.c.published_at < now - WORDS_KEPT_FOR, image.table_name.in_(KEYS))
        .where(image.before.is_not(None), image.before.not_like(f"{ERASED_START}%"))
    )
    with store.read() as connection:
        found = connection.execute(query.limit(AT_ONCE)).all()
    if found:
        with store.write() as transaction:
            _write(transaction.connection, [(*row[:3], _without_words(row[1], row[3])) for row in found])
    return len(found)


def _write(connection: Connection, rows: list[tuple[int, str, int, str]]) -> None:
    names = ("load", "table", "row", "left")
    image = before_images.c
    statement = update(before_images).where(
        image.load_id == bindparam("load"),
        image.table_name == bindparam("table"),
        image.row_id == bindparam("row"),
    )
    values = [dict(zip(names, row, strict=True)) for row in rows]
    connection.execute(statement.values(before=bindparam("left")), values)


def _without_words(table: str, image: str) -> str:
    """Return what stays of an image; it begins with the mark, by which it is known."""
    held = json.loads(image)
    key = KEYS[table]
    return json.dumps({ERASED: sorted(held.keys() - {key}), key: held[key]}, separators=(",", ":"))
