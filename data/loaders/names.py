"""Names and telephones of staff: written, forgotten when nobody bears them, and put back by a rollback."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from data.loaders.images import image_of, row_hash
from data.loaders.lookback import Held
from data.store.tables import before_images, persons, staff

PERSONAL = ("name", "telephone")
Row = dict[str, Any]


def keep_name(connection: Connection, person: Row) -> None:
    """Write a person under the hash, whether it is there or not."""
    is_same = persons.c.person_hash == person["person_hash"]
    if not connection.execute(update(persons).where(is_same).values(person)).rowcount:
        connection.execute(insert(persons).values(person))


def forget_names(connection: Connection, hashes: Iterable[str | None]) -> None:
    """Remove those of these persons that no member of staff refers to any more."""
    known = [each for each in hashes if each is not None]
    borne = select(staff.c.person_hash).where(staff.c.person_hash.in_(known))
    connection.execute(
        delete(persons).where(persons.c.person_hash.in_(known), persons.c.person_hash.not_in(borne))
    )


def keep_old_name(connection: Connection, load_id: int, member: Row) -> None:
    """Keep the words about a member of staff that a load overwrites, for its rollback alone."""
    known_as = {"person_hash": member["person_hash"]}
    if member["person_hash"] is None:
        return
    image = {
        "load_id": load_id,
        "table_name": persons.name,
        "row_id": member["id"],
        "before": image_of(known_as | {name: member[name] for name in PERSONAL}),
        "after_hash": row_hash(known_as),
    }
    connection.execute(insert(before_images).values(image))


def old_names(connection: Connection, free: Sequence[Held]) -> dict[int, Row]:
    """Return the words about staff that rows go back to, by row id; erased ones are there without words."""
    image = before_images
    query = select(image.c.load_id, image.c.row_id, image.c.before).where(
        image.c.table_name == persons.name, image.c.row_id.in_([held.row_id for held in free])
    )
    kept = {(load_id, row_id): before for load_id, row_id, before in connection.execute(query)}
    found = {}
    for held in free:
        words = [kept[load_id, held.row_id] for load_id in held.passed if (load_id, held.row_id) in kept]
        if words and held.before is not None:
            found[held.row_id] = json.loads(words[-1])
    return found
