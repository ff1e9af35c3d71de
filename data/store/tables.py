"""Every table of the town, in one metadata.

Longitude and latitude are degrees in EPSG:4490; instants are UTC; polygons are WKB in EPSG:4490.
Rows that a loader wrote carry `load_id`, `source_hash` (SHA-256 of the file) and `source_line`.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from data.store.columns import lineage
from data.store.types import BigId, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


towns = Table(
    "towns",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("code", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    comment="The one town this database belongs to; a database never mixes two.",
)

loads = Table(
    "loads",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("source_key", String(64), nullable=False),
    Column("target", String(32), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_hash", String(64), nullable=False),
    Column("actor", String(64), nullable=False),
    Column(  # `LoadStatus`; refused too, where the whole file was: why stands in rejects, as row 0
        "status",
        String(16),
        nullable=False,
        comment="staging, publishing, published, rolling_back, rolled_back",
    ),
    Column("started_at", Instant, nullable=False),
    Column("published_at", Instant),
    Column("rolled_back_at", Instant),
    Column("data_until", Instant, comment="the newest instant that the data speak of"),
    Column("rows_read", Integer, nullable=False, default=0),
    Column("rows_inserted", Integer, nullable=False, default=0),
    Column("rows_updated", Integer, nullable=False, default=0),
    Column("rows_unchanged", Integer, nullable=False, default=0),
    Column("rows_rejected", Integer, nullable=False, default=0),
    Column("lineage", Text, comment="JSON: coordinate conversion and profile version used"),
    Column("is_demo", Boolean, nullable=False, default=False),
    Index("ix_loads_source_key_published_at", "source_key", "published_at"),
)

rejects = Table(
    "rejects",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("load_id", BigId, ForeignKey("loads.id"), nullable=False, index=True),
    Column("row_number", Integer, nullable=False),
    Column("field", Text, nullable=False),
    Column("value", Text),
    Column("reason", Text, nullable=False),
    Column("cure", Text, nullable=False),
)

before_images = Table(
    "before_images",
    metadata,
    Column("load_id", BigId, ForeignKey("loads.id"), primary_key=True),
    Column("table_name", String(32), primary_key=True),
    Column("row_id", BigId, primary_key=True),
    Column("before", Text, comment="JSON of the row before the load; null where the load inserted it"),
    Column("after_hash", String(64), nullable=False, comment="hash of the row as the load left it"),
    comment="Erasable where table_name is case_contents or persons: only overwritten words, for a rollback.",
)

staged_changes = Table(
    "staged_changes",
    metadata,
    Column("load_id", BigId, ForeignKey("loads.id"), primary_key=True),
    Column("row_id", BigId, ForeignKey("cases.id"), primary_key=True),
    Column("source_line", Integer, nullable=False),
    Column("after", Text, nullable=False, comment="JSON of the columns that the source owns and changed"),
    comment="Changes to existing cases, waiting for their load to be published.",
)

grids = Table(
    "grids",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("code", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("village_code", String(32)),
    Column("geometry", LargeBinary, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("replaces", String(32)),
    Column("population", Integer),
    Column("households", Integer),
    Column("firms", Integer),
    Column("key_places", Integer),
    *lineage(),
    UniqueConstraint("code", "valid_from"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("staff_no", String(32), nullable=False, unique=True),
    Column("person_hash", String(64), comment="keyed hash; the name stands in persons"),
    Column("unit_code", String(32), nullable=False),
    Column("role", String(32), nullable=False, comment="grid_member, police, auxiliary, site, bureau"),
    Column("staff_kind", String(32), nullable=False, comment="administrative, institution, contract"),
    Column("grid_code", String(32)),
    Column("skills", Text),
    *lineage(),
)

persons = Table(
    "persons",
    metadata,
    Column("person_hash", String(64), primary_key=True),
    Column("name", Text),
    Column("telephone", Text),
    comment="Erasable: names and telephones stand here alone.",
)

shifts = Table(
    "shifts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("staff_id", BigId, ForeignKey("staff.id"), nullable=False),
    Column("grid_code", String(32)),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    *lineage(),
    Index("ix_shifts_ends_at_starts_at", "ends_at", "starts_at"),
)

positions = Table(
    "positions",
    metadata,
    Column("staff_id", BigId, ForeignKey("staff.id"), primary_key=True),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("fixed_at", Instant, nullable=False),
    Column("is_demo", Boolean, nullable=False, default=False),
    comment="The newest fix of each person on shift.",
)

patrols = Table(
    "patrols",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("staff_id", BigId, ForeignKey("staff.id"), nullable=False),
    Column("grid_code", String(32), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
    Column("length_m", Float),
    *lineage(),
    Index("ix_patrols_grid_code_ended_at", "grid_code", "ended_at"),
)

key_places = Table(
    "key_places",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("comprehensive_code", String(32)),
    *lineage(),
)

cases = Table(
    "cases",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("source_key", String(64), nullable=False),
    Column("external_number", String(64)),
    Column("title", Text, nullable=False),
    Column("category_code", String(16), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("intake_channel", String(32), nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("input_crs", String(16)),
    Column("address", Text),
    Column("location_grade", String(4), nullable=False),
    Column("comprehensive_code", String(32)),
    Column("police_code", String(32)),
    Column("professional_code", String(32)),
    Column("is_edge", Boolean, nullable=False, default=False),
    Column("source_district", String(32), comment="the district that the source itself names"),
    Column("main_unit", String(32)),
    Column("is_joint", Boolean, nullable=False, default=False),
    Column("dispatched_at", Instant),
    Column("due_at", Instant, comment="the strictest deadline of the stage that the case is in"),
    Column("category_due_at", Instant),
    Column("external_due_at", Instant),
    Column("is_due_provisional", Boolean, nullable=False, default=False),
    Column("handled_at", Instant),
    Column("closed_at", Instant),
    Column("returns", Integer, nullable=False, default=0),
    Column("reworks", Integer, nullable=False, default=0),
    Column("reopens", Integer, nullable=False, default=0),
    Column("is_withdrawn", Boolean, nullable=False, default=False, comment="its load was rolled back"),
    Column("changed_by", String(64), nullable=False),
    *lineage(),
    UniqueConstraint("source_key", "external_number"),
    Index(
        "ix_cases_open_due_at",
        "due_at",
        sqlite_where=text("is_open IS 1"),
        postgresql_where=text("is_open IS true"),
    ),
    Index("ix_cases_reported_at", "reported_at"),
    Index("ix_cases_external_due_at", "external_due_at"),
)

case_contents = Table(
    "case_contents",
    metadata,
    Column("case_id", BigId, ForeignKey("cases.id"), primary_key=True),
    Column("description", Text),
    Column("reporter_name", Text),
    Column("reporter_telephone", Text),
    Column("salt", String(32), nullable=False),
    comment="Erasable free text of residents; the journal carries only a salted commitment of it.",
)

orders = Table(
    "orders",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("case_id", BigId, ForeignKey("cases.id"), nullable=False, index=True),
    Column("number", String(48), nullable=False, unique=True),
    Column("is_main", Boolean, nullable=False),
    Column("unit_code", String(32), nullable=False),
    Column("staff_id", BigId, ForeignKey("staff.id")),
    Column("state", String(16), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("signed_at", Instant),
    Column("arrived_at", Instant),
    Column("handled_at", Instant),
    Column("confirmed_at", Instant),
    Column("returned_at", Instant),
    Column("due_at", Instant),
    Column("is_demo", Boolean, nullable=False, default=False),
    Column("kind", String(16), comment="unit, grid_member, police_link, site_owner; null: a unit"),
    Column("facts", Text, comment="JSON: points and reasons with which this responder was proposed"),
    Column("recalled_at", Instant),
    Column("return_code", String(32)),
    Column("return_reason", Text),
)

journal = Table(
    "journal",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("case_id", BigId, ForeignKey("cases.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("is_time_flagged", Boolean, nullable=False, default=False),
    Column("actor", String(64), nullable=False),
    Column("actor_role", String(32), nullable=False),
    Column("action", String(32), nullable=False),
    Column("from_state", String(16)),
    Column("to_state", String(16), nullable=False),
    Column("reason", Text),
    Column("payload", Text, nullable=False, comment="canonical JSON"),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("case_id", "sequence"),
    comment="Append-only; triggers refuse update and delete.",
)

seals = Table(
    "seals",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("sealed_at", Instant, nullable=False),
    Column("up_to_journal_id", BigId, nullable=False),
    Column("case_count", Integer, nullable=False),
    Column("entry_count", Integer, nullable=False),
    Column("heads_hash", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("uq_seals_previous_hash", "previous_hash", unique=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("case_id", BigId, ForeignKey("cases.id")),
    Column("key", String(128), nullable=False, unique=True),
    Column("channel", String(32), nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("send_after", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("cancelled_at", Instant),
    Column("attempts", Integer, nullable=False, default=0),
)

request_keys = Table(
    "request_keys",
    metadata,
    Column("actor", String(64), primary_key=True),
    Column("operation", String(64), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("result", Text, nullable=False),
    Column("created_at", Instant, nullable=False, index=True),
)

changes = Table(
    "changes",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("topic", String(32), nullable=False, comment="cases, grids, staff, loads, demo"),
    Column("ref", BigId, comment="the row, where one row alone changed"),
    Index("ix_changes_topic_id", "topic", "id"),
    comment="One row per committed change; the newest id is the revision.",
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", BigId, nullable=False),
    comment="Daily running numbers.",
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Instant, nullable=False),
    comment="Who alone may do a timed job, and until when.",
)

visible_cases = Table(
    "visible_cases",
    MetaData(),
    *(Column(column.name, column.type) for column in cases.c),
    comment="A view (see the first migration): cases without those that an unpublished load brings.",
)
