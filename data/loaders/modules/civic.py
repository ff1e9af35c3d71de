"""What files of legal services, deliberations, suggestions and safety surveys must fulfil."""

from __future__ import annotations

from data.loaders.modules.records import Records
from data.store.modules.civic import deliberations, legal_services, safety_surveys, suggestions

CONTRACTS = (
    Records(
        legal_services,
        "civic",
        "法律服务台账",
        words={"kind": ("consultation", "mediation_aid", "legal_aid", "notary", "lecture")},
        units=("unit_code",),
        villages=("village_code",),
    ),
    Records(deliberations, "civic", "协商议事台账", villages=("village_code",)),
    Records(
        suggestions,
        "civic",
        "协商建议台账",
        known={"deliberation_code": (deliberations.c.code, "协商议事台账")},
        ahead=("due_on",),
    ),
    Records(
        safety_surveys, "civic", "安全感调查", ranges={"sample": (1, 10_000_000)}, order=(("safe", "sample"),)
    ),
)
