"""The records of a module's tables: words, narrowing, pages, export, and what is never shown."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from data.domain.errors import InvalidInput, NotFound
from data.modules import MODULES
from data.store.modules.enforcement import enforcement_cases
from data.store.modules.shared import subjects
from data.store.tables import loads
from data.views.records.asking import narrowing_of
from data.views.records.columns import HIDDEN, RecordColumn, columns_of, table_of
from data.views.records.pages import RecordTable, record_csv, record_list, record_rows, record_table
from tests.worlds import NOW, make_world

AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
DAY = AT.date()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The home town with its grids."""
    opened = make_world(f"sqlite:///{tmp_path_factory.mktemp('records')}/cloud.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def grids(world):
    return record_table(world, "grid", "grids", NOW)


def narrowed(column, kind, value, **more):
    return narrowing_of([], {column: {"type": kind, "filter": value, **more}})


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.key)
def test_every_column_of_every_table_has_a_chinese_heading(world, module):
    for name in module.tables:
        shown = record_table(world, module.key, name, NOW)
        bare = [column.name for column in shown.columns if column.heading.isascii()]
        assert (shown.name.isascii(), bare) == (False, []), (module.key, name)
        assert not {column.name for column in shown.columns} & HIDDEN


def test_rows_speak_chinese(world, grids):
    found = record_rows(world, grids, narrowed("kind", "contains", "警务"))
    assert found.total == 20
    assert {row["kind"] for row in found.items} == {"警务网格"}
    assert {(row["file"], row["demo"]) for row in found.items} == {("平台登记", "演示")}


@pytest.mark.parametrize(
    ("column", "kind", "value", "more", "count"),
    [
        ("name", "contains", "恬庄", {}, None),
        ("name", "contains", "%", {}, 0),
        ("valid_from", "equals", None, {"dateFrom": "2024-01-01 00:00:00"}, 130),
        ("valid_from", "greaterThan", None, {"dateFrom": "2024-01-01 00:00:00"}, 0),
        ("population", "notBlank", None, {}, None),
        ("population", "inRange", 0, {"filterTo": 1_000_000}, None),
    ],
)
def test_narrowing(world, grids, column, kind, value, more, count):
    found = record_rows(world, grids, narrowed(column, kind, value, **more))
    assert found.total == count if count is not None else 0 < found.total <= 130


def test_order_and_pages_neither_repeat_nor_miss(world, grids):
    wanted = narrowing_of([{"colId": "kind", "sort": "asc"}], {})
    seen = [
        row["id"] for start in range(0, 130, 50) for row in record_rows(world, grids, wanted, start, 50).items
    ]
    assert len(seen) == len(set(seen)) == 130


@pytest.mark.parametrize(
    ("sort", "chosen"),
    [
        ([{"colId": "geometry", "sort": "asc"}], {}),
        ([], {"geometry": {"type": "equals", "filter": "x"}}),
        ([], {"name": {"type": "regex", "filter": "x"}}),
        ([], {"population": {"type": "equals", "filter": "x"}}),
        ([], {"valid_from": {"type": "equals", "filter": "x"}}),
        ([], {"name": "x"}),
        ("x", {}),
    ],
)
def test_what_cannot_be_asked_is_refused(world, grids, sort, chosen):
    with pytest.raises(InvalidInput):
        record_rows(world, grids, narrowing_of(sort, chosen))


def test_an_unknown_table_is_named(world):
    with pytest.raises(NotFound, match="没有名为“persons”的表"):
        table_of("grid", "persons")
    with pytest.raises(NotFound, match="没有模块“weather”"):
        table_of("weather", "grids")


def test_the_list_goes_on_where_it_stopped(world):
    first = record_list(world, "grid", "grids", NOW, None, 100)
    rest = record_list(world, "grid", "grids", NOW, first["next_cursor"], 100)
    ids = [row["id"] for row in (*first["items"], *rest["items"])]
    assert (len(ids), ids, rest["next_cursor"]) == (130, sorted(ids, reverse=True), None)
    assert {"kind", "file", "line", "is_demo"} <= set(first["items"][0])


def test_an_export_says_that_it_is_demo_data(world, grids):
    lines = record_csv(world, grids, narrowed("kind", "equals", "专业网格"), NOW)
    assert "凤凰镇 网格" in lines[0]
    assert "演示数据" in lines[0]
    assert lines[1].startswith("网格编码,") or lines[1].startswith("编码,")
    assert len(lines) == 22


def test_a_subject_is_named_a_person_is_not(world):
    """Rows lead to file and line; an enterprise is named; a cell that a spreadsheet would compute is quoted."""
    keys = ("enterprise:91320582MA1X7XXX0A", "person:" + "a" * 64)
    load = {
        "source_key": "enforcement_cases", "target": "enforcement_cases", "file_name": "十一月.xlsx",
        "file_hash": "f" * 64, "actor": "zhang", "status": "published", "started_at": AT,
    }  # fmt: skip
    with world.store.write() as transaction:
        connection = transaction.connection
        load_id = connection.execute(insert(loads).values(load)).inserted_primary_key[0]
        connection.execute(
            insert(subjects),
            [
                {"key": keys[0], "kind": "enterprise", "name": "=恬庄铸造"},
                {"key": keys[1], "kind": "person", "name": None},
            ],
        )
        rows = [
            {"number": f"N{n}", "subject_key": key, "matter_code": "M1", "unit_code": "enforcement", "found_at": AT,
             "load_id": load_id, "source_line": n + 2}
            for n, key in enumerate(keys)
        ]  # fmt: skip
        connection.execute(insert(enforcement_cases), rows)
    shown = RecordTable(
        "enforcement", "enforcement_cases", "执法案件", columns_of(world, enforcement_cases, DAY)
    )
    assert any(isinstance(column, RecordColumn) for column in shown.columns)
    found = {row["number"]: row for row in _rows(world, shown)}
    assert [found[n]["subject_key"] for n in ("N0", "N1")] == ["=恬庄铸造", "个人（不显示）"]
    assert [(found[n]["file"], found[n]["line"]) for n in ("N0", "N1")] == [
        ("十一月.xlsx", 2),
        ("十一月.xlsx", 3),
    ]
    assert found["N0"]["found_at"] == "2026-11-20 09:30"


def _rows(world, shown):
    """Read a table that no registered module lists yet, as its page will."""
    from data.views.records import pages

    query = pages.rows_query(world, enforcement_cases, shown.columns, narrowing_of([], {}))
    with world.store.read() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
        names = pages._subjects(connection, rows)
    return [pages._in_words(row, shown.columns, names, world.town.profile.zone) for row in rows]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x"])
def test_a_cell_that_a_spreadsheet_would_compute_is_quoted(cell):
    from data.views.records.pages import _line

    assert _line([cell, 5]).strip() == f"'{cell},5"
