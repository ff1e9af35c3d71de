"""Words and rules of 党建绩效: the joint projects, the kinds of staff, and how an appeal of an assessment ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from data.domain.vocabulary import Word

DAY = timedelta(days=1)


class Project(Word):
    """The joint projects with the partner town."""

    INDUSTRY = "industry", "现代产业融通"
    TOURISM = "tourism", "文旅资源整合"
    REFORM = "reform", "体制改革协同"
    CADRES = "cadres", "干部队伍共建"


class StaffKind(Word):
    """How somebody is employed; each kind is assessed by weights of its own."""

    ADMINISTRATIVE = "administrative", "行政"
    INSTITUTION = "institution", "事业"
    CONTRACT = "contract", "编外"


class AppealOutcome(Word):
    """How an appeal of an assessment ended."""

    GRANTED = "granted", "全部准予"
    PARTIAL = "partial", "部分准予"
    REFUSED = "refused", "不予准予"


def outcome_of(asked: int, granted: int) -> AppealOutcome:
    """Return how an appeal ends that asked for so many cases and was granted so many of them."""
    if not granted:
        return AppealOutcome.REFUSED
    return AppealOutcome.GRANTED if granted == asked else AppealOutcome.PARTIAL


def appeal_until(month_end: date, work_days: int, is_workday: Callable[[date], bool]) -> date:
    """Return the last day on which a month may be appealed: so many work days after the month's last day."""
    day = month_end
    while work_days:
        day += DAY
        work_days -= is_workday(day)
    return day
