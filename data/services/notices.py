"""Notices of orders: rows of the outbox, one per order and channel, written in the transaction of the press.

A notice holds number, category and a link key, never personal data. Whoever sends them reads
`sent_at IS NULL AND cancelled_at IS NULL AND send_after <= now` and sets `sent_at`. Its key lets a
notice stand there only once, however often its press is tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from data.domain.journal import canonical_json
from data.domain.vocabulary import Channel
from data.store.outbox import are_waiting
from data.store.tables import outbox
from data.store.upsert import insert_if_new

SENT, WITHDRAWN = ":sent", ":withdrawn"


def add_notices(
    connection: Connection,
    case: dict[str, Any],
    numbers: Iterable[str],
    channels: Iterable[Channel],
    now: datetime,
    send_after: datetime,
) -> int:
    """Write a notice for each order number and channel of a case; return how many are new."""
    wanted = [(number, channel) for number in numbers for channel in channels]
    return sum(
        _add(
            connection,
            case["id"],
            f"{number}:{channel}{SENT}",
            channel,
            _payload(case, number),
            now,
            send_after,
        )
        for number, channel in wanted
    )


def send_waiting(connection: Connection, case_id: int, now: datetime) -> int:
    """Let the notices of a case that wait go out now; return how many they were."""
    release = update(outbox).where(*are_waiting(case_id, now)).values(send_after=now)
    return int(connection.execute(release).rowcount)


def withdraw_notices(connection: Connection, case_id: int, numbers: Iterable[str], now: datetime) -> int:
    """Cancel the notices of these orders that wait, and follow each one that went out by a cancellation.

    Cancelled ones stay in the books: `cancelled_at` says when, `sent_at` whether they had gone out.
    Returns how many were cancelled.
    """
    keys = [f"{number}:{channel}{SENT}" for number in numbers for channel in Channel]
    of_orders = (outbox.c.case_id == case_id, outbox.c.cancelled_at.is_(None), outbox.c.key.in_(keys))
    cancel = update(outbox).values(cancelled_at=now)
    waiting = connection.execute(cancel.where(*of_orders, outbox.c.sent_at.is_(None))).rowcount
    gone = connection.execute(select(outbox).where(*of_orders)).mappings().all()
    for row in gone:
        key = row["key"].removesuffix(SENT) + WITHDRAWN
        _add(connection, case_id, key, row["channel"], row["payload"], now, now)
    connection.execute(cancel.where(*of_orders))
    return int(waiting) + len(gone)


def _payload(case: dict[str, Any], number: str) -> str:
    return canonical_json({"number": number, "category": case["category_code"], "link": number})


def _add(
    connection: Connection,
    case_id: int,
    key: str,
    channel: str,
    payload: str,
    now: datetime,
    send_after: datetime,
) -> bool:
    row = {"case_id": case_id, "key": key, "channel": str(channel), "payload": payload}
    row |= {"created_at": now, "send_after": send_after, "attempts": 0}
    return insert_if_new(connection, outbox, row)
