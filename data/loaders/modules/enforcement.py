"""What files of matters, inspections, enforcement cases, observers and their opinions must fulfil."""

from __future__ import annotations

from data.loaders.modules.records import Records, Subject
from data.store.modules.enforcement import (
    enforcement_cases,
    inspections,
    matters,
    observer_opinions,
    observers,
)
from data.store.observer_tables import observer_answers

MATTER = (matters.c.code, "执法事项清单")

CONTRACTS = (
    Records(matters, "enforcement", "执法事项清单", ranges={"window_months": (0, 120)}),
    Records(
        inspections,
        "enforcement",
        "执法检查台账",
        known={"matter_code": MATTER},
        units=("unit_code",),
        subject=Subject(),
        happened="inspected_at",
    ),
    Records(
        enforcement_cases,
        "enforcement",
        "执法案件台账",
        words={"decision": ("first_exempt", "exempt", "light", "fined")},
        known={"matter_code": MATTER},
        units=("unit_code",),
        ahead=("revisit_due_on",),
        order=(
            ("found_at", "decided_at"),
            ("found_at", "revisited_at"),
            ("yellow_card_on", "revisit_due_on"),
        ),
        together=(("decided_at", "decision"),),
        subject=Subject(),
        happened="found_at",
    ),
    Records(
        observers,
        "enforcement",
        "执法观察员名录",
        words={"kind": ("entrepreneur", "educator", "community")},
    ),
    Records(
        observer_opinions,
        "enforcement",
        "执法观察意见",
        known={
            "observer_code": (observers.c.code, "执法观察员名录"),
            "enforcement_number": (enforcement_cases.c.number, "执法案件台账"),
        },
        order=(("given_at", "answered_at"),),
        settled={"answered_at": observer_answers.c.opinion_number},
    ),
)
