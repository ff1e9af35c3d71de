"""How the repair of a bad review stands: by the clock of its case, without one within seven days."""

from datetime import UTC, datetime, timedelta

import pytest

from data.domain.approval import BadReview, Repair, RepairState, repair_of
from data.domain.vocabulary import CaseState

DAY = timedelta(days=1)
SAID = datetime(2026, 11, 2, 9, tzinfo=UTC)
DUE = SAID + 9 * DAY
S, C = RepairState, CaseState


@pytest.mark.parametrize(
    ("repaired", "state", "due", "after", "expected"),
    [
        (None, None, None, 6 * DAY, Repair(S.NO_CASE, SAID + 7 * DAY)),
        (None, None, None, 8 * DAY, Repair(S.OVERDUE, SAID + 7 * DAY)),
        (7 * DAY, None, None, 99 * DAY, Repair(S.IN_TIME, SAID + 7 * DAY)),
        (7.1 * DAY, None, None, 99 * DAY, Repair(S.LATE, SAID + 7 * DAY)),
        (None, C.REPORTED, None, 8 * DAY, Repair(S.UNSENT, None)),
        (None, C.SIGNED, DUE, 8 * DAY, Repair(S.RUNNING, DUE)),
        (None, C.HANDLED, DUE, 10 * DAY, Repair(S.OVERDUE, DUE)),
        (None, C.SUSPENDED, DUE, 10 * DAY, Repair(S.SUSPENDED, DUE)),
        (9 * DAY, C.CLOSED, DUE, 99 * DAY, Repair(S.IN_TIME, DUE)),
        (9.1 * DAY, C.RATED, DUE, 99 * DAY, Repair(S.LATE, DUE)),
        (None, C.DECLINED, None, 8 * DAY, Repair(S.DECLINED, None)),
    ],
)
def test_a_repair_stands_by_its_clock(repaired, state, due, after, expected) -> None:
    done = None if repaired is None else SAID + repaired
    assert repair_of(BadReview(SAID, done, state, due), SAID + after) == expected
