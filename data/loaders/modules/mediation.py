"""What files of stations, mediators, mechanisms, disputes and agreements must fulfil."""

from __future__ import annotations

from data.loaders.modules.records import Records
from data.store.modules.mediation import agreements, disputes, mechanisms, mediation_stations, mediators

STATION = (mediation_stations.c.code, "非诉服务站名录")

CONTRACTS = (
    Records(mediation_stations, "mediation", "非诉服务站名录", villages=("village_code",)),
    Records(
        mediators,
        "mediation",
        "调解队伍名录",
        words={"team": ("grid_mediator", "law_volunteer", "legal_worker")},
        known={"station_code": STATION},
    ),
    Records(mechanisms, "mediation", "解纷机制"),
    Records(
        disputes,
        "mediation",
        "纠纷台账",
        words={"level": ("village", "town", "city"), "outcome": ("agreed", "failed", "court")},
        known={"station_code": STATION, "mechanism_key": (mechanisms.c.key, "解纷机制")},
        order=(
            ("opened_at", "town_at"),
            ("opened_at", "city_at"),
            ("town_at", "city_at"),
            ("opened_at", "closed_at"),
        ),
        together=(("closed_at", "outcome"),),
        happened="opened_at",
    ),
    Records(
        agreements,
        "mediation",
        "调解协议台账",
        known={"dispute_number": (disputes.c.number, "纠纷台账")},
        ahead=("due_on",),
        order=(("signed_on", "due_on"), ("signed_on", "performed_on")),
    ),
)
