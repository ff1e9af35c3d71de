"""What approvals are called, when a review is bad, and how its repair stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from data.domain.vocabulary import CaseState, Word

CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "enterprise_opening": "企业开办",
        "construction": "工程建设",
        "public_service": "公共服务",
        "other": "其他事项",
    }
)
KEY_CLASSES = ("enterprise_opening", "construction", "public_service")
OUTCOMES: Mapping[str, str] = MappingProxyType({"granted": "准予", "refused": "不予", "withdrawn": "撤回"})
BAD_STARS, GOOD_STARS = 2, 4
"""At most so many stars are a bad review, at least so many a good one."""

REPAIR_LIMIT = timedelta(days=7)
"""Within which a bad review without a case is to be made good; a sample of 2026-11-26, no national standard."""


class RepairState(Word):
    """How the repair of a bad review stands."""

    NO_CASE = "no_case", "未立案"
    UNSENT = "unsent", "待派遣"
    RUNNING = "running", "整改中"
    SUSPENDED = "suspended", "挂起"
    OVERDUE = "overdue", "超期"
    IN_TIME = "in_time", "按期整改"
    LATE = "late", "逾期整改"
    DECLINED = "declined", "不予受理"

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to make it good."""
        return self not in (RepairState.IN_TIME, RepairState.LATE, RepairState.DECLINED)


@dataclass(frozen=True, slots=True)
class BadReview:
    """A bad review with what its case says: `closing_due_at` is the closing limit by the case's own clock.

    Without a case `case_state` is None, and `repaired_at` is what the register says.
    """

    reviewed_at: datetime
    repaired_at: datetime | None
    case_state: CaseState | None = None
    closing_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """How a repair stands, and until when it is owed: None before the case's clock runs."""

    state: RepairState
    due_at: datetime | None


def repair_of(review: BadReview, now: datetime) -> Repair:
    """Return how the repair of a bad review stands at `now`: by the clock of its case, else within `REPAIR_LIMIT`."""
    has_case = review.case_state is not None
    due_at = review.closing_due_at if has_case else review.reviewed_at + REPAIR_LIMIT
    return Repair(_state(review, due_at, now), due_at)


def _state(review: BadReview, due_at: datetime | None, now: datetime) -> RepairState:
    if review.case_state is CaseState.DECLINED:
        return RepairState.DECLINED
    if review.repaired_at is not None:
        in_time = due_at is None or review.repaired_at <= due_at
        return RepairState.IN_TIME if in_time else RepairState.LATE
    if review.case_state is CaseState.SUSPENDED:
        return RepairState.SUSPENDED
    if due_at is None:
        return RepairState.UNSENT
    if due_at < now:
        return RepairState.OVERDUE
    return RepairState.NO_CASE if review.case_state is None else RepairState.RUNNING
