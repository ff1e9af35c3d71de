"""What a row goes back to when loads are taken back in whatever order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from data.domain.journal import canonical_json
from data.loaders.images import ERASED
from data.store.tables import before_images, case_contents, loads

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """What a load keeps of one row for its rollback.

    `before` is the image to go back to (None: the row goes away), `after_hash` the hash of what the load
    left, `passed` the loads whose changes are undone by going there, newest first. `is_orphan` says that
    the load which brought the row is rolled back already.
    """

    row_id: int
    before: str | None
    after_hash: str
    passed: tuple[int, ...]
    is_orphan: bool


def look_back(connection: Connection, table: Table, images: Sequence[Row]) -> list[Held]:
    """Return the images of one load, passing over what was left by loads that are rolled back themselves."""
    if not images:
        return []
    load_id = images[0]["load_id"]
    gone = set(connection.execute(select(loads.c.id).where(loads.c.status == "rolled_back")).scalars())
    earlier: dict[int, list[Row]] = {}
    image = before_images
    query = select(image).where(
        image.c.table_name == table.name,
        image.c.row_id.in_([held["row_id"] for held in images]),
        image.c.load_id < load_id,
        image.c.load_id.in_(select(loads.c.id).where(loads.c.status == "rolled_back")),
    )
    for row in connection.execute(query.order_by(image.c.load_id.desc())).mappings():
        earlier.setdefault(row["row_id"], []).append(dict(row))
    return [_held(table, held, earlier.get(held["row_id"], []), gone) for held in images]


def _held(table: Table, image: Row, earlier: list[Row], gone: set[int]) -> Held:
    """Step back from image to image while each is exactly what the load before left."""
    before, passed = image["before"], [image["load_id"]]
    for other in earlier:
        if before is None:
            break
        if table is case_contents:
            before = _merged(before, other["before"])
        elif _hash(before) == other["after_hash"]:
            before = other["before"]
        else:
            continue
        passed.append(other["load_id"])
    is_orphan = before is not None and _birth(before, earlier) in gone
    return Held(image["row_id"], before, image["after_hash"], tuple(passed), is_orphan)


def _merged(newer: str, older: str | None) -> str | None:
    """Images of contents hold only what was overwritten: the older word counts, also where it was erased."""
    if older is None:
        return None
    new, old = json.loads(newer), json.loads(older)
    gone = {*new.pop(ERASED, ())} - old.keys() | {*old.pop(ERASED, ())}
    told = {name: value for name, value in (new | old).items() if name not in gone}
    return canonical_json(told | ({ERASED: sorted(gone)} if gone else {}))


def _birth(before: str, earlier: list[Row]) -> int | None:
    """Return the load that brought a row, as far as the images of loads that are rolled back lead."""
    load_id: int | None = json.loads(before).get("load_id")
    for other in earlier:
        if other["load_id"] == load_id and other["before"] is not None:
            load_id = json.loads(other["before"])["load_id"]
    return load_id


def _hash(image: str) -> str:
    return hashlib.sha256(image.encode()).hexdigest()
