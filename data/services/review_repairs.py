"""The reviews of a case follow it: made good when it is closed, and not yet when it is opened again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, select, update

from data.domain.vocabulary import CaseState
from data.store.measure_marks import days_of, mark_since
from data.store.modules.approval import reviews

R = reviews.c


def follow_case(connection: Connection, case: Mapping[str, Any], zone: tzinfo, now: datetime) -> None:
    """Let the reviews of a case say what its row says; their days are counted anew.

    In the transaction of every step: `repaired_at` of a review with a case is never anything else. A step may move
    the day on which the repair is owed, from any day since the review.
    """
    is_good = CaseState(case["state"]) is not CaseState.DECLINED
    _change(connection, case["id"], {"repaired_at": case["closed_at"] if is_good else None}, zone, now)


def go_on_with(connection: Connection, case_id: int, into_id: int, zone: tzinfo, now: datetime) -> None:
    """Let the reviews of a case that is merged wait for the one that goes on."""
    _change(connection, case_id, {"case_id": into_id}, zone, now)


def _change(
    connection: Connection, case_id: int, values: Mapping[str, object], zone: tzinfo, now: datetime
) -> None:
    query = select(R.reviewed_at).where(R.case_id == case_id)
    found = [dict(row) for row in connection.execute(query).mappings()]
    if found:
        connection.execute(update(reviews).where(R.case_id == case_id).values(values))
        mark_since(connection, "approval", min(days_of(found, zone)), now)
