"""The tables of the modules: every row knows where it came from, and rows are found by period and by subject."""

import pytest
from sqlalchemy import Date, Table, Text, text

from data.store import modules
from data.store.columns import lineage
from data.store.types import Instant

TABLES = [
    table
    for module in (getattr(modules, name) for name in modules.__all__)
    for table in vars(module).values()
    if isinstance(table, Table)
]
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


@each_table
def test_every_row_knows_its_file_and_line_and_has_one_natural_key(table):
    assert {column.name for column in lineage()} <= {*table.c.keys()}
    assert [column.name for column in table.primary_key] == ["id"]
    keys = [c for c in table.constraints if type(c).__name__ == "UniqueConstraint"]
    assert len(keys) == 1


@each_table
def test_instants_and_days_are_told_by_their_names(table):
    for column in table.columns:
        assert isinstance(column.type, Instant) == column.name.endswith("_at"), column
        is_day = column.name.endswith("_on") or column.name in (
            "month",
            "period",
            "valid_from",
            "above_scale_since",
        )
        assert isinstance(column.type, Date) == is_day, column


def test_no_table_has_a_name_of_a_person():
    named = {table.name for table in TABLES if isinstance(table.c.get("name", None), type(table.c.id))}
    assert named == {
        "subjects", "enterprises", "projects", "departments", "windows", "service_items", "matters",
        "mediation_stations", "mechanisms", "partnership_tasks",
    }  # fmt: skip
    assert all(isinstance(table.c.name.type, Text) for table in TABLES if table.name in named)


QUESTIONS = {
    "ix_enterprise_months_month": "SELECT id FROM enterprise_months WHERE month >= '2026-01-01'",
    "ix_approvals_received_at": "SELECT id FROM approvals WHERE received_at >= '2026-01-01'",
    "ix_inspections_subject_key_matter_code": (
        "SELECT id FROM inspections WHERE subject_key = 'place:1' AND matter_code = '2'"
        " AND inspected_at >= '2026-01-01'"
    ),
    "ix_enforcement_cases_subject_key_matter_code": (
        "SELECT id FROM enforcement_cases WHERE subject_key = 'place:1' AND matter_code = '2'"
        " AND found_at >= '2026-01-01'"
    ),
    "ix_disputes_opened_at": "SELECT id FROM disputes WHERE opened_at >= '2026-01-01'",
    "ix_legal_services_given_on": "SELECT id FROM legal_services WHERE given_on >= '2026-01-01'",
    "ix_assessments_unit_code_period": "SELECT id FROM assessments WHERE unit_code = 'a' AND period = '2026-01-01'",
}


@pytest.mark.parametrize("index", QUESTIONS)
def test_rows_of_a_period_and_of_a_subject_are_found_without_walking_through_all(store, index):
    with store.engine.connect() as connection:
        if store.is_sqlite:
            steps = connection.execute(text(f"EXPLAIN QUERY PLAN {QUESTIONS[index]}"))
        else:
            connection.execute(text("SET enable_seqscan = off"))  # an empty table would be read whole
            steps = connection.execute(text(f"EXPLAIN {QUESTIONS[index]}"))
        assert index in " ".join(str(step) for step in steps)
