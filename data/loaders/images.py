"""Images of rows: what a row held before a load, as JSON, and the hash of what a load left."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Date, LargeBinary, Table, bindparam, update

from data.domain.journal import canonical_json
from data.store.types import Instant

ERASED = "erased"
"""In an image: the names of the columns whose words were erased in the meantime."""


def image_of(row: Mapping[str, Any]) -> str:
    """Return a row as canonical JSON: instants as UTC text, bytes as base64."""
    return canonical_json({name: _plain(value) for name, value in row.items()})


def row_hash(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of a row's image."""
    return hashlib.sha256(image_of(row).encode()).hexdigest()


def row_values(table: Table, image: str) -> dict[str, Any]:
    """Return the values of a row (or of some of its columns) from its image, without what was erased."""
    held: dict[str, Any] = json.loads(image)
    return {name: _typed(table, name, value) for name, value in held.items() if name != ERASED}


def is_erased(image: str) -> bool:
    """Whether words of an image were erased."""
    return ERASED in json.loads(image)


def update_rows(connection: Connection, table: Table, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows, or some of their columns, by key; a row of the key alone is left as it is.

    The key itself is not set: that would make the database look for every reference.
    """
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        names = tuple(name for name in row if name != key)
        values = {"the_key": row[key]} | {f"new_{name}": row[name] for name in names}
        alike.setdefault(names, []).append(values)
    alike.pop((), None)
    for names, values_of in alike.items():
        statement = update(table).where(table.c[key] == bindparam("the_key"))
        connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), values_of)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, (bytes, memoryview)) else value


def _typed(table: Table, name: str, value: Any) -> Any:
    if value is None:
        return None
    kind = table.columns[name].type
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value).astimezone(UTC)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(kind, LargeBinary) else value
