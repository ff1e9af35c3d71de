"""What files of departments, windows, items, approvals, reviews and the agents' jobs must fulfil."""

from __future__ import annotations

from data.loaders.modules.records import Records, Subject
from data.store.modules.approval import (
    approvals,
    assist_jobs,
    departments,
    reviews,
    service_items,
    windows,
)
from data.store.tables import staff

DEPARTMENT = (departments.c.code, "进驻部门名录")
ITEM = (service_items.c.code, "审批事项清单")

CONTRACTS = (
    Records(departments, "approval", "进驻部门名录"),
    Records(windows, "approval", "审批窗口名录", known={"department_code": DEPARTMENT}),
    Records(
        service_items,
        "approval",
        "审批事项清单",
        words={"item_class": ("enterprise_opening", "construction", "public_service", "other")},
        known={"department_code": DEPARTMENT},
        ranges={"limit_work_days": (0, 400)},
    ),
    Records(
        approvals,
        "approval",
        "办件台账",
        words={"outcome": ("granted", "refused", "withdrawn")},
        known={"item_code": ITEM, "window_code": (windows.c.code, "审批窗口名录")},
        ahead=("due_at",),
        order=(("received_at", "due_at"), ("received_at", "decided_at")),
        together=(("decided_at", "outcome"),),
    ),
    Records(
        assist_jobs,
        "approval",
        "帮代办台账",
        known={"item_code": ITEM, "agent_no": (staff.c.staff_no, "人员名册")},
        ahead=("due_at",),
        order=(("opened_at", "due_at"), ("opened_at", "closed_at")),
        subject=Subject(),
    ),
    Records(
        reviews,
        "approval",
        "好差评台账",
        known={"approval_number": (approvals.c.number, "办件台账")},
        ranges={"stars": (1, 5)},
        order=(("reviewed_at", "repaired_at"),),
        held={"case_id": "case_id", "repaired_at": "case_id"},
        counts_since="reviewed_at",
    ),
)
