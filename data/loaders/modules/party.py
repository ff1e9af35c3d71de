"""What files of party activities, partnership tasks, assessment methods and assessments must fulfil."""

from __future__ import annotations

from data.loaders.modules.records import Records
from data.store.modules.party import assessment_methods, assessments, partnership_tasks, party_activities

STAFF_KINDS = ("administrative", "institution", "contract")

CONTRACTS = (
    Records(party_activities, "party", "党建活动台账", villages=("village_code",)),
    Records(
        partnership_tasks,
        "party",
        "共建任务台账",
        words={"project": ("industry", "tourism", "reform", "cadres")},
        ahead=("due_on",),
    ),
    Records(
        assessment_methods,
        "party",
        "考核办法",
        words={"staff_kind": STAFF_KINDS},
        ahead=("valid_from",),
        weights=("weights",),
    ),
    Records(
        assessments,
        "party",
        "考核结果",
        words={"staff_kind": STAFF_KINDS},
        known={"method_version": (assessment_methods.c.version, "考核办法")},
        units=("unit_code",),
        ranges={"score": (0, 100)},
    ),
)
