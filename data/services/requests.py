"""Request keys: the same request twice gives the first result, another body under its key is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from data.domain.errors import KeyReused
from data.domain.journal import canonical_json
from data.store.tables import request_keys

KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Request:
    """A keyed request: who asks, for what, under which key, with which body (hashed)."""

    actor: str
    operation: str
    key: str
    body: Mapping[str, object]

    @property
    def body_hash(self) -> str:
        """SHA-256 of the body in canonical JSON."""
        return hashlib.sha256(canonical_json(dict(self.body)).encode()).hexdigest()


def remembered(connection: Connection, request: Request) -> dict[str, Any] | None:
    """Return the first result of this request, None when it is new; raise `KeyReused` for another body."""
    query = select(request_keys.c.body_hash, request_keys.c.result).where(*_is_same(request))
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    if row.body_hash != request.body_hash:
        raise KeyReused(
            f"请求标识“{request.key}”已用于内容不同的另一次提交",
            field="Idempotency-Key",
            value=request.key,
            cure="请为新的提交换一个请求标识",
        )
    result: dict[str, Any] = json.loads(row.result)
    return result


def remember(connection: Connection, request: Request, result: Mapping[str, object], now: datetime) -> None:
    """Keep the result of a request beside what it wrote, in the same transaction."""
    connection.execute(
        insert(request_keys).values(
            actor=request.actor,
            operation=request.operation,
            key=request.key,
            body_hash=request.body_hash,
            result=canonical_json(dict(result)),
            created_at=now,
        )
    )


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
