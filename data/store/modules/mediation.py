"""Mediation: stations, mediators, mechanisms, disputes on the ladder village → town → city, agreements."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from data.store.columns import code, lineage, number, place, row_id
from data.store.tables import metadata
from data.store.types import BigId, Instant

mediation_stations = Table(
    "mediation_stations",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    code("village_code"),
    *place(),
    *lineage(),
)

mediators = Table(
    "mediators",
    metadata,
    row_id(),
    Column("code", String(32), nullable=False, unique=True),
    code("station_code"),
    Column("team", String(16), nullable=False, comment="grid_mediator, law_volunteer, legal_worker"),
    *lineage(),
    Index("ix_mediators_station_code", "station_code"),
)

mechanisms = Table(
    "mechanisms",
    metadata,
    row_id(),
    Column("key", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("is_published", Boolean, nullable=False, comment="whether the town has published it"),
    *lineage(),
)

disputes = Table(
    "disputes",
    metadata,
    row_id(),
    Column("number", String(64), nullable=False, unique=True),
    code("station_code"),
    Column("kind", String(32), nullable=False, comment="what it is about, in the station's own word"),
    code("mechanism_key", nullable=True),
    Column("level", String(16), nullable=False, comment="village, town, city: where it stands or ended"),
    Column("opened_at", Instant, nullable=False),
    Column("town_at", Instant, comment="when it climbed to the town"),
    Column("city_at", Instant, comment="when it climbed to the city"),
    Column("closed_at", Instant),
    Column("outcome", String(16), comment="agreed, failed, court; null: open"),
    Column("warning", Boolean, nullable=False, default=False, comment="opened before a conflict"),
    Column("signals", Integer, nullable=False, default=0, comment="independent signs that led to it"),
    Column("is_relapse", Boolean, nullable=False, default=False),
    Column("case_id", BigId, ForeignKey("cases.id")),
    code("comprehensive_code", nullable=True),
    code("police_code", nullable=True),
    code("professional_code", nullable=True),
    *lineage(),
    Index("ix_disputes_opened_at", "opened_at"),
    Index("ix_disputes_closed_at", "closed_at"),
    Index("ix_disputes_station_code_opened_at", "station_code", "opened_at"),
)

agreements = Table(
    "agreements",
    metadata,
    row_id(),
    Column("number", String(64), nullable=False, unique=True),
    number("dispute_number"),
    Column("signed_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("performed_on", Date),
    *lineage(),
    Index("ix_agreements_dispute_number", "dispute_number"),
    Index("ix_agreements_due_on", "due_on"),
)
