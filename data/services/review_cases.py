"""Bad reviews open a case by themselves, each once; any number of processes may look.

Nothing is remembered between two looks: a bad review without a case is one that waits. Case and review are written in
one transaction, so that whoever dies in between leaves neither.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, Row, Select, literal, or_, select, update

from data.domain.approval import BAD_STARS
from data.domain.errors import CloudError, Conflict
from data.domain.people import SYSTEM
from data.domain.vocabulary import IntakeChannel
from data.services.new_case import OLDEST_REPORT, TITLE_LIMIT, ReportCase
from data.services.report import CaseReceipt, report_case
from data.store.modules.approval import approvals, departments, reviews, service_items, windows
from data.store.tables import cases, loads
from data.store.unit_of_work import Transaction
from data.town.approval import ApprovalRules
from data.world import World

SOURCE = "approval_reviews"
"""The source of the cases; the review's number is the number that it was sent with."""

R, A, I = reviews.c, approvals.c, service_items.c  # noqa: E741 — as short as the others

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Opened:
    """What a look did: the cases that it opened, and the reviews (by number) of which none could be made."""

    receipts: list[CaseReceipt] = field(default_factory=list)
    refused: dict[str, CloudError] = field(default_factory=dict)


class ReviewWatch:
    """Looks for bad reviews after each commit; an idle town costs one number."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen_revision = -1
        self._told: set[str] = set()

    def look(self, now: datetime) -> int:
        """Open what waits; return how many cases were opened. A review that cannot be one is logged once."""
        revision = (
            self._world.store.revision()
        )  # read first: what is committed meanwhile is looked at next time
        if revision == self._seen_revision:
            return 0
        opened = open_review_cases(self._world, now)
        for number, error in opened.refused.items():
            if number not in self._told:
                logger.warning("no case could be opened for the review %s: %s", number, error)
        self._told |= opened.refused.keys()
        self._seen_revision = revision
        return len(opened.receipts)


def open_review_cases(world: World, now: datetime) -> Opened:
    """Open a case for each bad review that waits for one; what fails is tried again at the next look."""
    opened, rules = Opened(), world.town.approval
    for review in waiting_reviews(world, now):
        try:
            receipt = _open(world, rules, review, now)
        except CloudError as error:
            opened.refused[review.number] = error
        else:
            opened.receipts += [receipt] if receipt is not None else []
    return opened


def waiting_reviews(world: World, now: datetime) -> Sequence[Row[Any]]:
    """Return the bad reviews that should have a case, oldest first: published, not made good, and young on arrival."""
    rule = world.town.approval.bad_reviews
    if rule is None or not rule.is_valid_on(now.astimezone(world.town.profile.zone).date()):
        return ()
    horizon = timedelta(days=rule.horizon_days)
    with world.store.read() as connection:
        found = connection.execute(_waiting(now)).all()
    return [row for row in found if row.reviewed_at >= (row.published_at or now) - horizon]


def _waiting(now: datetime) -> Select[Any]:
    """Every bad review of a year without a case; the stars are written out, as the index of those that wait asks for."""
    told = (windows.c.name.label("window"), departments.c.name.label("department"), I.name.label("item"))
    columns = (R.id, R.number, R.approval_number, R.stars, R.reviewed_at, R.is_demo, loads.c.published_at)
    return (
        select(*columns, *told)
        .outerjoin(loads, loads.c.id == R.load_id)
        .outerjoin(approvals, A.number == R.approval_number)
        .outerjoin(service_items, I.code == A.item_code)
        .outerjoin(departments, departments.c.code == I.department_code)
        .outerjoin(windows, windows.c.code == A.window_code)
        .where(R.stars <= literal(BAD_STARS, literal_execute=True))
        .where(R.case_id.is_(None), R.repaired_at.is_(None))
        .where(R.reviewed_at > now - OLDEST_REPORT, or_(R.load_id.is_(None), loads.c.status == "published"))
        .order_by(R.reviewed_at, R.id)
    )


def _open(world: World, rules: ApprovalRules, review: Row[Any], now: datetime) -> CaseReceipt | None:
    """Report the case of a review and tie both together; None where a case stands already."""
    if _tied_to_its_case(world, review, now):
        return None

    def tie(transaction: Transaction, receipt: CaseReceipt) -> None:
        _tie(transaction.connection, review, receipt.id)
        transaction.changed("loads", now)

    command = _command(rules, review, world.town.profile.zone)
    receipt = report_case(world, command, SYSTEM, now, f"review:{review.number}"[:128], also=tie)
    return None if receipt.is_repeated else receipt


def _tied_to_its_case(world: World, review: Row[Any], now: datetime) -> bool:
    """Tie a review to the case that it opened before its row was lost and came again; False where there is none."""
    query = select(cases.c.id).where(cases.c.source_key == SOURCE, cases.c.external_number == review.number)
    with world.store.read() as connection:
        case_id = connection.execute(query).scalar_one_or_none()
    if case_id is None:
        return False
    with world.store.write() as transaction:
        _tie(transaction.connection, review, case_id)
        transaction.changed("loads", now)
    return True


def _tie(connection: Connection, review: Row[Any], case_id: int) -> None:
    """Write the case into the review; raise `Conflict` where it has one, or is gone or no longer bad."""
    still = (R.id == review.id, R.case_id.is_(None), R.stars <= BAD_STARS)
    if not connection.execute(update(reviews).where(*still).values(case_id=case_id)).rowcount:
        cure = "不必处理，下次查看时按最新的评价办理"
        raise Conflict(f"评价 {review.number} 刚被改动，没有立案", value=review.number, cure=cure)


def _command(rules: ApprovalRules, review: Row[Any], zone: tzinfo) -> ReportCase:
    """Return the case of a review: what was asked for and how many stars it got, never who says so.

    It is reported when it is opened: a review that came in a file of last week must not be overdue at once.
    """
    rule, centre = rules.bad_reviews, rules.service_centre
    assert rule is not None  # nothing waits without one, and
    assert centre is not None  # the town folder has none without the other
    title = f"差评整改：{review.item or '审批服务'}"[: TITLE_LIMIT - 5] + f"（{review.stars} 星）"
    parts = (("办件", review.approval_number), ("部门", review.department), ("窗口", review.window))
    told = "，".join(f"{name} {value}" for name, value in parts if value)
    said = f"{review.reviewed_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return ReportCase(
        title=title,
        category=rule.category,
        intake_channel=IntakeChannel.REVIEW,
        lon=centre.lon,
        lat=centre.lat,
        crs="cgcs2000",
        address=centre.name,
        description=f"好差评 {review.number}：{said} 评 {review.stars} 星。{told}。由系统自动立案。",
        source_key=SOURCE,
        is_demo=review.is_demo,
        external_number=review.number,
    )
