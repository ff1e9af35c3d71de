"""The reviews of a case follow it: made good when it is closed, and not yet when it is opened again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, select, update

from data.domain.vocabulary import CaseState
from data.store.measure_marks import days_of, mark_days
from data.store.modules.approval import reviews

R = reviews.c


def follow_case(connection: Connection, case: Mapping[str, Any], zone: tzinfo, now: datetime) -> None:
    """Let the reviews of a case say what its row says; their days are counted anew.

    In the transaction of every step: `repaired_at` of a review with a case is never anything else.
    """
    query = select(R.reviewed_at).where(R.case_id == case["id"])
    found = [dict(row) for row in connection.execute(query).mappings()]
    if not found:
        return
    is_good = CaseState(case["state"]) is not CaseState.DECLINED
    values = {"repaired_at": case["closed_at"] if is_good else None}
    connection.execute(update(reviews).where(R.case_id == case["id"]).values(values))
    mark_days(connection, days_of(found, zone), now, ("approval",))


def go_on_with(connection: Connection, case_id: int, into_id: int) -> None:
    """Let the reviews of a case that is merged wait for the one that goes on."""
    connection.execute(update(reviews).where(R.case_id == case_id).values(case_id=into_id))
