"""A drawer with everything in it, to be changed by the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from data.domain.case_clock import ClockReading
from data.domain.case_times import Stage
from data.domain.clock import Limit
from data.domain.drawer import Drawer, Facts, JournalLine, Likely, OrderLine
from data.domain.offers import allowed, due_step, offer
from data.domain.vocabulary import (
    Action,
    CaseState,
    ClockKind,
    LocationGrade,
    OrderState,
    ResponderKind,
    Role,
    Severity,
)
from tests.data.domain.plan_facts import NOW

HOUR = timedelta(hours=1)
UNITS = (("enforcement", "综合执法局"), ("market", "市场监管分局"))
CLOCK = ClockReading(
    stage=Stage.ACCEPT,
    read_at=NOW,
    started_at=NOW,
    due_at=NOW + HOUR,
    case_started_at=None,
    category_due_at=None,
    external_due_at=None,
    closing_due_at=None,
    is_provisional=False,
    elapsed=timedelta(),
    remaining=HOUR,
    pauses=(),
    extensions=0,
    overdue_since=None,
    share_used=0.0,
    handled_at=None,
    ended_at=None,
)
FACTS = Facts(
    category="市容环境 · 占道经营",
    channel="12345热线",
    external_number="12345-7",
    reported_at=NOW,
    address="恬庄古街 12 号",
    grade=LocationGrade.B,
    grids=(("综合", "恬庄一"), ("警务", "三")),
    description="三个摊位",
    reporter="王大妈",
    answers=(("占了多宽？", "半幅路"),),
    edge_note=None,
    is_sensitive=False,
    is_demo=True,
)
LINE = JournalLine(1, NOW, NOW, False, "上报", "王五", "")
ORDER = OrderLine(
    "2026-1-1", "综合执法局", ResponderKind.UNIT, OrderState.SENT, True, NOW, NOW + HOUR, None, ()
)
LIKELY = Likely(8, "2026-8", "占道", NOW, "相距 10 米", None)


def drawer(state: CaseState = CaseState.REPORTED, role: Role = Role.DISPATCHER, **change: Any) -> Drawer:
    """Return a drawer of a state as a role sees it, with some of its values changed."""
    found = allowed(state, role)
    due = due_step(state, found)
    whole = Drawer(
        case_id=7,
        number="320582105-20261123-0007",
        title="流动摊贩占道",
        version=3,
        state=state,
        severity=Severity.NORMAL,
        facts=FACTS,
        clock=CLOCK,
        limit=Limit(2, ClockKind.WORK_HOURS),
        repeats=0,
        likely=(),
        may_add_photo=True,
        photos=(),
        plan=None,
        no_plan=None,
        orders=(),
        journal=(LINE,),
        broken_at=None,
        primary=None if due is None else offer(due),
        menu=tuple(offer(action) for action in Action if action in found and action is not due),
        units=UNITS,
        undo_until=None,
        may_send_now=False,
        waits_for=(),
        pending=(),
        owes_reply=False,
    )
    return replace(whole, **change)
