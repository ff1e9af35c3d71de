"""Every record source: its example loads, changes nothing twice, says what is wrong with a row, and goes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Date

from data.loaders.errors import LoadRefused
from data.loaders.modules import RECORDS
from data.loaders.modules.records import FIRST_DAYS, Records
from data.loaders.pipeline import load
from data.loaders.rollback import rollback
from data.store.modules.shared import subject_uses, subjects
from data.world import World
from tests.data.loaders import records_town as town
from tests.data.loaders.conftest import NOW
from tests.data.loaders.sample_books import FIRST_LINE, FOLDER, book, header

each_source = pytest.mark.parametrize("key", town.SOURCES)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return the town with every example loaded; tests leave it as it is."""
    world = town.open_town(f"sqlite:///{tmp_path_factory.mktemp('records')}/town.db")
    town.load_samples(world)
    yield world
    world.close()


def test_every_record_table_has_a_source_with_an_example() -> None:
    assert {town.TOWN.sources[key].target for key in town.SOURCES} == {*RECORDS}


@each_source
def test_an_example_loads_and_changes_nothing_the_second_time(loaded: World, key: str) -> None:
    rows = town.stored(loaded, town.contract_of(key).table)
    assert len(rows) == len(town.SAMPLES[key])
    assert [row["source_line"] for row in rows] == [FIRST_LINE + n for n in range(len(rows))]
    assert {row["is_demo"] for row in rows} == {True}
    assert all(row["load_id"] and len(row["source_hash"]) == 64 for row in rows)
    again = load(loaded, key, FOLDER / f"{key}.xlsx", NOW)
    assert (again.counts.unchanged, again.counts.inserted, again.counts.updated) == (len(rows), 0, 0)
    assert town.stored(loaded, town.contract_of(key).table) == rows


@each_source
def test_a_changed_row_goes_back_to_what_it_was(loaded: World, tmp_path: Path, key: str) -> None:
    table = town.contract_of(key).table
    before = town.stored(loaded, table)
    field, text = town.changed_cell(key)
    report = load(loaded, key, town.write_book(tmp_path, key, town.with_cell(key, field, text)), NOW)
    assert (report.counts.updated, report.counts.rejected) == (1, 0)
    after = town.stored(loaded, table)
    assert {name for name, value in after[0].items() if value != before[0][name]} == {
        field, "load_id", "source_hash",
    }  # fmt: skip
    assert after[1:] == before[1:]
    assert report.load_id is not None
    assert rollback(loaded.store, report.load_id, NOW, town=loaded.town).restored == 1
    assert town.stored(loaded, table) == before


@each_source
def test_a_file_without_a_required_column_is_refused(loaded: World, tmp_path: Path, key: str) -> None:
    source = town.TOWN.sources[key]
    required = town.contract_of(key).required[0]
    names = header(source)
    place = town.place_of(key, required)
    rows = [[cell for n, cell in enumerate(row) if n != place] for row in town.SAMPLES[key]]
    path = tmp_path / "short.xlsx"
    path.write_bytes(book(source, rows, names[:place] + names[place + 1 :]))
    with pytest.raises(LoadRefused, match=f"缺少必需的列：{required}（{names[place]}"):
        load(loaded, key, path, NOW, is_preview=True)


@each_source
def test_a_row_that_comes_twice_is_refused(loaded: World, tmp_path: Path, key: str) -> None:
    rows = [*town.SAMPLES[key], town.SAMPLES[key][0]]
    report = load(loaded, key, town.write_book(tmp_path, key, rows), NOW, is_preview=True)
    assert [(r.row_number, r.reason) for r in report.rejects] == [
        (FIRST_LINE + len(rows) - 1, f"编号与第 {FIRST_LINE} 行重复")
    ]
    assert report.counts.unchanged == len(rows) - 1


def _bad_cells() -> Iterator[tuple[str, str, str, str]]:
    """Yield for each source every kind of bad cell that it can have: source, field, text, reason."""
    for key in town.SOURCES:
        contract, columns = town.contract_of(key), town.TOWN.sources[key].columns
        for field in (*contract.known, *contract.units, *contract.villages):
            yield key, field, "没有这个", "编码"
        for field in contract.words:
            yield key, field, "闻所未闻", "这个词不认识"
        for field in contract.required:
            yield key, field, "", "不能为空"
        for field in (name for name in columns if name in contract.table.c and name not in ("lon", "lat")):
            for text, reason in BAD_TEXTS[columns[field].type](contract, field):
                yield key, field, text, reason


def _bad_number(contract: Records, field: str) -> Iterator[tuple[str, str]]:
    yield "-1", "应在" if field in contract.ranges else "不能为负"
    yield "很多", "不是"


def _bad_time(contract: Records, field: str) -> Iterator[tuple[str, str]]:
    is_day = isinstance(contract.table.c[field].type, Date)
    yield "1915-01" if field in FIRST_DAYS else "1915-01-01", "早于 1950 年"
    yield "去年", "不是可识别的"
    if field not in contract.ahead:
        yield "2027-01" if field in FIRST_DAYS else "2027-01-01", "晚于今天" if is_day else "晚于现在"


BAD_TEXTS: dict[str, Callable[[Records, str], Iterable[tuple[str, str]]]] = {
    "text": lambda _contract, _field: (),
    "number": _bad_number,
    "integer": _bad_number,
    "date": _bad_time,
    "datetime": _bad_time,
    "boolean": lambda _contract, _field: [("也许", "不是“是”或“否”")],
}


@pytest.mark.parametrize(("key", "field", "text", "reason"), list(_bad_cells()))
def test_a_bad_cell_is_refused_and_the_other_rows_are_kept(
    loaded: World, tmp_path: Path, key: str, field: str, text: str, reason: str
) -> None:
    rows = town.with_cell(key, field, text)
    report = load(loaded, key, town.write_book(tmp_path, key, rows), NOW, is_preview=True)
    found = [r for r in report.rejects if r.field == town.name_of(key, field) and reason in r.reason]
    assert [(r.row_number, r.value) for r in found] == [(FIRST_LINE, text)], report.rejects
    assert found[0].cure
    assert report.counts.rejected == 1
    assert report.counts.unchanged == len(rows) - 1


PLACED = [key for key in town.SOURCES if "lon" in town.TOWN.sources[key].columns]


@pytest.mark.parametrize("key", PLACED)
def test_a_point_outside_the_town_is_refused(loaded: World, tmp_path: Path, key: str) -> None:
    rows = town.with_cell(key, "lon", "121.47")
    report = load(loaded, key, town.write_book(tmp_path, key, rows), NOW, is_preview=True)
    (reject,) = report.rejects
    assert (reject.row_number, reject.field) == (FIRST_LINE, "经度, 纬度")
    assert "不在凤凰镇的任何网格内" in reject.reason
    assert "坐标系是否为 cgcs2000" in reject.cure


@pytest.mark.parametrize("key", PLACED)
def test_a_point_is_located_in_the_grids(loaded: World, key: str) -> None:
    row = town.stored(loaded, town.contract_of(key).table)[0]
    assert row["comprehensive_code"].startswith("320582105")
    assert row["police_code"].startswith("320582105000")


def test_every_example_goes_back_and_leaves_nothing(database_url: str) -> None:
    world = town.open_town(database_url)
    try:
        reports = town.load_samples(world)
        assert all(report.counts.rejected == 0 for report in reports.values())
        for report in reversed(reports.values()):
            assert report.load_id is not None
            assert rollback(world.store, report.load_id, NOW, town=world.town).kept == []
        tables = [records.table for records in RECORDS.values()]
        assert {table.name: town.stored(world, table) for table in (*tables, subjects, subject_uses)} == {
            table.name: [] for table in (*tables, subjects, subject_uses)
        }
    finally:
        world.close()
