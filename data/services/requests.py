"""Request keys: the same request twice gives the first result, another body under its key is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from data.domain.errors import InvalidInput, KeyReused
from data.domain.journal import canonical_json
from data.domain.texts import check_printable
from data.store.tables import request_keys
from data.store.upsert import insert_if_new

KEPT_FOR = timedelta(days=30)
LONGEST_KEY = 128


@dataclass(frozen=True, slots=True)
class Request:
    """A keyed request: who asks, for what, under which key, with which body (hashed)."""

    actor: str
    operation: str
    key: str
    body: Mapping[str, object]

    def __post_init__(self) -> None:
        """Refuse a key that is no key."""
        check_printable("Idempotency-Key", self.key)
        if not 1 <= len(self.key) <= LONGEST_KEY:
            raise InvalidInput(
                f"请求标识应为 1 至 {LONGEST_KEY} 个字符",
                field="Idempotency-Key",
                value=self.key[:LONGEST_KEY],
                cure="请换一个请求标识",
            )

    @property
    def body_hash(self) -> str:
        """SHA-256 of the body in canonical JSON."""
        text = canonical_json(dict(self.body)).encode("utf-8", "surrogatepass")
        return hashlib.sha256(text).hexdigest()


def claim(connection: Connection, request: Request, now: datetime) -> dict[str, Any] | None:
    """Claim a request's key for this transaction: None when it is new, else the first result.

    A second transaction with the same key waits here until the first one ended. Raises `KeyReused` for
    the same key with another body.
    """
    row = {
        "actor": request.actor,
        "operation": request.operation,
        "key": request.key,
        "body_hash": request.body_hash,
        "result": "null",
        "created_at": now,
    }
    if insert_if_new(connection, request_keys, row):
        return None
    return first_result(connection, request)


def first_result(connection: Connection, request: Request) -> dict[str, Any] | None:
    """Return what this request was answered first, None when it is new; raise `KeyReused` for another body."""
    query = select(request_keys.c.body_hash, request_keys.c.result).where(*_is_same(request))
    known = connection.execute(query).one_or_none()
    if known is None:
        return None
    if known.body_hash != request.body_hash:
        raise KeyReused(
            f"请求标识“{request.key}”已用于内容不同的另一次提交",
            field="Idempotency-Key",
            value=request.key,
            cure="请为新的提交换一个请求标识",
        )
    result: dict[str, Any] = json.loads(known.result)
    return result


def remember(connection: Connection, request: Request, result: Mapping[str, object]) -> None:
    """Keep the result of a claimed request, in the same transaction as what it wrote."""
    kept = update(request_keys).where(*_is_same(request)).values(result=canonical_json(dict(result)))
    connection.execute(kept)


def forget_old(connection: Connection, now: datetime) -> int:
    """Remove request keys older than thirty days; return how many."""
    result = connection.execute(delete(request_keys).where(request_keys.c.created_at < now - KEPT_FOR))
    return int(result.rowcount)


def _is_same(request: Request) -> tuple[Any, ...]:
    return (
        request_keys.c.actor == request.actor,
        request_keys.c.operation == request.operation,
        request_keys.c.key == request.key,
    )
